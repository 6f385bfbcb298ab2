"""Figures over the incidents of a period, as JSON and as CSV for a spreadsheet."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ
from governance.api import authentication
from governance.api.inputs import InstantField, Query
from governance.api.permissions import access
from governance.api.views import APIView
from governance.console import spreadsheets
from incidents.figures.deadlines import deadlines, grouped
from incidents.figures.period import TITLES, Grouping, Period, grouping
from incidents.figures.times import STEPS, times
from incidents.figures.trend import trend
from incidents.models import Incident
from policies import releases
from policies.errors import NoRelease

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class PeriodIn(Query):
    """From `since` on and before `until`, by when incidents were reported; the last year unless
    said."""

    since = InstantField(required=False)
    until = InstantField(required=False)


class TimesIn(PeriodIn):
    by = serializers.ChoiceField([name for name in TITLES if name], required=False, default="")


class DeadlinesIn(TimesIn):
    """All regimes together in each group, where there is one."""


class TrendIn(PeriodIn):
    interval = serializers.ChoiceField(["month", "week"], required=False, default="month")


class _Figures(APIView):
    """Figures of a period, over the systems that the caller reads. Drills and duties in shadow do
    not count."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    takes: ClassVar[type[PeriodIn]] = PeriodIn
    name: ClassVar[str]

    def get(self, request: Request, form: str = "json") -> HttpResponse:
        given = self.takes(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        at, asked = clock.now(), given.validated_data
        seen = access(self).does
        period = Period.of(asked.get("since"), asked.get("until"), at=at, reach=seen)
        reads.listed(Incident, by=authentication.actor(request), at=at)
        found = self.rows(period, asked, at=at)
        if form == "csv":
            return _csv(found, f"{self.name}.csv")
        said = {"since": period.since, "until": period.until, "systems": period.systems}
        return Response({**said, "results": found})

    def rows(
        self, period: Period, asked: Mapping[str, Any], *, at: datetime
    ) -> Sequence[Mapping[str, Any]]:
        raise NotImplementedError


class Times(_Figures):
    """How many incidents were acknowledged, decided, notified and resolved, and in how many
    seconds: the median, and the time within which nine of ten were."""

    takes = TimesIn
    name = "times"

    def rows(
        self, period: Period, asked: Mapping[str, Any], *, at: datetime
    ) -> Sequence[Mapping[str, Any]]:
        return [
            {
                "group": row.group,
                "title": row.title,
                "incidents": row.incidents,
                **{
                    step: {
                        "count": row.took[step].count,
                        "median_seconds": _seconds(row.took[step].median),
                        "p90_seconds": _seconds(row.took[step].p90),
                    }
                    for step in STEPS
                },
            }
            for row in times(period, _grouping(asked["by"], at=at))
        ]


class Deadlines(_Figures):
    """For each regime, or each group, how much of what was due was met in time: `in_time` from 0 to
    1."""

    takes = DeadlinesIn
    name = "deadlines"

    def rows(
        self, period: Period, asked: Mapping[str, Any], *, at: datetime
    ) -> Sequence[Mapping[str, Any]]:
        named = _grouping(asked["by"], at=at)
        found = grouped(period, named, at=at) if asked["by"] else deadlines(period, at=at)
        return [
            {
                **_part(row.part, named),
                "due": row.due,
                "met": row.met,
                "met_late": row.met_late,
                "overdue": row.overdue,
                "open": row.open,
                "in_time": row.in_time,
                "median_seconds": _seconds(row.took),
                "median_seconds_left": _seconds(row.left),
            }
            for row in found
        ]


class Trend(_Figures):
    """How many incidents of which severity were reported in each month or week (UTC)."""

    takes = TrendIn
    name = "trend"

    def rows(
        self, period: Period, asked: Mapping[str, Any], *, at: datetime
    ) -> Sequence[Mapping[str, Any]]:
        return [
            {"began": step.began, "incidents": step.total, "severities": dict(step.incidents)}
            for step in trend(period, asked["interval"])
        ]


def _part(part: str, named: Grouping) -> dict[str, str]:
    """What a row is of: a regime, or a group with its title."""
    return {"group": part, "title": named.title(part)} if named.by else {"regime": part}


def _grouping(by: Any, *, at: datetime) -> Grouping:
    try:
        return grouping(by, releases.in_force(at))
    except NoRelease:
        return grouping(by, None)


def _seconds(length: timedelta | None) -> float | None:
    return length.total_seconds() if length is not None else None


def _csv(rows: Sequence[Mapping[str, Any]], name: str) -> HttpResponse:
    """What is nested has its names joined by dots; a column for each that any row has."""
    flat = [dict(_flat(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    return spreadsheets.answer(name, names, ([row.get(each) for each in names] for row in flat))


def _flat(row: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
