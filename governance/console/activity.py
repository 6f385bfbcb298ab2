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
from django.utils.translation import gettext_lazy as _

from governance.ledger.models import Entry
from governance.translated import Text

MOST: Final = 20_000
#: Who acted → how the chart calls it, in the order in which bars are stacked.
KINDS: Final[Mapping[str, Text]] = {
    "user": _("Changed by people"),
    "api_key": _("Changed over the API"),
    "system": _("Done by Bylaw itself"),
    "reading": _("Only looked at"),
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
    rows = _rows(query, given, since, until)
    if not rows:
        return None
    found: dict[datetime, dict[str, int]] = {}
    for each in rows:
        found.setdefault(each["began"], {})[each["kind"]] = each["entries"]
    begin, end, length, counted = (rows[0][name] for name in ("first", "last", "length", "counted"))
    return Activity(_steps(begin, end, length, found), length, counted, counted < MOST)


def _steps(
    begin: datetime,
    end: datetime,
    length: timedelta,
    found: Mapping[datetime, Mapping[str, int]],
) -> Sequence[Step]:
    start = _ORIGIN + (begin - _ORIGIN) // length * length
    number = (end - start) // length + 1
    began = [start + each * length for each in range(number)]
    return [Step(each, each + length, found.get(each, {})) for each in began]


#: The entries once, the span of what was asked for, and the shortest step of which there are few
#: enough. Readings are told from the rest as `access.reads` does.
_QUERY: Final = """
WITH found AS MATERIALIZED ({entries}), bounds AS (
    SELECT count(*) AS counted, min(at) AS oldest, max(at) AS newest FROM found
), span AS (
    SELECT counted,
        CASE WHEN counted < %s THEN least(oldest, %s::timestamptz) ELSE oldest END AS first,
        greatest(newest, %s::timestamptz - interval '1 microsecond') AS last
    FROM bounds WHERE counted > 0
), step AS (
    SELECT *, coalesce(
        (SELECT min(each) FROM unnest(%s::interval[]) AS each WHERE last - first <= each * %s), %s
    ) AS length FROM span
)
SELECT first, last, counted, length, began, kind, count(*) AS entries
FROM step, LATERAL (
    SELECT date_bin(length, at, %s) AS began,
        CASE WHEN verb LIKE '%%.read' OR verb LIKE '%%.listed' THEN 'reading'
        ELSE split_part(actor, ':', 1) END AS kind
    FROM found
) AS each GROUP BY first, last, counted, length, began, kind
"""


def _rows(
    query: str, given: Sequence[Any], since: datetime | None, until: datetime | None
) -> list[dict[str, Any]]:
    asked: list[Any] = [
        *given,
        MOST,
        since,
        until,
        list(STEPS),
        MOST_STEPS - 2,
        STEPS[-1],
        _ORIGIN,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_QUERY.replace("{entries}", query), asked)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
