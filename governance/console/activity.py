"""How much was recorded when, by whom: entries of a list in steps of time, for a chart.

However long the trail, only the newest `MOST` of the entries are counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from governance.ledger.models import Entry

MOST: Final = 50_000
#: Who acted → how the chart calls it, in the order in which bars are stacked.
KINDS: Final[Mapping[str, str]] = {
    "user": "Changed by people",
    "api_key": "Changed over the API",
    "system": "Done by Bylaw itself",
    "reading": "Only looked at",
}
MOST_STEPS: Final = 48
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
STEPS: Final = (
    *(_MINUTE * each for each in (1, 5, 15, 60, 180, 360, 720)),
    *(_DAY * each for each in (1, 7, 28, 91, 364)),
)
#: A Monday.
_ORIGIN: Final = datetime(2001, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """From `began` and before `ended`: kind → entries."""

    began: datetime
    ended: datetime
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Activity:
    """`whole` unless there are older entries that were not counted."""

    steps: Sequence[Step]
    length: timedelta
    counted: int
    whole: bool


def of(entries: QuerySet[Entry], since: datetime | None, until: datetime | None) -> Activity | None:
    """Over the span that was asked for, or that of the entries; None where there are none."""
    newest = entries.order_by("-id").values("at", "actor", "verb")[:MOST]
    try:
        query, given = newest.query.sql_with_params()
    except EmptyResultSet:  # what was asked for finds nothing, whatever there is
        return None
    first, last, counted = _span(query, given)
    if first is None or last is None:
        return None
    whole = counted < MOST
    begin = min(first, since) if since is not None and whole else first
    end = max(last, until - timedelta(microseconds=1)) if until is not None else last
    length = _length(begin, end)
    found = _counted(query, given, length)
    return Activity(_steps(begin, end, length, found), length, counted, whole)


def _length(begin: datetime, end: datetime) -> timedelta:
    """The shortest step of which there are few enough."""
    fitting = (each for each in STEPS if _number(begin, end, each) <= MOST_STEPS)
    return next(fitting, STEPS[-1])


def _number(begin: datetime, end: datetime, length: timedelta) -> int:
    return (_floor(end, length) - _floor(begin, length)) // length + 1


def _floor(at: datetime, length: timedelta) -> datetime:
    return _ORIGIN + (at - _ORIGIN) // length * length


def _steps(
    begin: datetime,
    end: datetime,
    length: timedelta,
    found: Mapping[datetime, Mapping[str, int]],
) -> Sequence[Step]:
    start = _floor(begin, length)
    began = [start + number * length for number in range(_number(begin, end, length))]
    return [Step(each, each + length, found.get(each, {})) for each in began]


def _span(query: str, given: Sequence[Any]) -> tuple[datetime | None, datetime | None, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(at), max(at), count(*) FROM ({query}) AS found", given)  # noqa: S608
        first, last, counted = cursor.fetchone()
    return first, last, counted


_KIND: Final = """
    CASE WHEN verb LIKE '%%.read' OR verb LIKE '%%.listed' THEN 'reading'
    ELSE split_part(actor, ':', 1) END
"""


def _counted(
    query: str, given: Sequence[Any], length: timedelta
) -> Mapping[datetime, Mapping[str, int]]:
    """As `access.reads` tells readings from the rest."""
    asked = f"""
        SELECT date_bin(%s, at, %s) AS began, {_KIND} AS kind, count(*)
        FROM ({query}) AS found GROUP BY 1, 2
    """  # noqa: S608 - the query is our own, its parameters are apart
    found: dict[datetime, dict[str, int]] = {}
    with connection.cursor() as cursor:
        asking: list[Any] = [length, _ORIGIN, *given]
        cursor.execute(asked, asking)
        for began, kind, count in cursor.fetchall():
            found.setdefault(began, {})[kind] = count
    return found
