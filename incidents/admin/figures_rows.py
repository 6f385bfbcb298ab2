"""Rows of the tables of figures, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext

from governance.console import times as words
from governance.translated import Text
from incidents.figures.deadlines import Row as Deadlines
from incidents.figures.period import NOT_STATED, Grouping
from incidents.figures.times import STEPS, Took
from incidents.figures.times import Row as Times


@dataclass(frozen=True)
class Cell:
    """How long a step took; empty where it was not reached."""

    median: str
    p90: str
    count: int


@dataclass(frozen=True)
class TimesRow:
    title: str
    incidents: int
    cells: Sequence[tuple[Text, Cell]]


@dataclass(frozen=True)
class DeadlinesRow:
    """`share` is in percent; None where nothing was due."""

    title: str
    row: Deadlines
    share: int | None
    took: str
    left: str


def times_row(row: Times, named: Grouping) -> TimesRow:
    cells = [(title, _cell(row.took[step])) for step, title in STEPS.items()]
    return TimesRow(titled(row.group, named), row.incidents, cells)


def titled(group: str, named: Grouping) -> str:
    """What policies name a group stays; the rest is in the reader's language."""
    if group != NOT_STATED:
        return named.title(group)
    return gettext("Not stated") if named.by else gettext("All incidents")


def _cell(took: Took) -> Cell:
    return Cell(_length(took.median), _length(took.p90), took.count)


def deadlines_row(row: Deadlines, title: str) -> DeadlinesRow:
    share = int(row.in_time * 100) if row.in_time is not None else None
    return DeadlinesRow(title, row, share, _length(row.took), _left(row.left))


def _length(length: timedelta | None) -> str:
    return "" if length is None else words.length(length)


def _left(left: timedelta | None) -> str:
    if left is None:
        return ""
    if left > timedelta(0):
        return gettext("%(length)s before") % {"length": words.length(left)}
    return gettext("%(length)s late") % {"length": words.length(-left)}
