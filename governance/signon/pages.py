"""My account: who I am here, my second factors, and where I am signed in."""

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from governance.accounts import factors, preferences, sessions
from governance.accounts.models import Session, User
from governance.api.authentication import actor
from governance.console import instant, role_titles, times
from governance.errors import BylawError
from governance.signon.second_factors import passkeys


@require_GET
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    here = request.session.get(sessions.KEY)
    living = sessions.living(person, at=instant.of(request))
    context = {
        "title": gettext("My account"),
        "person": person,
        "roles": [role_titles.role(role) for role in person.roles],
        "missing": factors.missing(person),
        "codes": _has(person, Authenticator.Type.TOTP),
        "recovery": _has(person, Authenticator.Type.RECOVERY_CODES),
        "passkeys": passkeys(person),
        "sessions": [_row(each, here) for each in living],
        "zones": preferences.zones(),
        "zone": preferences.zone_name(person),
        "now": times.stamp(instant.of(request)),
    }
    return render(request, "account/account.html", context)


@require_POST
@login_required
def end_session(request: HttpRequest, id: UUID) -> HttpResponse:
    try:
        session = sessions.own(id, _person(request))
        sessions.end(session, by=actor(request), at=instant.of(request))
    except BylawError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("account"))


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        sessions.end_all(
            _person(request).id,
            by=actor(request),
            at=instant.of(request),
            because="ended",
            besides=request.session.get(sessions.KEY),
        )
    return HttpResponseRedirect(reverse("account"))


@require_POST
@login_required
def choose_zone(request: HttpRequest) -> HttpResponse:
    person, zone = _person(request), request.POST.get("zone", "")
    try:
        preferences.choose_zone(person, zone, by=actor(request), at=instant.of(request))
        messages.success(
            request, gettext("Times are shown in %(zone)s from here on.") % {"zone": zone}
        )
    except BylawError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("account"))


def _has(person: User, kind: str) -> bool:
    return bool(Authenticator.objects.filter(user=person, type=kind).exists())


def _row(session: Session, here: object) -> dict[str, Any]:
    return {
        "id": session.id,
        "started": times.stamp(session.started_at),
        "used": times.stamp(session.last_used_at),
        "address": session.address or gettext("unknown"),
        "agent": session.agent or gettext("unknown"),
        "methods": ", ".join(session.methods) or gettext("unknown"),
        "here": str(session.id) == here,
    }


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required lets in nobody else
    return request.user
