"""Which steps follow one another while nobody acknowledges, or while a duty is overdue (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from policies import local_time
from policies.counting import WorkingCalendar
from policies.documents.escalation_matrix import EscalationMatrix, Response, Step, Watch
from policies.quiet import works


def response(
    matrix: EscalationMatrix,
    level: str,
    calendars: Mapping[str, WorkingCalendar],
    at: datetime,
) -> Response:
    """What the level says at this instant: outside working hours it may be another. Where the
    calendar is unknown, it is working time. Raises KeyError for a level that there is not."""
    plain = matrix.levels[level]
    hours = matrix.working_hours
    if plain.outside is None or hours is None or hours.calendar not in calendars:
        return plain
    calendar = calendars[hours.calendar]
    local = local_time.local(at, calendar.zone)
    working = works(calendar, local) and local_time.within(hours.hours, local.time())
    return plain if working else plain.outside


@dataclass(frozen=True)
class Rung:
    """A place on a ladder: `number` counts the steps from 1, and then the repetitions of the last.
    `again` is the number among these, 0 for a step."""

    number: int
    again: int
    due: datetime


def step(response: Response, number: int) -> Step | None:
    """Who is told there; None where nobody is."""
    if not response.steps:
        return None
    return response.steps[min(number, len(response.steps)) - 1]


def first(response: Response, at: datetime) -> Rung | None:
    """The first step, if the first notice goes out at `at`."""
    return Rung(1, 0, at + response.steps[0].after) if response.steps else None


def following(response: Response, number: int, *, due: datetime, at: datetime) -> Rung | None:
    """What comes after a step that was due at `due` and is told at `at`. Repetitions whose time is
    over are left out, so that after downtime one is told and not all."""
    count = len(response.steps)
    if number < count:
        wait = response.steps[number].after - response.steps[number - 1].after
        return Rung(number + 1, 0, due + wait)
    repeat = response.repeat
    if repeat is None or not response.steps:
        return None
    missed = max((at - due) // repeat.every, 0)
    again = number - count + missed + 1
    if repeat.times is not None and again > repeat.times:
        return None
    return Rung(number + missed + 1, again, due + (missed + 1) * repeat.every)


def overdue(watch: Watch, late: timedelta) -> tuple[str, ...]:
    """Who is told, besides its owner, of a duty that has been overdue for so long."""
    told = (role for step in watch.overdue if step.after <= late for role in step.notify)
    return tuple(dict.fromkeys(told))


def overdue_next(watch: Watch, late: timedelta) -> timedelta:
    """How late a duty will be when it is said the next time; always more than `late`."""
    for step in watch.overdue:
        if step.after > late:
            return step.after
    last = max((step.after for step in watch.overdue), default=timedelta())
    return last + ((late - last) // watch.again + 1) * watch.again
