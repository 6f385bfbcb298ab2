"""Stacked bars: where each goes, for whoever draws them (pure).

Lengths are in units of which the chart is `WIDTH` wide; y grows downwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 960.0
HEIGHT: Final = 200.0
LEFT: Final = 48.0
BOTTOM: Final = 168.0
TOP: Final = 12.0
_WIDEST: Final = 48.0
#: Half of what a label takes.
_EDGE: Final = 28.0
_LINES: Final = 4


@dataclass(frozen=True)
class Piece:
    """A part of a bar; `shade` counts from 1 in the order of the stack."""

    y: float
    height: float
    shade: int


@dataclass(frozen=True)
class Column:
    """A bar with what is said of it, where it leads, and the slot in which a pointer finds it."""

    left: float
    slot: float
    x: float
    width: float
    pieces: Sequence[Piece]
    said: str
    url: str


@dataclass(frozen=True)
class Label:
    at: float
    text: str


@dataclass(frozen=True)
class Bars:
    columns: Sequence[Column]
    lines: Sequence[Label]
    labels: Sequence[Label]
    width: float = WIDTH


@dataclass(frozen=True)
class Given:
    """What one bar shows: `counts` by shade, of whatever unit. One without has none."""

    name: str
    counts: Mapping[int, float]
    said: str
    url: str = ""


def drawn(
    given: Sequence[Given], *, width: float = WIDTH, top: int | None = None, most_labels: int = 8
) -> Bars:
    """`top` is what the scale ends with; by itself it ends a little above the highest bar."""
    highest = max((sum(each.counts.values()) for each in given), default=0)
    scale = least(highest) if top is None else top
    slot = (width - LEFT) / max(len(given), 1)
    every = -(-len(given) // most_labels) or 1
    return Bars(
        [_column(each, number, slot, scale) for number, each in enumerate(given)],
        lines(scale, bottom=BOTTOM, upper=TOP),
        [
            Label(round(min(LEFT + (number + 0.5) * slot, width - _EDGE), 1), each.name)
            for number, each in enumerate(given)
            if number % every == 0
        ],
        width,
    )


def _column(given: Given, number: int, slot: float, top: int) -> Column:
    width = min(slot * 0.75, _WIDEST)
    left = LEFT + number * slot
    return Column(
        round(left, 1),
        round(slot, 1),
        round(left + (slot - width) / 2, 1),
        round(width, 1),
        list(_pieces(given, top)),
        given.said,
        given.url,
    )


def _pieces(given: Given, top: int) -> Iterator[Piece]:
    y = BOTTOM
    for shade in sorted(given.counts):
        height = (BOTTOM - TOP) * given.counts[shade] / top
        y -= height
        yield Piece(round(y, 1), round(max(height, 0.6), 1), shade)


def lines(top: int, *, bottom: float, upper: float) -> Sequence[Label]:
    """The lines of a scale from 0 at `bottom` to `top` at `upper`."""
    numbers = [top * part // _LINES for part in range(_LINES + 1)]
    return [
        Label(round(bottom - (bottom - upper) * each / top, 1), f"{each:,}") for each in numbers
    ]


def least(most: float) -> int:
    """The least of 4, 8, 20, 40, 80, 200, ... that is not less: a quarter of each is whole."""
    unit = 4
    while True:
        for factor in (1, 2, 5):
            if unit * factor >= most:
                return unit * factor
        unit *= 10
