"""Asking for an impact on the page of a version, and looking how far it came."""

from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from governance.accounts.roles import POLICIES_APPROVE, POLICIES_WRITE
from governance.api.authentication import actor
from governance.console import instant
from governance.console.lists import scopes
from governance.console.pages import PageAdmin, explained
from governance.errors import BylawError
from policies import impacts
from policies.admin import impact_panel, standings
from policies.models import PolicyVersion

_MAY: Final = frozenset({POLICIES_WRITE, POLICIES_APPROVE})


class PeriodForm(forms.Form):
    days = forms.TypedChoiceField(choices=impact_panel.PERIODS, coerce=int)


def panel(page: PageAdmin[PolicyVersion], request: HttpRequest, key: UUID) -> HttpResponse:
    """GET gives the part of the page that shows it, for a script to put in place; POST starts or
    cancels and leads back to the page."""
    version = page.visible(request, str(key))
    if request.method != "POST":
        context = {
            "version": version,
            "impact_asks": _may_ask(request) and impact_panel.possible(version),
            **impact_panel.context(version, at=instant.of(request)),
        }
        return TemplateResponse(request, "policies/impact.html", context)
    if not _may_ask(request):
        raise PermissionDenied
    try:
        _change(request, version)
    except BylawError as error:
        messages.error(request, explained(error))
    return HttpResponseRedirect(f"{standings.url(version)}#impact")


def _change(request: HttpRequest, version: PolicyVersion) -> None:
    by, at = actor(request), instant.of(request)
    if "cancel" in request.POST:
        found = impacts.of(version)
        if found is not None:
            impacts.cancel(found, by=by, at=at)
        return
    form = PeriodForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose one of the periods."))
        return
    impacts.request(impact_panel.asked(version), days=form.cleaned_data["days"], by=by, at=at)


def _may_ask(request: HttpRequest) -> bool:
    return bool(_MAY & scopes(request))
