"""Where an instant stands on the chart of an incident's course, and what its axis says (pure but
for the language).

Places are percentages of the width, so that one drawing fits a phone and a wide screen.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from django.utils.dateformat import format as worded

_LEFT: Final = 2.0
_RIGHT: Final = 96.0
#: Labels nearer than this to the one before are left out; on a phone, nearer than `_APART`.
_LEAST: Final = 10.0
_APART: Final = 27.0
#: As near as this to a mark that has words of its own, a phone has no room for a label.
_BESIDE: Final = 20.0
#: A period shorter than this part of the whole would not be seen on an even axis.
_SHORT: Final = 16
_MOST_STEPS: Final = 9
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_STEPS: Final = (
    *(_HOUR * hours for hours in (1, 3, 6, 12)),
    *(_DAY * days for days in (1, 2, 7, 14, 28, 91, 182, 364)),
)
_AFTER: Final = (
    *(_HOUR * hours for hours in (1, 4, 12)),
    *(_DAY * days for days in (1, 3, 7, 15, 30, 90, 180, 365, 730, 1825, 3650)),
)
_LONG: Final = timedelta(days=300)


@dataclass(frozen=True)
class Tick:
    """`major` where a narrow screen has room for it, too."""

    x: float
    text: str
    major: bool


@dataclass(frozen=True)
class Scale:
    """Even, or with `bend` the closer together the later: then the first `bend` of time takes as
    much room as the next two times that."""

    since: datetime
    until: datetime
    bend: timedelta | None = None

    def at(self, instant: datetime) -> float:
        """In percent; what lies outside stands at the edge."""
        part = self._part(min(max(instant, self.since), self.until))
        return round(_LEFT + (_RIGHT - _LEFT) * part, 2)

    def _part(self, instant: datetime) -> float:
        gone, whole = instant - self.since, self.until - self.since
        if self.bend is None:
            return gone / whole
        return math.log1p(gone / self.bend) / math.log1p(whole / self.bend)


def scale(instants: Iterable[datetime], shortest: timedelta | None) -> Scale:
    """For all of `instants`, so that a period as short as `shortest` can be seen."""
    found = sorted(instants)
    since, until = found[0], max(found[-1], found[0] + _HOUR)
    if shortest is None or shortest * _SHORT >= until - since:
        return Scale(since, until)
    return Scale(since, until, max(shortest, _HOUR) / 2)


def ticks(scale: Scale, zone: tzinfo, *, free: float | None = None) -> Sequence[Tick]:
    """What the axis is labelled with, in `zone`; nothing around `free`, where a mark has words."""
    found: list[Tick] = []
    major = -_APART
    for instant in _instants(scale, zone):
        x = scale.at(instant)
        taken = free is not None and abs(x - free) < _LEAST
        if taken or (found and x - found[-1].x < _LEAST):
            continue
        wide = x - major >= _APART and (free is None or abs(x - free) >= _BESIDE)
        major = x if wide else major
        found.append(Tick(x, _text(instant.astimezone(zone), scale), wide))
    return found


def lanes(places: Sequence[float], apart: float) -> Sequence[int]:
    """For marks from left to right, which lane each stands in so that none covers another."""
    ends: list[float] = []
    found = []
    for x in places:
        lane = next((n for n, end in enumerate(ends) if x - end >= apart), len(ends))
        ends[lane : lane + 1] = [x]
        found.append(lane)
    return found


def _instants(scale: Scale, zone: tzinfo) -> Iterator[datetime]:
    if scale.bend is not None:
        yield scale.since
        yield from (scale.since + each for each in _AFTER if scale.since + each < scale.until)
        return
    whole = scale.until - scale.since
    step = next((each for each in _STEPS if whole / each <= _MOST_STEPS), _STEPS[-1])
    local = scale.since.astimezone(zone)
    at = local.replace(hour=0, minute=0, second=0, microsecond=0)
    while at <= scale.until:
        if at >= scale.since:
            yield at
        at += step


def _text(local: datetime, scale: Scale) -> str:
    if scale.until - scale.since > _LONG:
        return worded(local, "j M Y")
    midnight = (local.hour, local.minute) == (0, 0)
    return worded(local, "j M" if midnight and scale.bend is None else "j M H:i")
