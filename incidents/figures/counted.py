"""All figures of one question: counted part by part, each to plain values that JSON can hold, and
read back from these."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from incidents.figures import deadlines, times, trend
from incidents.figures.deadlines import Row as Deadlines
from incidents.figures.period import Grouping
from incidents.figures.question import Question
from incidents.figures.times import STEPS, Took
from incidents.figures.times import Row as Times
from incidents.figures.trend import Step

Values = list[Any]
_ALL: Final = Grouping("")
_TIME: Final = Grouping("month")  # steps of time, of whichever length, go by their first days
_LEAST: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Counted:
    """As of `at`. `over` and `met_over` go by the interval, `parts` and `met` by the grouping,
    `regimes` by regime; what is `before` is of the period before, all incidents in one. Without a
    grouping `parts` are the whole, and `met` is empty."""

    at: datetime
    steps: Sequence[Step]
    whole: Sequence[Times]
    over: Sequence[Times]
    parts: Sequence[Times]
    regimes: Sequence[Deadlines]
    met_over: Sequence[Deadlines]
    met: Sequence[Deadlines]
    before: Sequence[Times]
    met_before: Sequence[Deadlines]

    @property
    def incidents(self) -> int:
        return sum(step.total for step in self.steps)


def count(question: Question, *, at: datetime) -> dict[str, Values]:
    """Every part, by its name. Raises Invalid."""
    return {name: part(question, at) for name, part in PARTS.items()}


def read(values: Mapping[str, Values], named: Grouping, *, at: datetime) -> Counted:
    """What `count` gave; groups are called as `named` has it."""
    whole, over, parts = values["times"]
    regimes, met_over, met = values["deadlines"]
    return Counted(
        at,
        incidents(values["trend"]),
        _times(whole, _ALL),
        _times(over, _TIME),
        _times(parts, named),
        _deadlines(regimes),
        _deadlines(met_over),
        _deadlines(met),
        _times(values["times_before"], _ALL),
        _deadlines(values["deadlines_before"]),
    )


def incidents(values: Values) -> Sequence[Step]:
    """The steps of the trend, which is counted first."""
    return [
        Step(date.fromisoformat(began), dict(sorted(levels.items()))) for began, levels in values
    ]


# --- the parts -----------------------------------------------------------------------------------


def _trend(question: Question, at: datetime) -> Values:
    found = trend.trend(question.period(at), question.interval)
    return [[step.began.isoformat(), dict(step.incidents)] for step in found]


def _all_times(question: Question, at: datetime) -> Values:
    by = [_ALL, Grouping(question.interval), *_grouped(question)]
    found = [_timed(rows) for rows in times.several(question.period(at), by)]
    return found if question.by else [*found, found[0]]


def _all_deadlines(question: Question, at: datetime) -> Values:
    by = [Grouping(question.interval), *_grouped(question)]
    found = [_met(rows) for rows in deadlines.several(question.period(at), by, at=at)]
    return found if question.by else [*found, []]


def _grouped(question: Question) -> Sequence[Grouping]:
    """None where that would be all incidents once more."""
    return [question.grouping] if question.by else []


def _times_before(question: Question, at: datetime) -> Values:
    return _timed(times.times(question.period(at).before, _ALL))


def _deadlines_before(question: Question, at: datetime) -> Values:
    return _met(deadlines.deadlines(question.period(at).before, at=at))


#: In the order in which they are counted, a statement each.
PARTS: Final[Mapping[str, Callable[[Question, datetime], Values]]] = {
    "trend": _trend,
    "times": _all_times,
    "deadlines": _all_deadlines,
    "times_before": _times_before,
    "deadlines_before": _deadlines_before,
}


# --- rows and their values -----------------------------------------------------------------------


def _timed(rows: Iterable[Times]) -> Values:
    """Without titles, which may be called otherwise when they are shown."""
    return [
        [row.group, row.incidents, {step: _took(row.took[step]) for step in STEPS}] for row in rows
    ]


def _took(took: Took) -> Values:
    return [took.count, _written(took.median), _written(took.p90)]


def _times(values: Values, named: Grouping) -> Sequence[Times]:
    return [
        Times(group, named.title(group), found, {step: _took_of(took[step]) for step in STEPS})
        for group, found, took in values
    ]


def _took_of(values: Values) -> Took:
    found, median, p90 = values
    return Took(found, _length(median), _length(p90))


def _met(rows: Iterable[Deadlines]) -> Values:
    return [
        [
            row.part,
            row.met,
            row.met_late,
            row.overdue,
            row.open,
            _written(row.took),
            _written(row.left),
        ]
        for row in rows
    ]


def _deadlines(values: Values) -> Sequence[Deadlines]:
    return [
        Deadlines(part, met, met_late, overdue, left_open, _length(took), _length(left))
        for part, met, met_late, overdue, left_open, took, left in values
    ]


def _written(length: timedelta | None) -> int | None:
    """In microseconds."""
    return length // _LEAST if length is not None else None


def _length(microseconds: int | None) -> timedelta | None:
    return timedelta(microseconds=microseconds) if microseconds is not None else None
