"""What was met in time, by regime or by group: stages of duties with a date that the law sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from incidents.figures.period import Grouping, Period, rows


@dataclass(frozen=True)
class Row:
    """`overdue` are not met though their time is over; `open` still have time, or wait. `took` is
    the median from the start of the clock to what was sent, `left` that from there to the legal
    due time, less than nothing where most were late. `part` is a regime or a group."""

    part: str
    met: int
    met_late: int
    overdue: int
    open: int
    took: timedelta | None
    left: timedelta | None

    @property
    def due(self) -> int:
        return self.met + self.met_late + self.overdue

    @property
    def in_time(self) -> float | None:
        """The share of what was due that was met in time, from 0 to 1; None where nothing was."""
        return self.met / self.due if self.due else None


#: As `states.standing` has it; a test holds the two together.
_QUERY: Final = """
, stage AS (
    SELECT which, CASE WHEN which = 0 THEN duty.regime ELSE part END AS part,
        clock.started_at, clock.fulfilled_at, clock.legal_due,
        clock.state = 'fulfilled' AS sent,
        clock.state IN ('running', 'paused', 'not_started') AS unfinished,
        clock.state = 'running' OR clock.state = 'paused' AND clock.paused_until <= %(at)s AS runs
    FROM incidents_clock AS clock
    JOIN incidents_duty AS duty ON duty.id = clock.duty_id
    JOIN chosen ON chosen.id = clock.incident_id
    WHERE NOT clock.optional AND NOT clock.shadow
)
SELECT which, part
    , count(*) FILTER (WHERE sent AND (legal_due IS NULL OR fulfilled_at < legal_due)) AS met
    , count(*) FILTER (WHERE sent AND fulfilled_at >= legal_due) AS met_late
    , count(*) FILTER (WHERE runs AND legal_due <= %(at)s) AS overdue
    , count(*) FILTER (WHERE unfinished AND NOT coalesce(runs AND legal_due <= %(at)s, false))
        AS open
    , percentile_cont(0.5) WITHIN GROUP (ORDER BY fulfilled_at - started_at)
        FILTER (WHERE sent) AS took
    , percentile_cont(0.5) WITHIN GROUP (ORDER BY legal_due - fulfilled_at)
        FILTER (WHERE sent) AS "left"
FROM stage WHERE sent OR unfinished GROUP BY which, part ORDER BY part
"""


def deadlines(period: Period, *, at: datetime) -> Sequence[Row]:
    """A row a regime, by name. What was cancelled or waived counts nowhere, and what is owed only
    if something comes to pass neither."""
    return several(period, [], at=at)[0]


def grouped(period: Period, grouping: Grouping, *, at: datetime) -> Sequence[Row]:
    """The same of all regimes together, a row a group of incidents."""
    return several(period, [grouping], at=at)[1]


def several(
    period: Period, groupings: Sequence[Grouping], *, at: datetime
) -> Sequence[Sequence[Row]]:
    """By regime, and by each grouping, for little more than the price of one."""
    every = [Grouping(""), *groupings]
    found: list[list[Row]] = [[] for _ in every]
    for each in rows(_QUERY, period, every, {"at": at}):
        found[each.pop("which")].append(Row(**each))
    return found


def together(found: Sequence[Row]) -> Row:
    """All of them as one, without the medians, which cannot be added up."""
    counts = {
        name: sum(getattr(row, name) for row in found)
        for name in ("met", "met_late", "overdue", "open")
    }
    return Row("", **counts, took=None, left=None)
