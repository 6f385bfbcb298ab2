"""Having an incident decided anew by hand: what it would change, before and after, and confirming
exactly that."""

from typing import Any, Protocol
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_APPROVE
from governance.api.authentication import actor
from governance.api.withheld import veil
from governance.console import fields, instant
from governance.console.lists import may
from governance.console.pages import explained
from governance.errors import BylawError
from incidents import flow, selectors
from incidents.admin import notes, reassessed
from incidents.models import Incident
from policies import titles


class Page(Protocol):
    def visible(self, request: HttpRequest, object_id: str) -> Incident: ...
    def answer(
        self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int
    ) -> TemplateResponse: ...


class ConfirmForm(forms.Form):
    """`shown` is the digest of what the page shows."""

    reason = fields.lines(label=_("Reason"), longest=1000)

    def __init__(self, shown: str, data: Any = None) -> None:
        super().__init__(data)
        # Without it, what happens would not be what was shown, and that is refused.
        self.fields["shown"] = forms.CharField(
            max_length=64, required=False, initial=shown, widget=fields.Shown(shown)
        )


def page(admin: Page, request: HttpRequest, key: UUID) -> HttpResponse:
    incident = admin.visible(request, str(key))
    if request.method == "POST":
        return _confirmed(admin, request, incident)
    return _shown(admin, request, incident, status=200)


def _confirmed(admin: Page, request: HttpRequest, incident: Incident) -> HttpResponse:
    if not may(request, INCIDENTS_APPROVE, incident):
        raise PermissionDenied
    form = ConfirmForm("", request.POST)
    if not form.is_valid():
        return _shown(admin, request, incident, data=request.POST, status=422)
    try:
        flow.reassess_by_hand(
            incident, **form.cleaned_data, by=actor(request), at=instant.of(request)
        )
    except BylawError as error:
        messages.error(request, explained(error))
        return _shown(admin, request, incident, data=request.POST, status=error.status)
    messages.success(
        request, gettext("%(reference)s was reassessed.") % {"reference": incident.reference}
    )
    return HttpResponseRedirect(f"{_page_of(incident)}#reassessed")


def _shown(
    admin: Page, request: HttpRequest, incident: Incident, *, data: Any = None, status: int
) -> HttpResponse:
    """What it would change by now. Of a closed incident that is nothing: back to its page."""
    at = instant.of(request)
    try:
        effect = flow.preview_reassessment(incident, at=at)
    except BylawError as error:
        messages.error(request, explained(error))
        return HttpResponseRedirect(_page_of(incident))
    last, clocks = selectors.latest_decision(incident), incident.clocks.select_related("duty")
    context = {
        "title": gettext("Reassess %(reference)s") % {"reference": incident.reference},
        "incident": veil(incident),
        "may_confirm": may(request, INCIDENTS_APPROVE, incident),
        "follows": effect.before.release_id == effect.after.release_id,
        "behind": notes.of(incident, last, clocks, at=at),
        "severity": reassessed.levels(effect.before.severity, effect.after.severity),
        "changes": reassessed.changes(effect.changes, titles.of(effect.after.release_id)),
        "findings": [finding.as_dict() for finding in effect.findings],
        "last": last,
        "form": ConfirmForm(effect.digest, data),
    }
    return admin.answer(request, "incidents/reassess.html", context, status=status)


def _page_of(incident: Incident) -> str:
    return reverse("admin:incidents_incident_change", args=[incident.id])
