"""Which incidents are looked at, and by what they are grouped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from governance.access.rules import EVERYTHING, Reach
from governance.errors import Invalid
from governance.translated import Text
from policies.release import Release

By = Literal["", "severity", "system", "source", "failure_mode", "rmf_subcategory", "month", "week"]

TITLES: Final[Mapping[By, Text]] = {
    "": _("All incidents"),
    "severity": _("Severity"),
    "system": _("System"),
    "source": _("Source of the report"),
    "failure_mode": _("Failure mode"),
    "rmf_subcategory": _("NIST AI RMF subcategory"),
    "month": _("Month of the report (UTC)"),
    "week": _("Week of the report (UTC)"),
}
#: Of these an incident may have several.
SEVERAL: Final = frozenset({"failure_mode", "rmf_subcategory"})
USUAL: Final = timedelta(days=365)
#: The terms of this name are what reports state as `failure_modes`.
_MODES: Final = "failure_modes"
NOT_STATED: Final = ""


@dataclass(frozen=True)
class Period:
    """Incidents that were reported at `since` or later and before `until`, of the systems that are
    within `reach`: whatever is counted is counted over these."""

    since: datetime
    until: datetime
    reach: Reach = EVERYTHING

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise Invalid("`since` is to be before `until`.")

    @property
    def before(self) -> "Period":
        """As long a one over the same systems, which ends where this one begins."""
        return Period(self.since - (self.until - self.since), self.since, self.reach)

    @classmethod
    def of(
        cls,
        since: datetime | None,
        until: datetime | None,
        *,
        at: datetime,
        reach: Reach = EVERYTHING,
    ) -> "Period":
        """Until now and for a year, where nothing else is said. Raises Invalid."""
        end = until or at
        return cls(since or end - USUAL, end, reach)

    @property
    def systems(self) -> Sequence[str] | None:
        """The systems that count, in order; None where all do."""
        return None if self.reach.everything else sorted(self.reach.systems)


@dataclass(frozen=True)
class Grouping:
    """`subcategories` has those of each failure mode; `names` what groups are called."""

    by: By
    names: Mapping[str, str] = field(default_factory=dict)
    subcategories: Sequence[tuple[str, str]] = ()

    def title(self, group: str) -> str:
        """In English, where nobody named it."""
        if group == NOT_STATED:
            return "Not stated" if self.by else "All incidents"
        return self.names.get(group, group)


def grouping(by: By, release: Release | None) -> Grouping:
    """Names and subcategories are those of the taxonomy in force, where there is one."""
    terms = (
        ()
        if release is None
        else [
            term
            for document in release.of_kind("Taxonomy")
            if document.spec.report is not None
            for term in document.spec.terms.get(_MODES, ())
        ]
    )
    match by:
        case "failure_mode":
            return Grouping(by, {term.id: term.title for term in terms})
        case "rmf_subcategory":
            return Grouping(by, {}, [(term.id, each) for term in terms for each in term.rmf])
        case "system" if release is not None:
            named = {id_: str(each["name"]) for id_, each in release.register.systems.items()}
            return Grouping(by, named)
    return Grouping(by)


#: The incidents of the period, and what was asked for of them: of each grouping, which is told by
#: its number, an incident once for each group that it is in. What was none, or another's, does not
#: count.
_CHOSEN: Final = """
WITH incident AS (
    SELECT id, severity, system, source, report, reported_at FROM incidents_incident
    WHERE reported_at >= %(since)s AND reported_at < %(until)s AND NOT drill
    AND closed_as = '' {within}
), chosen AS ({grouped})
"""
_WITHIN: Final = "AND system = ANY(%(systems)s)"
_PLAIN: Final = "SELECT id, reported_at, {column} AS part FROM incident"
#: By its first day; weeks begin on Mondays.
_BEGAN: Final = "to_char(date_trunc('{unit}', reported_at AT TIME ZONE 'UTC'), 'YYYY-MM-DD')"
_STATED: Final = """
    SELECT incident.id, incident.reported_at, coalesce(mode.name, '') AS part
    FROM incident LEFT JOIN LATERAL (
        SELECT DISTINCT jsonb_array_elements_text(incident.report -> 'failure_modes') AS name
        WHERE jsonb_typeof(incident.report -> 'failure_modes') = 'array'
    ) AS mode ON true
"""
_MAPPED: Final = """
    SELECT DISTINCT stated.id, stated.reported_at, coalesce(mapped.subcategory, '') AS part
    FROM ({stated}) AS stated LEFT JOIN (
        SELECT unnest(%(modes)s::text[]) AS mode, unnest(%(mapped)s::text[]) AS subcategory
    ) AS mapped ON mapped.mode = stated.part
"""
_GROUPED: Final[Mapping[By, str]] = {
    "": _PLAIN.format(column="''"),
    "severity": _PLAIN.format(column="severity"),
    "system": _PLAIN.format(column="system"),
    "source": _PLAIN.format(column="source"),
    "failure_mode": _STATED,
    "rmf_subcategory": _MAPPED.format(stated=_STATED),
    "month": _PLAIN.format(column=_BEGAN.format(unit="month")),
    "week": _PLAIN.format(column=_BEGAN.format(unit="week")),
}


def rows(
    query: str,
    period: Period,
    groupings: Sequence[Grouping],
    more: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """What `query`, which reads `incident` (id, reported_at) and `chosen` (which, id, reported_at,
    part), gives: a mapping a row. Of the groupings one at most goes by subcategory."""
    subcategories = [pair for each in groupings for pair in each.subcategories]
    given = {
        "since": period.since,
        "until": period.until,
        "systems": period.systems,
        "modes": [mode for mode, _ in subcategories],
        "mapped": [subcategory for _, subcategory in subcategories],
        **(more or {}),
    }
    within = "" if period.systems is None else _WITHIN
    grouped = " UNION ALL ".join(
        f"SELECT {number} AS which, each.* FROM ({_GROUPED[each.by]}) AS each"  # noqa: S608 - our own
        for number, each in enumerate(groupings)
    )
    chosen = _CHOSEN.format(grouped=grouped, within=within)
    with connection.cursor() as cursor:
        cursor.execute(chosen + query, given)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


#: Drills and what was none count with the others, so that an index alone answers.
_FEW: Final = """
SELECT count(*) FROM (
    SELECT FROM incidents_incident
    WHERE reported_at >= %(since)s AND reported_at < %(until)s {within} LIMIT %(enough)s
) AS incident
"""


def few(period: Period, *, most: int) -> bool:
    """Whether the period and the one before have `most` incidents together. No more are looked at
    than it takes to know."""
    within = "" if period.systems is None else _WITHIN
    given: dict[str, Any] = {
        "since": period.before.since,
        "until": period.until,
        "systems": period.systems,
        "enough": most + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FEW.format(within=within), given)
        (found,) = cursor.fetchone()
    return int(found) <= most
