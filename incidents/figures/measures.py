"""Trends of what is measured: how long steps took and what was met in time, from step to step of
time, to be drawn and put into a table (pure but for the two queries it is given)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.console import bars
from governance.console import times as words
from governance.console.bars import Bars, Given
from governance.translated import Text
from incidents.figures.deadlines import Row as Deadlines
from incidents.figures.times import STEPS
from incidents.figures.times import Row as Times

#: What can be drawn → its title.
TITLES: Final[Mapping[str, Text]] = {
    **{
        step: format_lazy(_("{step}, median time from the report"), step=title)
        for step, title in STEPS.items()
    },
    "in-time": _("Duties met in time, of what was due"),
}
WIDTH: Final = 480.0
_SHADE: Final = 1
_UNITS: Final = (
    (timedelta(days=1), _("days")),
    (timedelta(hours=1), _("hours")),
    (timedelta(minutes=1), _("minutes")),
)


@dataclass(frozen=True)
class Measure:
    """One chart. `said` has a word for each step of time, for the table; `unit` is of the scale."""

    name: str
    title: Text
    unit: Text
    bars: Bars
    said: Sequence[str]

    @property
    def empty(self) -> bool:
        return not any(column.pieces for column in self.bars.columns)


def measures(
    began: Sequence[date],
    names: Sequence[str],
    times: Sequence[Times],
    deadlines: Sequence[Deadlines],
) -> Sequence[Measure]:
    """One for each of TITLES, over the steps that begin on these days and are called so."""
    taken = {row.group: row.took for row in times}
    shares = {row.part: row for row in deadlines}
    keys = [f"{day:%Y-%m-%d}" for day in began]
    medians = {
        step: [taken[key][step].median if key in taken else None for key in keys] for step in STEPS
    }
    return [
        *(_length(step, names, medians[step]) for step in STEPS),
        _share(names, [shares.get(key) for key in keys]),
    ]


def _length(step: str, names: Sequence[str], found: Sequence[timedelta | None]) -> Measure:
    unit, title = _unit([each for each in found if each is not None])
    nothing = gettext("none")
    said = [words.length(each) if each is not None else "" for each in found]
    given = [
        Given(
            name,
            {} if each is None else {_SHADE: each / unit},
            f"{name}: {word or nothing}",
        )
        for name, each, word in zip(names, found, said, strict=True)
    ]
    return Measure(step, TITLES[step], title, _drawn(given), said)


def _share(names: Sequence[str], found: Sequence[Deadlines | None]) -> Measure:
    shares = [row.in_time if row is not None else None for row in found]
    nothing = gettext("nothing due")
    said = [f"{int(each * 100)} %" if each is not None else "" for each in shares]
    given = [
        Given(
            name,
            {} if each is None else {_SHADE: each * 100},
            f"{name}: {word or nothing}",
        )
        for name, each, word in zip(names, shares, said, strict=True)
    ]
    return Measure("in-time", TITLES["in-time"], "%", _drawn(given, top=100), said)


def _drawn(given: Sequence[Given], top: int | None = None) -> Bars:
    return bars.drawn(given, width=WIDTH, top=top, most_labels=5)


def _unit(found: Sequence[timedelta]) -> tuple[timedelta, Text]:
    """The largest of which the longest has two at least, so that the scale has whole numbers."""
    longest = max(found, default=timedelta(0))
    return next((each for each in _UNITS if longest >= 2 * each[0]), _UNITS[-1])
