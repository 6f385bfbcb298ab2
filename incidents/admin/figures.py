"""The page of figures: how long things took, what was met in time, how many there were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ
from governance.api.authentication import actor
from governance.console import fields, instant
from governance.console import times as words
from governance.console.lists import openings, reached
from governance.errors import Invalid
from governance.translated import Text
from incidents.figures import deadlines, drawing, measures, times
from incidents.figures.comparison import compared
from incidents.figures.deadlines import Row as Deadlines
from incidents.figures.measures import Measure
from incidents.figures.period import NOT_STATED, SEVERAL, TITLES, Grouping, Period, grouping
from incidents.figures.times import STEPS, Took
from incidents.figures.times import Row as Times
from incidents.figures.trend import Interval, trend
from incidents.models import Incident
from policies import releases
from policies.errors import NoRelease
from policies.release import Release

_ALL: Final = Grouping("")
_PRESETS: Final = (
    (30, _("30 days")),
    (90, _("90 days")),
    (365, _("A year")),
    (3 * 365, _("Three years")),
)

_INTERVALS: Final[Mapping[Interval, Text]] = {"month": _("Month"), "week": _("Week")}


class FiguresForm(forms.Form):
    """Stands in the address, so that a view can be kept and passed on."""

    use_required_attribute = False

    since = fields.day(label=_("From (UTC)"))
    until = fields.day(label=_("Until, without that day (UTC)"))
    by = fields.one_of(label=_("Group by"), choices=list(TITLES.items()))
    interval = fields.one_of(
        label=_("Trend by"), choices=[(each, _INTERVALS[each]) for each in get_args(Interval)]
    )


@dataclass(frozen=True)
class Asked:
    period: Period
    by: Any
    interval: Interval
    problem: str = ""

    def query(self, **more: str) -> str:
        """For an address with the same figures."""
        given = {"since": _exact(self.period.since), "until": _exact(self.period.until), **more}
        return urlencode(given)


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


def page(request: HttpRequest) -> dict[str, Any]:
    """What the template takes. Raises PermissionDenied."""
    at, asked = _read(request)
    release = _release(at)
    steps = _steps(asked)
    named = grouping(asked.by, release)
    all_, over, parts = times.several(asked.period, [_ALL, Grouping(asked.interval), named])
    regimes, met_over, met = deadlines.several(
        asked.period, [Grouping(asked.interval), named], at=at
    )
    found, links = _measures(asked, steps, over, met_over), _links(asked)
    return {
        "title": gettext("Statistics"),
        "form": FiguresForm(_given(request, asked)),
        "problem": asked.problem,
        "systems": asked.period.systems,
        "presets": _presets(request, at),
        "chart": drawing.chart(steps, _levels(release), asked.interval),
        "size": drawing,
        "steps": [(drawing.name(step, asked.interval), step) for step in steps],
        "incidents": sum(step.total for step in steps),
        "heads": list(STEPS.values()),
        "grouped": TITLES[asked.by] if asked.by else "",
        "in_several": asked.by in SEVERAL,
        "times": [_times_row(row, named) for row in parts],
        "deadlines": [_deadlines_row(row, row.part) for row in regimes],
        "parts": [_deadlines_row(row, _title(row.part, named)) for row in met if asked.by],
        "compared": compared(asked.period, all_, regimes, at=at),
        "measures": found,
        "moments": _moments(steps, asked, found),
        "before": asked.period.before,
        "period": asked.period,
        "links": links,
        "in_time": links["in-time"],
    }


def picture(request: HttpRequest) -> HttpResponseBase:
    """The trend as a file of its own. Raises PermissionDenied."""
    at, asked = _read(request)
    context = {
        "chart": drawing.chart(_steps(asked), _levels(_release(at)), asked.interval),
        "size": drawing,
        "alone": True,
    }
    drawn = render_to_string("incidents/trend.svg", context)
    answer = HttpResponse(drawn, content_type="image/svg+xml")
    answer["Content-Disposition"] = 'attachment; filename="incidents.svg"'
    return answer


def measure(name: str, request: HttpRequest) -> HttpResponseBase:
    """One of the other charts, as a file of its own. Raises PermissionDenied."""
    at, asked = _read(request)
    by = Grouping(asked.interval)
    over, met = times.times(asked.period, by), deadlines.grouped(asked.period, by, at=at)
    found = {each.name: each for each in _measures(asked, _steps(asked), over, met)}
    context = {"measure": found[name], "bars": found[name].bars, "alone": True}
    drawn = render_to_string("incidents/measure.svg", context)
    answer = HttpResponse(drawn, content_type="image/svg+xml")
    answer["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    return answer


def _measures(
    asked: Asked, steps: Any, over: Sequence[Times], met: Sequence[Deadlines]
) -> Sequence[Measure]:
    names = [drawing.name(step, asked.interval) for step in steps]
    return measures.measures([step.began for step in steps], names, over, met)


def _moments(
    steps: Any, asked: Asked, found: Sequence[Measure]
) -> Sequence[tuple[str, Sequence[str]]]:
    """The numbers of all measures, step by step of time, those without any left out."""
    rows = zip(*(each.said for each in found), strict=True)
    named = zip((drawing.name(step, asked.interval) for step in steps), rows, strict=True)
    return [(name, row) for name, row in named if any(row)]


def _read(request: HttpRequest) -> tuple[datetime, Asked]:
    if INCIDENTS_READ not in openings(request, Incident):
        raise PermissionDenied
    at = instant.of(request)
    reads.listed(Incident, by=actor(request), at=at)
    return at, _asked(request, at=at)


def _asked(request: HttpRequest, *, at: datetime) -> Asked:
    """What cannot be used is said, and the usual is shown."""
    form = FiguresForm({"interval": "month", **request.GET.dict()})
    form.fields["by"].required = False
    seen = reached(request, INCIDENTS_READ)
    usual = Period.of(None, None, at=at, reach=seen)
    if not form.is_valid():
        return Asked(usual, "", "month", _problems(form))
    given = form.cleaned_data
    try:
        period = Period.of(_begin(given["since"]), _begin(given["until"]), at=at, reach=seen)
        asked = Asked(period, given["by"], given["interval"])
        _steps(asked)
    except Invalid as error:
        return Asked(usual, given["by"], "month", error.message)
    return asked


def _problems(form: forms.Form) -> str:
    return " ".join(str(each) for found in form.errors.values() for each in found)


def _given(request: HttpRequest, asked: Asked) -> dict[str, str]:
    shown = {"since": f"{asked.period.since:%Y-%m-%d}", "by": asked.by, "interval": asked.interval}
    return shown | request.GET.dict()


def _steps(asked: Asked) -> Any:
    return trend(asked.period, asked.interval)


def _begin(day: Any) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day is not None else None


def _release(at: datetime) -> Release | None:
    try:
        return releases.in_force(at)
    except NoRelease:
        return None


def _levels(release: Release | None) -> Sequence[str]:
    return [] if release is None else [level.id for level in release.severity.levels]


def _presets(request: HttpRequest, at: datetime) -> Sequence[tuple[str, Text]]:
    others = {k: v for k, v in request.GET.dict().items() if k not in {"since", "until"}}
    return [
        (f"?{urlencode({**others, 'since': f'{at - timedelta(days=days):%Y-%m-%d}'})}", title)
        for days, title in _PRESETS
    ]


def _links(asked: Asked) -> dict[str, str]:
    by = {"by": asked.by} if asked.by else {}
    files = f"{reverse('statistics')}/"
    drawn = urlencode(
        {
            "since": f"{asked.period.since:%Y-%m-%d}",
            "until": f"{asked.period.until + timedelta(days=1):%Y-%m-%d}",
            "interval": asked.interval,
        }
    )
    over = {"by": asked.interval}
    pictures = {
        name: f"{reverse(f'admin:incidents_incident_{name}')}?{drawn}" for name in measures.TITLES
    }
    return {
        **pictures,
        "board": f"{reverse('admin:incidents_incident_board')}?{drawn}",
        "svg": f"{reverse('admin:incidents_incident_trend')}?{drawn}",
        "over_times": f"{files}times.csv?{asked.query(**over)}",
        "over_deadlines": f"{files}deadlines.csv?{asked.query(**over)}",
        "parts": f"{files}deadlines.csv?{asked.query(**by)}",
        "trend": f"{files}trend.csv?{asked.query(interval=asked.interval)}",
        "times": f"{files}times.csv?{asked.query(**by)}",
        "deadlines": f"{files}deadlines.csv?{asked.query()}",
    }


def _times_row(row: Any, named: Grouping) -> TimesRow:
    cells = [(title, _cell(row.took[step])) for step, title in STEPS.items()]
    return TimesRow(_title(row.group, named), row.incidents, cells)


def _title(group: str, named: Grouping) -> str:
    """What policies name a group stays; the rest is in the reader's language."""
    if group != NOT_STATED:
        return named.title(group)
    return gettext("Not stated") if named.by else gettext("All incidents")


def _cell(took: Took) -> Cell:
    return Cell(_length(took.median), _length(took.p90), took.count)


def _deadlines_row(row: Deadlines, title: str) -> DeadlinesRow:
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


def _exact(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
