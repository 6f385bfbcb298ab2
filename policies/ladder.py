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
    """A place on a ladder: the `number`-th step from 1, or its `again`-th repetition."""

    number: int
    again: int = 0

    def __str__(self) -> str:
        return f"{self.number} again {self.again}" if self.again else str(self.number)


def rung(text: str) -> Rung:
    """What `str` made of one."""
    number, _, again = text.partition(" again ")
    return Rung(int(number), int(again or 0))


def step(response: Response, rung: Rung) -> Step | None:
    """Who is told there. A variant with fewer steps has its last for the others; None: it has
    none."""
    if not response.steps:
        return None
    return response.steps[min(rung.number, len(response.steps)) - 1]


def following(
    response: Response, rung: Rung, *, due: datetime, at: datetime
) -> tuple[Rung, datetime] | None:
    """What comes after a step that was due at `due` and is told at `at`, and when. Of repetitions
    those are left out whose time is over, so that after downtime one is told and not all."""
    if rung.number < len(response.steps) and not rung.again:
        wait = response.steps[rung.number].after - response.steps[rung.number - 1].after
        return Rung(rung.number + 1), due + wait
    repeat = response.repeat
    if repeat is None or not response.steps:
        return None
    missed = max((at - due) // repeat.every, 0)
    again = rung.again + missed + 1
    if repeat.times is not None and again > repeat.times:
        return None
    return Rung(rung.number, again), due + (missed + 1) * repeat.every


def first(response: Response, at: datetime) -> tuple[Rung, datetime] | None:
    """The first step, and when it is due if the first notice goes out at `at`."""
    return (Rung(1), at + response.steps[0].after) if response.steps else None


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
