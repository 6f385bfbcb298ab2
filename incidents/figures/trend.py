"""How many incidents there were, month by month or week by week, and how severe."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Final, Literal

from governance.errors import Invalid
from incidents.figures.period import Grouping, Period, rows

Interval = Literal["month", "week"]
MOST: Final = 520
_QUERY: Final = """
SELECT date_trunc(%(interval)s, reported_at AT TIME ZONE 'UTC')::date AS began
    , part, count(*) AS incidents
FROM chosen GROUP BY began, part
"""


@dataclass(frozen=True)
class Step:
    """From `began` (UTC; weeks begin on Mondays): level → incidents. Those without are left out."""

    began: date
    incidents: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.incidents.values())


def check(period: Period, interval: Interval) -> None:
    """Raises Invalid for more steps than MOST."""
    for _ in _steps(period, interval):
        pass


def trend(period: Period, interval: Interval) -> Sequence[Step]:
    """One step after the other, also those in which nothing happened. Raises Invalid for more than
    MOST."""
    steps = list(_steps(period, interval))
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for row in rows(_QUERY, period, [Grouping("severity")], {"interval": interval}):
        found[row["began"]][row["part"]] = row["incidents"]
    return [Step(began, dict(sorted(found[began].items()))) for began in steps]


def _steps(period: Period, interval: Interval) -> Iterator[date]:
    last = (period.until - timedelta(microseconds=1)).astimezone(UTC).date()
    began = _first(period.since.astimezone(UTC).date(), interval)
    for _ in range(MOST):
        if began > last:
            return
        yield began
        began = _next(began, interval)
    if began <= last:
        raise Invalid(f"The period has more than {MOST} {interval}s; ask for less.")


def _first(day: date, interval: Interval) -> date:
    return day.replace(day=1) if interval == "month" else day - timedelta(days=day.weekday())


def _next(began: date, interval: Interval) -> date:
    if interval == "week":
        return began + timedelta(days=7)
    return (began + timedelta(days=32)).replace(day=1)
