"""Whose turn it is by a rota (pure).

Handovers are at local times: a week with a change of the clocks is an hour shorter or longer, and
no handover moves. Of each instant exactly one member has the turn, from the rota's start on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from policies import local_time
from policies.documents.escalation_matrix import Rota

_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True)
class Turn:
    """From `start` until just before `end`, both in UTC."""

    member: str
    start: datetime
    end: datetime
    override: bool = False


def turn_at(rota: Rota, at: datetime) -> Turn | None:
    """None before the rota begins, after it has ended, and when it has no members."""
    begins = local_time.instant(rota.start, rota.zone)
    ends = local_time.instant(rota.until, rota.zone) if rota.until is not None else None
    if at < begins or not rota.members or (ends is not None and at >= ends):
        return None
    for each in rota.overrides:
        start, end = (local_time.instant(time, rota.zone) for time in (each.start, each.end))
        if start <= at < end:
            return Turn(each.member, start, end, override=True)
    number = _number(rota, at)
    start, end = _handover(rota, number), _handover(rota, number + 1)
    return Turn(rota.members[number % len(rota.members)], start, end)


def _number(rota: Rota, at: datetime) -> int:
    """How many handovers there were: estimated by local time, which a clock change may mislead by
    one, and put right by the handovers' instants."""
    passed = local_time.local(at, rota.zone) - _first(rota)
    number = max(passed // _length(rota) + 1, 0)
    while number > 0 and _handover(rota, number) > at:
        number -= 1
    while _handover(rota, number + 1) <= at:
        number += 1
    return number


def _handover(rota: Rota, number: int) -> datetime:
    """The instant of the `number`-th; number 0 is the start."""
    if number == 0:
        return local_time.instant(rota.start, rota.zone)
    return local_time.instant(_first(rota) + (number - 1) * _length(rota), rota.zone)


def _first(rota: Rota) -> datetime:
    """The local time of the first handover."""
    if rota.handover is None:
        return rota.start + _length(rota)
    weekday, clock = rota.handover
    day = rota.start.date() + timedelta(days=(weekday - rota.start.weekday()) % 7)
    found = datetime.combine(day, clock)
    return found if found > rota.start else found + _WEEK


def _length(rota: Rota) -> timedelta:
    return rota.turn or _WEEK
