"""How long it took from the report of an incident to what people and laws wait for.

- acknowledged: somebody took it on, for the first time;
- decided: the last question whether a duty applies was settled; at once where there was none;
- notified: the first notice that a law wants was recorded as sent;
- resolved: it was resolved, or closed, for the first time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from governance.translated import Text
from incidents.figures.period import Grouping, Period, rows

STEPS: Final[Mapping[str, Text]] = {
    "acknowledged": _("Acknowledged"),
    "decided": _("Decided"),
    "notified": _("Notified"),
    "resolved": _("Resolved"),
}


@dataclass(frozen=True)
class Took:
    """Of `count` incidents that got there; half of them within `median`, nine of ten within `p90`.
    None of either where there are none."""

    count: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True)
class Row:
    group: str
    title: str
    incidents: int
    took: Mapping[str, Took]


_SETTLED: Final = (
    "duty.confirmed",
    "duty.superseded",
    "duty.found_not_applicable",
    "duty.fulfilled",
    "duty.waived",
)
_QUERY: Final = """
, one AS (SELECT id, reported_at FROM incident
), acted AS (
    SELECT entry.incident_id AS id,
        min(entry.at) FILTER (WHERE entry.verb = 'incident.acknowledged') AS acknowledged,
        min(entry.at) FILTER (WHERE entry.verb <> 'incident.acknowledged') AS resolved
    FROM one JOIN ledger_entry AS entry ON entry.incident_id = one.id
    WHERE entry.verb IN ('incident.acknowledged', 'incident.resolved', 'incident.closed')
    GROUP BY entry.incident_id
), settled AS (
    SELECT asked.incident_id AS id, max(settling.at) AS at
    FROM one
    JOIN ledger_entry AS asked ON asked.incident_id = one.id AND asked.verb = 'duty.questioned'
    JOIN incidents_duty AS duty ON duty.id::text = asked.object_id AND NOT duty.shadow
    JOIN ledger_entry AS settling ON settling.incident_id = one.id
        AND settling.object_id = asked.object_id AND settling.id > asked.id
        AND settling.verb = ANY(%(settled)s)
    GROUP BY asked.incident_id
), open AS (
    SELECT DISTINCT duty.incident_id AS id FROM incidents_duty AS duty
    JOIN one ON one.id = duty.incident_id WHERE duty.state = 'undetermined' AND NOT duty.shadow
), told AS (
    SELECT clock.incident_id AS id, min(clock.fulfilled_at) AS at FROM incidents_clock AS clock
    JOIN one ON one.id = clock.incident_id
    WHERE clock.fulfilled_at IS NOT NULL AND NOT clock.shadow GROUP BY clock.incident_id
), happened AS (
    SELECT chosen.which, chosen.part, chosen.reported_at, acted.acknowledged,
        CASE WHEN open.id IS NULL THEN coalesce(settled.at, chosen.reported_at) END AS decided,
        told.at AS notified, acted.resolved
    FROM chosen LEFT JOIN acted USING (id) LEFT JOIN settled USING (id)
    LEFT JOIN open USING (id) LEFT JOIN told USING (id)
), took AS (SELECT which, part{took} FROM happened)
SELECT which, part, count(*) AS incidents{figures}
FROM took GROUP BY which, part ORDER BY incidents DESC, part
"""
#: What was recorded for a time before the report took no time.
_TOOK: Final = """
    , CASE WHEN {step} IS NOT NULL THEN greatest({step} - reported_at, interval '0') END AS {step}
"""
_FIGURES: Final = """
    , count({step}) AS {step}_count
    , percentile_cont(0.5) WITHIN GROUP (ORDER BY {step}) AS {step}_median
    , percentile_cont(0.9) WITHIN GROUP (ORDER BY {step}) AS {step}_p90
"""


def times(period: Period, grouping: Grouping) -> Sequence[Row]:
    """A row a group, those with the most incidents first."""
    (found,) = several(period, [grouping])
    return found


def several(period: Period, groupings: Sequence[Grouping]) -> Sequence[Sequence[Row]]:
    """The same for each grouping, for little more than the price of one."""
    figures = "".join(_FIGURES.format(step=step) for step in STEPS)
    took = "".join(_TOOK.format(step=step) for step in STEPS)
    query = _QUERY.format(figures=figures, took=took)
    found = rows(query, period, groupings, {"settled": list(_SETTLED)})
    return [
        [_row(each, grouping) for each in found if each["which"] == number]
        for number, grouping in enumerate(groupings)
    ]


def _row(found: Mapping[str, Any], grouping: Grouping) -> Row:
    part = str(found["part"])
    took = {
        step: Took(found[f"{step}_count"], found[f"{step}_median"], found[f"{step}_p90"])
        for step in STEPS
    }
    return Row(part, grouping.title(part), found["incidents"], took)
