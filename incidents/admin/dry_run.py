"""What would this report get? Decided and counted as a real one, by the same function as over REST,
and not kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_REPORT, POLICIES_READ
from governance.api.authentication import actor
from governance.console import fields, instant, times, values
from governance.console.lists import openings, scopes, wish
from governance.console.pages import PageAdmin, explained
from governance.errors import BylawError
from incidents import foresight
from incidents.admin import severities, standings
from incidents.api import decisions
from incidents.foresight import Foreseen, Wanted
from incidents.models import Incident
from incidents.states import Standing
from policies.models import PolicyVersion

Page = PageAdmin[Incident]
_MOST: Final = 100


class DryRunForm(forms.Form):
    report = fields.JsonField(
        label=_("The report"),
        rows=18,
        help_text=_("As a tool would send it. Leave out what is not known."),
    )
    draft = fields.one_of(label=_("By which policies"), choices=[], required=False)

    def __init__(self, drafts: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data, initial={"report": values.pretty(_example(), sort=False)})
        chosen: Any = self.fields["draft"]
        chosen.choices = [("", gettext("Those in force now")), *drafts]


def _example() -> dict[str, Any]:
    """A report to begin with."""
    return {
        "incident": {
            "title": gettext("What happened"),
            "narrative": gettext("In a few sentences."),
        },
        "system": gettext("the id of a system of the register"),
    }


def page(admin: Page, request: HttpRequest) -> HttpResponse:
    """Raises PermissionDenied for who may report nothing."""
    if INCIDENTS_REPORT not in openings(request, Incident):
        raise PermissionDenied
    if request.method != "POST":
        return _answer(admin, request, DryRunForm(_drafts(request)), status=200)
    form = DryRunForm(_drafts(request), request.POST)
    if not form.is_valid():
        return _answer(admin, request, form, status=422)
    try:
        made = _foreseen(request, form.data["report"], form.cleaned_data)
    except BylawError as error:
        messages.error(request, explained(error))
        return _answer(admin, request, form, status=error.status)
    return _answer(admin, request, form, status=200, result=_shown(made))


def _foreseen(request: HttpRequest, text: str, given: Mapping[str, Any]) -> Foreseen:
    """Raises BylawError."""
    report, at = given["report"], instant.of(request)
    system = report.get("system") if isinstance(report, dict) else None
    if isinstance(system, str):
        wish(request, INCIDENTS_REPORT).require(system)
    drafts = (UUID(given["draft"]),) if given["draft"] else ()
    asked = Wanted(at, drafts=drafts)
    return foresight.foresee(text.encode(), report, asked, by=actor(request), at=at)


def _drafts(request: HttpRequest) -> list[tuple[str, str]]:
    """Versions that are not approved yet, for who reads policies."""
    if POLICIES_READ not in scopes(request):
        return []
    open_ = PolicyVersion.objects.exclude(status=PolicyVersion.Status.APPROVED).defer("text")
    return [
        (str(each.id), gettext("Those in force, with %(draft)s") % {"draft": each})
        for each in open_.order_by("-id")[:_MOST]
    ]


def _shown(made: Foreseen) -> Mapping[str, Any]:
    told = decisions.shown(made)
    return {
        **told,
        "level": severities.of(made.incident),
        "duties": [{**duty, "stages": _stages(duty)} for duty in told["duties"]],
        "acknowledge_by": times.stamp(told["escalation"]["acknowledge_by"]),
    }


def _stages(duty: Mapping[str, Any]) -> list[tuple[str, str, Any, Any]]:
    """Title, standing and both dues of each."""
    return [
        (
            each["title"],
            standings.title(Standing(each["standing"])).lower(),
            times.stamp(_read(each["conservative_due"])),
            times.stamp(_read(each["legal_due"])),
        )
        for each in duty["stages"]
    ]


def _read(shown: str | None) -> datetime | None:
    """An instant as an answer has it."""
    return datetime.fromisoformat(shown) if shown else None


def _answer(
    admin: Page,
    request: HttpRequest,
    form: DryRunForm,
    *,
    status: int,
    result: Mapping[str, Any] | None = None,
) -> HttpResponse:
    context = {"title": gettext("What would this report get?"), "form": form, "result": result}
    return admin.answer(request, "incidents/dry_run.html", context, status=status)
