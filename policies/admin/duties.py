"""The table of all duties of all regimes: what is owed, how well it was checked, and when."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.console import fields, instant, labels, spreadsheets
from governance.console.labels import Tone
from governance.console.pages import PageAdmin
from governance.translated import Text
from policies import releases
from policies.admin import duty_rows, standings
from policies.admin.duty_rows import Row
from policies.errors import NoRelease
from policies.models import PolicyVersion
from policies.pack_pages.regime import STATUS

#: Laws change: what was checked longer ago is marked.
OLD: Final = timedelta(days=180)
_STATUS: Final[Mapping[str, tuple[Text, Tone]]] = {
    "in_force": (_("in force"), "good"),
    "scheduled": (_("scheduled"), "info"),
    "voluntary": (_("voluntary"), "plain"),
    "proposed": (_("proposed"), "plain"),
    "repealed": (_("repealed"), "bad"),
}
_CHECKED: Final[Mapping[str, tuple[Text, Tone]]] = {
    "verified": (_("verified"), "good"),
    "secondary": (_("secondary"), "warn"),
    "unverified": (_("unverified"), "bad"),
}
_SORTS: Final = (
    (duty_rows.CLOCKED, _("With a clock")),
    (duty_rows.UNCLOCKED, _("Without a clock")),
    (duty_rows.NONE, _("Regimes without a duty")),
)
_HEADS: Final = (
    "jurisdiction", "regime", "duty", "stage", "citation", "recipient", "owner", "starts", "period",
    "counting", "sort", "because", "status", "applies from", "verification", "verified on",
    "source", "source address", "policy",
)  # fmt: skip


class DutiesForm(forms.Form):
    """Stands in the address, so that a view can be kept and passed on."""

    q = forms.CharField(
        label=_("Words"), required=False, widget=widgets.UnfoldAdminTextInputWidget()
    )
    jurisdiction = fields.one_of(label=_("Jurisdiction"), choices=[], required=False)
    regime = fields.one_of(label=_("Regime"), choices=[], required=False)
    status = fields.one_of(
        label=_("Status"),
        choices=[("", _("Any")), *((status, _(said)) for status, said in STATUS.items())],
        required=False,
    )
    verification = fields.one_of(
        label=_("Verification"),
        choices=[("", _("Any")), *duty_rows.VERIFICATIONS.items()],
        required=False,
    )
    sort = fields.one_of(label=_("Which"), choices=[("", _("All")), *_SORTS], required=False)
    before = fields.day(label=_("Verified before"))

    def __init__(self, rows: Sequence[Row], data: Any) -> None:
        super().__init__(data)
        regimes = {each.policy: each.spec["regime"]["title"] for each in rows}
        places = sorted({each.jurisdiction for each in rows})
        self._choices("jurisdiction", [("", gettext("Any")), *((each, each) for each in places)])
        self._choices(
            "regime", [("", gettext("Any")), *sorted(regimes.items(), key=lambda it: it[1])]
        )

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]

    def chosen(self, rows: Iterable[Row]) -> list[Row]:
        """The rows that are asked for; all of them when what is asked cannot be read."""
        given = self.cleaned_data if self.is_valid() else {}
        asked = [test(given[name]) for name, test in _TESTS.items() if given.get(name)]
        return [row for row in rows if all(fits(row) for fits in asked)]


_TESTS: Final[Mapping[str, Callable[[Any], Callable[[Row], bool]]]] = {
    "q": lambda text: lambda row: all(each in row.words for each in text.casefold().split()),
    "jurisdiction": lambda place: lambda row: row.jurisdiction == place,
    "regime": lambda name: lambda row: row.policy == name,
    "status": lambda status: lambda row: row.status == status,
    "verification": lambda level: lambda row: row.verification == level,
    "sort": lambda sort: lambda row: row.sort == sort,
    "before": lambda day: lambda row: row.verified_on < f"{day:%Y-%m-%d}",
}


@dataclass(frozen=True)
class Shown:
    row: Row
    url: str
    source_url: str
    status: SafeString
    verification: SafeString
    old: bool


def page(admin: PageAdmin[PolicyVersion], request: HttpRequest) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    at = instant.of(request)
    rows, urls = _rows(at)
    form = DutiesForm(rows, request.GET)
    chosen = form.chosen(rows)
    if request.GET.get("as") == "csv":
        return spreadsheets.answer("duties.csv", _HEADS, map(_line, chosen))
    asked = {name: value for name, value in request.GET.items() if value and name != "as"}
    context = {
        "title": gettext("Duties of all regimes"),
        "form": form,
        "narrowed": bool(asked),
        "rows": [_shown(row, urls, at.date()) for row in chosen],
        "regimes": len({row.policy for row in chosen}),
        "total": len(rows),
        "counts": _counts(rows),
        "csv": f"?{urlencode({**asked, 'as': 'csv'})}",
    }
    return admin.answer(request, "policies/duties.html", context, status=200)


def _rows(at: datetime) -> tuple[list[Row], Mapping[str, str]]:
    """With the address of each policy by its name."""
    versions = list(releases.versions_at(at).filter(kind="ObligationPolicy"))
    try:
        moments = releases.in_force(at).moments
    except NoRelease:
        moments = {}
    urls = {each.name: standings.url(each) for each in versions}
    return duty_rows.of(map(releases.document, versions), moments), urls


def _shown(row: Row, urls: Mapping[str, str], today: date) -> Shown:
    url = str(row.spec["source"].get("url", ""))
    return Shown(
        row=row,
        url=urls[row.policy],
        source_url=url if url.startswith(("https://", "http://")) else "",
        status=labels.label(
            *_STATUS.get(row.status, (row.status.replace("_", " "), "plain")),
            title=gettext(STATUS.get(row.status, "")),
        ),
        verification=labels.label(
            *_CHECKED.get(row.verification, (row.verification, "plain")),
            title=duty_rows.VERIFICATIONS.get(row.verification, ""),
        ),
        old=row.verified_on < f"{today - OLD:%Y-%m-%d}",
    )


def _counts(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """How well they were checked, each count a link to what it counts."""
    return [
        {
            "text": f"{_CHECKED[level][0]}, {said}",
            "count": sum(row.verification == level for row in rows),
            "tone": _CHECKED[level][1],
            "url": f"?{urlencode({'verification': level})}",
        }
        for level, said in duty_rows.VERIFICATIONS.items()
    ]


def _line(row: Row) -> Sequence[object]:
    source = row.spec["source"]
    return (
        row.jurisdiction,
        row.spec["regime"]["title"],
        row.duty,
        row.stage,
        row.citation,
        row.recipient,
        row.owner,
        "; ".join(each.start for each in row.clocks),
        "; ".join(each.period for each in row.clocks),
        "; ".join(each.counting for each in row.clocks),
        row.sort,
        row.says,
        row.status,
        source.get("applies_from", ""),
        row.verification,
        row.verified_on,
        source["citation"],
        source.get("url", ""),
        row.document.identity,
    )
