"""The chart of a trend: where each bar goes, for whoever draws it (pure).

Lengths are in units of which the chart is `WIDTH` wide; y grows downwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from governance.console.bars import Label, least, lines
from incidents.figures.trend import Interval, Step

WIDTH: Final = 960.0
HEIGHT: Final = 280.0
LEFT: Final = 44.0
BOTTOM: Final = 240.0
_TOP: Final = 16.0
_WIDEST: Final = 56.0
_MOST_LABELS: Final[Mapping[Interval, int]] = {"month": 13, "week": 9}
#: Colours there are; what has a higher number shares the last.
_SHADES: Final = 5


@dataclass(frozen=True)
class Bar:
    """The incidents of one level in one step. `shade` counts levels from the most severe on."""

    x: float
    y: float
    width: float
    height: float
    shade: int
    said: str


@dataclass(frozen=True)
class Chart:
    """`lines` are heights with their number of incidents, `labels` steps; `levels` name the shades,
    the most severe first."""

    bars: Sequence[Bar]
    lines: Sequence[Label]
    labels: Sequence[Label]
    levels: Sequence[tuple[int, str]]


def chart(steps: Sequence[Step], levels: Sequence[str], interval: Interval) -> Chart:
    """`levels` are those that there are, the most severe first; one that is not among them, as of
    an earlier policy, comes after them."""
    seen = {level for step in steps for level in step.incidents}
    ordered = [*levels, *sorted(seen - set(levels))]
    shades = {level: min(number, _SHADES) for number, level in enumerate(ordered, start=1)}
    top = least(max((step.total for step in steps), default=0))
    slot = (WIDTH - LEFT) / max(len(steps), 1)
    bars = [
        bar
        for number, step in enumerate(steps)
        for bar in _bars(step, shades, LEFT + number * slot, slot, top, interval)
    ]
    every = -(-len(steps) // _MOST_LABELS[interval]) or 1
    labels = [
        Label(round(LEFT + (number + 0.5) * slot, 1), name(step, interval))
        for number, step in enumerate(steps)
        if number % every == 0
    ]
    shown = [(shades[level], level) for level in ordered if level in seen]
    return Chart(bars, lines(top, bottom=BOTTOM, upper=_TOP), labels, shown)


def name(step: Step, interval: Interval) -> str:
    return f"{step.began:%Y-%m}" if interval == "month" else f"{step.began:%Y-%m-%d}"


def _bars(
    step: Step, shades: dict[str, int], left: float, slot: float, top: int, interval: Interval
) -> Iterator[Bar]:
    """The most severe at the bottom, where bars can be compared."""
    width = min(slot * 0.7, _WIDEST)
    y = BOTTOM
    for level in sorted(step.incidents, key=lambda each: (shades[each], each)):
        count = step.incidents[level]
        height = (BOTTOM - _TOP) * count / top
        y -= height
        said = f"{name(step, interval)}, {level}: {count}"
        x = left + (slot - width) / 2
        yield Bar(round(x, 1), round(y, 1), round(width, 1), round(height, 1), shades[level], said)
