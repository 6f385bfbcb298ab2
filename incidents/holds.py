"""What delays and pauses make of the dues that a policy counts (pure).

A period that counts in local days is moved by the plain length of a pause, too, and its end is not
rolled anew to the end of a day or a working day: a fresh roll could only give more time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from policies.deadlines import Running


@dataclass(frozen=True)
class Hold:
    """A delay or pause that is or was in force. `end` is when it ended or, if it goes on, when it
    will at the latest; a delay has no `since`."""

    kind: Literal["delay", "pause"]
    since: datetime | None
    end: datetime


@dataclass(frozen=True)
class Pause:
    since: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.since


@dataclass(frozen=True)
class Held:
    """`counted` is what the policy counts, `running` what is owed. `schedule` is what reminders and
    risk are counted on: its start is moved as its due is, so that the share of the period that is
    gone does not grow in a pause. `pause` is the one in which the clock stands still."""

    counted: Running
    running: Running
    schedule: Running
    pause: Pause | None

    @property
    def moved(self) -> bool:
        return self.pause is not None or self.running != self.counted


def apply(counted: Running, holds: Iterable[Hold], *, at: datetime) -> Held:
    """First the pauses, in order, then the delay.

    Each due moves by the whole length of every pause that began before it: the remaining time is
    after a pause what it was before. A pause that began once the legal period was over changes
    nothing, for what has expired cannot stand still. A delay makes both dues the later of what they
    are and its end; where the law names no date, there is none to delay.
    """
    listed = list(holds)
    pauses = _pauses(counted.started_at, listed)
    paused = replace(
        counted,
        target_due=_after(counted.target_due, pauses),
        conservative_due=_after(counted.conservative_due, pauses),
        legal_due=_after(counted.legal_due, pauses),
    )
    running = _delayed(paused, [each.end for each in listed if each.kind == "delay"])
    schedule = running if running != paused else _from_later(running, counted)
    return Held(counted, running, schedule, _present(running.legal_due, pauses, at))


def _pauses(start: datetime, holds: Iterable[Hold]) -> Sequence[Pause]:
    """Those that lie after the start, in order, each instant in one of them at most."""
    given = sorted(
        (each.since, each.end)
        for each in holds
        if each.kind == "pause" and each.since is not None and each.end > each.since
    )
    found: list[Pause] = []
    for since, end in given:
        begin = max(since, found[-1].end if found else start)
        if end > begin and found and begin == found[-1].end:
            found[-1] = replace(found[-1], end=end)
        elif end > begin:
            found.append(Pause(begin, end))
    return found


def _after(due: datetime | None, pauses: Iterable[Pause]) -> datetime | None:
    for pause in pauses:
        if due is not None and pause.since < due:
            due += pause.length
    return due


def _delayed(running: Running, ends: Sequence[datetime]) -> Running:
    if not ends or running.legal_due is None or running.conservative_due is None:
        return running
    return replace(
        running,
        conservative_due=max(running.conservative_due, *ends),
        legal_due=max(running.legal_due, *ends),
    )


def _from_later(running: Running, counted: Running) -> Running:
    if running.conservative_due is None or counted.conservative_due is None:
        return running
    by = running.conservative_due - counted.conservative_due
    return replace(running, started_at=running.started_at + by)


def _present(legal_due: datetime | None, pauses: Iterable[Pause], at: datetime) -> Pause | None:
    """The pause at `at`; the due is past its end wherever it moved that due."""
    for pause in pauses:
        effective = legal_due is None or pause.end < legal_due
        if pause.since <= at < pause.end and effective:
            return pause
    return None
