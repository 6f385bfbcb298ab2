"""The chart of an incident's deadlines: where everything goes, for whoever draws it (pure).

Lengths are in units of which the chart is `WIDTH` wide; y grows downwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

Tone = Literal["good", "late", "open", "plain"]
WIDTH: Final = 1000.0
LEFT: Final = 260.0  # for the names
TOP: Final = 40.0
LANE: Final = 28.0
_RIGHT: Final = 20.0
_TICKS: Final = 5
_APART: Final = 90.0


@dataclass(frozen=True)
class Span:
    """One deadline: from its start to when it was, or is, due; `met` where it was fulfilled."""

    name: str
    begin: datetime
    due: datetime | None
    met: datetime | None
    tone: Tone


@dataclass(frozen=True)
class Lane:
    name: str
    y: float
    begin: float
    end: float
    due: float | None
    met: float | None
    tone: Tone


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class Mark:
    """A moment of the incident, across all lanes."""

    x: float
    label: str


@dataclass(frozen=True)
class Chart:
    height: float
    lanes: Sequence[Lane]
    ticks: Sequence[Tick]
    marks: Sequence[Mark]


def chart(spans: Sequence[Span], marks: Iterable[tuple[datetime, str]], *, at: datetime) -> Chart:
    """`at` is where those that are neither due nor over end."""
    noted = list(marks)
    instants = [at, *(each for each, _ in noted), *(each.begin for each in spans)]
    instants += [each for span in spans for each in (span.due, span.met) if each is not None]
    axis = _Axis(min(instants), max(instants))
    lanes = [
        Lane(
            span.name,
            TOP + number * LANE,
            axis.x(span.begin),
            axis.x(span.met or max(span.begin, at)),
            axis.x(span.due) if span.due is not None else None,
            axis.x(span.met) if span.met is not None else None,
            span.tone,
        )
        for number, span in enumerate(spans)
    ]
    return Chart(
        TOP + max(len(spans), 1) * LANE + 20,
        lanes,
        axis.ticks(),
        _apart([Mark(axis.x(instant), label) for instant, label in noted]),
    )


def _apart(marks: Sequence[Mark]) -> Sequence[Mark]:
    """Those that would be written over each other as one."""
    found: list[Mark] = []
    for each in sorted(marks, key=lambda mark: mark.x):
        if found and each.x - found[-1].x < _APART:
            found[-1] = Mark(found[-1].x, f"{found[-1].label}, {each.label}")
        else:
            found.append(each)
    return found


class _Axis:
    def __init__(self, first: datetime, last: datetime) -> None:
        self._first = first
        self._length = max(last - first, timedelta(minutes=1))

    def x(self, at: datetime) -> float:
        part = (at - self._first) / self._length
        return round(LEFT + part * (WIDTH - LEFT - _RIGHT), 1)

    def ticks(self) -> Sequence[Tick]:
        instants = [self._first + self._length * part / _TICKS for part in range(_TICKS)]
        return [Tick(self.x(each), f"{each.astimezone(UTC):%m-%d %H:%M}") for each in instants]
