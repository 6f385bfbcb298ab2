"""What stands above the entries of the audit trail: the form that narrows it, and the chart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.console import activity, bars, fields, times
from governance.console import trail_filters as filters
from governance.console.activity import KINDS, Activity, Step
from governance.console.bars import Bars, Given
from governance.translated import Text

#: What a link to a span of time replaces.
_TIME: Final = ("since", "until", "period", "p")
#: What stands in the address and leaves nothing out: the page, the order, and Django's own mark.
_NO_FILTERS: Final = ("p", "o", "e")
_DAY: Final = timedelta(days=1)
_SHADES: Final = {kind: number for number, kind in enumerate(KINDS, start=1)}
_READINGS: Final = [
    ("", _("With readings")),
    ("without", _("Without readings")),
    ("only", _("Only readings")),
]


class NarrowForm(forms.Form):
    """Sends itself in the address; what else stands there it sends along."""

    use_required_attribute = False

    since = fields.InstantField(label=_("From"), required=False)
    until = fields.InstantField(label=_("Until"), required=False)
    actor = fields.text(label=_("Who: user name, or user:ID"), longest=150, required=False)
    incident = fields.text(label=_("Incident"), longest=40, required=False)
    verb = forms.CharField(
        label=_("What happened"), required=False, widget=widgets.UnfoldAdminSelectWidget()
    )
    readings = fields.one_of(label=_("Readings"), choices=_READINGS, required=False)

    def __init__(self, given: dict[str, Any], verbs: Sequence[tuple[str, str]]) -> None:
        super().__init__(initial=given, auto_id="narrow_%s")
        widget = self.fields["verb"].widget
        if isinstance(widget, forms.Select):
            widget.choices = [("", gettext("Everything")), *verbs]


@dataclass(frozen=True)
class Row:
    """A step with entries, as the table has it."""

    name: str
    url: str
    counts: Sequence[int]
    total: int


@dataclass(frozen=True)
class Chart:
    bars: Bars
    rows: Sequence[Row]
    kinds: Sequence[tuple[int, Text]]
    title: str
    counted: int
    whole: bool


@dataclass(frozen=True)
class Head:
    """`in_force` is how many filters leave something out."""

    form: NarrowForm
    others: Sequence[tuple[str, str]]
    presets: Sequence[tuple[str, Text, bool]]
    chart: Chart | None
    in_force: int

    @property
    def narrowed(self) -> bool:
        return self.in_force > 0


def of(changes: ChangeList, request: HttpRequest) -> Head:
    given = request.GET.dict()
    form = NarrowForm(_initial(given), _verbs(changes))
    return Head(
        form,
        [(name, value) for name, value in given.items() if name not in {*form.fields, "p"}],
        _presets(changes, given),
        _chart(changes, request),
        sum(1 for name, value in given.items() if value and name not in _NO_FILTERS),
    )


def _initial(given: Mapping[str, Any]) -> dict[str, Any]:
    read = {name: filters.read(str(given.get(name, ""))) for name in ("since", "until")}
    return {**given, **read}


def _verbs(changes: ChangeList) -> Sequence[tuple[str, str]]:
    """As the filter has found them already."""
    specs = [each for each in changes.filter_specs if isinstance(each, filters.VerbFilter)]
    return [(str(value), str(text)) for each in specs for value, text in each.lookup_choices]


def _presets(changes: ChangeList, given: Mapping[str, str]) -> Sequence[tuple[str, Text, bool]]:
    return [
        (
            changes.get_query_string({"period": name}, list(_TIME)),
            text,
            given.get("period") == name,
        )
        for name, (text, _) in filters.PERIODS.items()
    ]


def _chart(changes: ChangeList, request: HttpRequest) -> Chart | None:
    given = request.GET
    since = filters.read(given.get("since", "")) or filters.begin(given.get("period", ""), request)
    found = activity.of(changes.queryset, since, filters.read(given.get("until", "")))
    return _drawn(found, changes) if found is not None else None


def _drawn(found: Activity, changes: ChangeList) -> Chart:
    urls = [changes.get_query_string(_span(each), list(_TIME)) for each in found.steps]
    given = [
        Given(
            _name(step.began, found.length),
            {_SHADES[kind]: count for kind, count in step.counts.items() if kind in _SHADES},
            _said(step, found.length),
            url,
        )
        for step, url in zip(found.steps, urls, strict=True)
    ]
    rows = [
        Row(
            times.utc(step.began),
            url,
            [step.counts.get(kind, 0) for kind in KINDS],
            step.total,
        )
        for step, url in zip(found.steps, urls, strict=True)
        if step.total
    ]
    kinds = [(shade, KINDS[kind]) for kind, shade in _SHADES.items()]
    return Chart(bars.drawn(given), rows, kinds, _title(found.length), found.counted, found.whole)


def _span(step: Step) -> dict[str, str]:
    return {
        "since": f"{step.began:%Y-%m-%dT%H:%M:%SZ}",
        "until": f"{step.ended:%Y-%m-%dT%H:%M:%SZ}",
    }


def _name(at: datetime, length: timedelta) -> str:
    return f"{at:%Y-%m-%d}" if length >= _DAY else f"{at:%d %b %H:%M}"


def _said(step: Step, length: timedelta) -> str:
    parts = [f"{KINDS[kind]}: {step.counts[kind]:,}" for kind in KINDS if kind in step.counts]
    return "; ".join(
        [
            ngettext("%(time)s, %(total)s entry", "%(time)s, %(total)s entries", step.total)
            % {"time": _name(step.began, length), "total": f"{step.total:,}"},
            *parts,
        ]
    )


#: Unit → the title of the chart, for so many of them in a step; the longest unit first.
_UNITS: Final[Mapping[timedelta, Callable[[int], str]]] = {
    _DAY * 7: lambda count: ngettext(
        "Entries in each week", "Entries in each %(count)s weeks", count
    ),
    _DAY: lambda count: ngettext("Entries in each day", "Entries in each %(count)s days", count),
    timedelta(hours=1): lambda count: ngettext(
        "Entries in each hour", "Entries in each %(count)s hours", count
    ),
    timedelta(minutes=1): lambda count: ngettext(
        "Entries in each minute", "Entries in each %(count)s minutes", count
    ),
}


def _title(length: timedelta) -> str:
    """By how long a step is."""
    whole = [each for each in _UNITS if length % each == timedelta(0)]
    count = length // whole[0]
    return _UNITS[whole[0]](count) % {"count": count}
