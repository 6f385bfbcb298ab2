"""The page of figures: how long things took, what was met in time, how many there were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, get_args
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ
from governance.api.authentication import actor
from governance.console import fields, instant
from governance.console.lists import openings, reached
from governance.errors import Conflict, Invalid
from governance.translated import Text
from incidents.admin import figures_age
from incidents.admin import figures_links as links
from incidents.admin import figures_rows as rows
from incidents.figures import drawing, keeping, measures
from incidents.figures.comparison import compared
from incidents.figures.counted import Counted
from incidents.figures.keeping import Found
from incidents.figures.measures import Measure
from incidents.figures.period import SEVERAL, TITLES, By, Period, grouping
from incidents.figures.question import Question
from incidents.figures.times import STEPS
from incidents.figures.trend import Interval, check
from incidents.models import Incident
from policies import releases
from policies.errors import NoRelease
from policies.release import Release

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
    """`given` leads to the same question, whenever it is followed."""

    question: Question
    given: Mapping[str, str]
    problem: str = ""

    @property
    def by(self) -> By:
        return self.question.by

    @property
    def interval(self) -> Interval:
        return self.question.interval


def page(request: HttpRequest) -> dict[str, Any]:
    """What the template takes. Raises PermissionDenied."""
    at, asked = _read(request)
    release = _release(at)
    found = _found(asked, release, at=at)
    period = asked.question.period(found.figures.at if found.figures is not None else at)
    shown = {
        "title": gettext("Statistics"),
        "form": FiguresForm(_given(request, asked, period)),
        "problem": asked.problem,
        "systems": period.systems,
        "presets": _presets(request, at),
        "links": links.links(asked.question, asked.given, period),
        "period": period,
        "before": period.before,
        "age": figures_age.age(found, asked.given),
    }
    return shown | (_figures(found.figures, asked, release) if found.figures is not None else {})


def count_again(request: HttpRequest) -> HttpResponseBase:
    """Have counted what could not be, and back to the page. Raises PermissionDenied."""
    at, asked = _read(request)
    try:
        keeping.ask_again(_question(asked, _release(at)), at=at)
    except Conflict as error:
        messages.info(request, error.message)
    return _back(asked)


def picture(request: HttpRequest) -> HttpResponseBase:
    """The trend as a file of its own; the page instead, as long as it is not counted. Raises
    PermissionDenied."""
    at, asked = _read(request)
    release = _release(at)
    figures = _found(asked, release, at=at).figures
    if figures is None:
        return _back(asked)
    context = {
        "chart": drawing.chart(figures.steps, _levels(release), asked.interval),
        "size": drawing,
        "alone": True,
    }
    return _svg("incidents/trend.svg", context, "incidents")


def measure(name: str, request: HttpRequest) -> HttpResponseBase:
    """One of the other charts, likewise. Raises PermissionDenied."""
    at, asked = _read(request)
    figures = _found(asked, _release(at), at=at).figures
    if figures is None:
        return _back(asked)
    found = {each.name: each for each in _measures(figures, asked)}
    context = {"measure": found[name], "bars": found[name].bars, "alone": True}
    return _svg("incidents/measure.svg", context, name)


def _svg(template: str, context: dict[str, Any], name: str) -> HttpResponse:
    answer = HttpResponse(render_to_string(template, context), content_type="image/svg+xml")
    answer["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    return answer


def _back(asked: Asked) -> HttpResponseRedirect:
    page = reverse("admin:incidents_incident_statistics")
    return HttpResponseRedirect(f"{page}?{urlencode(asked.given)}")


def _found(asked: Asked, release: Release | None, *, at: datetime) -> Found:
    return keeping.find(_question(asked, release), grouping(asked.by, release), at=at)


def _question(asked: Asked, release: Release | None) -> Question:
    subcategories = tuple(grouping(asked.by, release).subcategories)
    return replace(asked.question, subcategories=subcategories)


def _figures(figures: Counted, asked: Asked, release: Release | None) -> dict[str, Any]:
    named, steps = grouping(asked.by, release), figures.steps
    found = _measures(figures, asked)
    return {
        "chart": drawing.chart(steps, _levels(release), asked.interval),
        "size": drawing,
        "steps": [(drawing.name(step, asked.interval), step) for step in steps],
        "incidents": figures.incidents,
        "heads": list(STEPS.values()),
        "grouped": TITLES[asked.by] if asked.by else "",
        "in_several": asked.by in SEVERAL,
        "times": [rows.times_row(row, named) for row in figures.parts],
        "deadlines": [rows.deadlines_row(row, row.part) for row in figures.regimes],
        "parts": [rows.deadlines_row(row, rows.titled(row.part, named)) for row in figures.met],
        "compared": compared(figures.whole, figures.regimes, figures.before, figures.met_before),
        "measures": found,
        "moments": _moments(steps, asked, found),
        "in_time": links.pictures(asked.given)["in-time"],
        "as_of": figures.at,
    }


def _measures(figures: Counted, asked: Asked) -> Sequence[Measure]:
    names = [drawing.name(step, asked.interval) for step in figures.steps]
    began = [step.began for step in figures.steps]
    return measures.measures(began, names, figures.over, figures.met_over)


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
    usual = Question(systems=None if seen.everything else tuple(sorted(seen.systems)))
    if not form.is_valid():
        return Asked(usual, {}, _problems(form))
    given = form.cleaned_data
    named = {"by": given["by"], "interval": given["interval"]}
    days = {name: given[name] for name in ("since", "until") if given[name] is not None}
    begun: dict[str, Any] = {name: _begin(day) for name, day in days.items()}
    question = replace(usual, **begun, **named)
    try:
        check(question.period(at), question.interval)
    except Invalid as error:
        return Asked(replace(usual, by=given["by"]), {"by": given["by"]}, error.message)
    return Asked(question, {name: f"{day:%Y-%m-%d}" for name, day in days.items()} | named)


def _problems(form: forms.Form) -> str:
    return " ".join(str(each) for found in form.errors.values() for each in found)


def _given(request: HttpRequest, asked: Asked, period: Period) -> dict[str, str]:
    shown = {"since": f"{period.since:%Y-%m-%d}", "by": asked.by, "interval": asked.interval}
    return shown | request.GET.dict()


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


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
