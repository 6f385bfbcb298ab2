"""API keys: one's own, and everybody's for who manages access; the same rule as over REST."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.access.rules import EVERYTHING, Reach
from governance.accounts import administration, keys, people, teams
from governance.accounts.models import ApiKey, Team
from governance.accounts.roles import ACCESS_MANAGE, KEYS_MANAGE, SCOPES
from governance.api import searches
from governance.api.authentication import actor
from governance.console import actors, fields, instant, labels, role_titles, times
from governance.console.lists import scopes
from governance.console.making import MakingAdmin
from governance.console.pages import Action, Shown
from governance.ledger.ledger import Actor

_LONGEST_DAYS: Final = keys.LONGEST_LIFE.days


def _teams() -> list[tuple[str, str]]:
    found = Team.objects.filter(closed_at=None).order_by("name")
    return [
        ("", gettext("None: organisation-wide")),
        *((str(each.id), each.name) for each in found),
    ]


def _scopes() -> list[tuple[str, SafeString]]:
    return [
        (scope, format_html("<code>{}</code> <small>{}</small>", scope, role_titles.scope(scope)))
        for scope in SCOPES
    ]


class KeyForm(forms.Form):
    name = fields.text(label=_("Name"), longest=100, help_text=_("Which tool uses it, and where."))
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=_scopes,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("What the key may do, and you may. A tool that only reports needs the first."),
    )
    team = fields.one_of(
        label=_("Team"),
        choices=_teams,
        required=False,
        help_text=_("With a team the key acts on that team's systems only."),
    )
    days = forms.IntegerField(
        label=_("Expires in days"),
        min_value=1,
        max_value=_LONGEST_DAYS,
        initial=90,
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
    )


class RevocationForm(forms.Form):
    reason = fields.text(label=_("Reason"), longest=1000)


class RotationForm(forms.Form):
    hours = forms.IntegerField(
        label=_("Hours for which the old secret lets in, too"),
        min_value=0,
        max_value=keys.LONGEST_OVERLAP // timedelta(hours=1),
        initial=keys.OVERLAP // timedelta(hours=1),
        help_text=_("Time to give the tool the new one; 0 when somebody else has the old one."),
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
    )
    days = forms.IntegerField(
        label=_("Expires in days"),
        min_value=1,
        max_value=_LONGEST_DAYS,
        initial=90,
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
    )


class RotateKey(Action[ApiKey]):
    name = "rotate"
    label = _("Rotate")
    explains = _(
        "A new secret for the same key, shown once on the next page; name, prefix and scopes stay."
    )
    needs = KEYS_MANAGE

    def possible(self, key: ApiKey) -> bool:
        return key.revoked_at is None

    def form(self, key: ApiKey, data: Any = None) -> RotationForm:
        return RotationForm(data)

    def run(self, key: ApiKey, form: RotationForm, *, by: Actor, at: datetime) -> Shown:
        plain = administration.rotate_key(
            key,
            overlap=timedelta(hours=form.cleaned_data["hours"]),
            days=form.cleaned_data["days"],
            held=_held(by),
            by=by,
            at=at,
        )
        fresh = ApiKey.objects.get(id=key.id)
        context = {"key": fresh, "plain": plain, "title": gettext("The new secret")}
        return Shown("console/key_made.html", context)


class Revoke(Action[ApiKey]):
    name = "revoke"
    label = _("Revoke")
    explains = _("At once and for good. Tools that use the key get an error from now on.")
    needs = KEYS_MANAGE

    def possible(self, key: ApiKey) -> bool:
        return key.revoked_at is None

    def form(self, key: ApiKey, data: Any = None) -> RevocationForm:
        return RevocationForm(data)

    def run(self, key: ApiKey, form: RevocationForm, *, by: Actor, at: datetime) -> str:
        keys.revoke(key, by=by, at=at, reason=form.cleaned_data["reason"])
        return gettext("The key %(key)s is revoked.") % {"key": key}


@admin.register(ApiKey)
class ApiKeyAdmin(MakingAdmin[ApiKey]):
    needs = KEYS_MANAGE
    heading = _("API keys")
    manual = "tool"
    explains = _(
        "One key for each tool, with the scopes that the tool needs, of those that its maker has. "
        "Who manages access sees everybody's keys, others their own."
    )
    when_empty = _("There is no key yet. A tool needs one to report incidents: make it here.")
    list_display = ("name", "prefix", "state", "scopes_shown", "expires", "used")
    search = searches.KEYS
    page_template = "console/api_key.html"
    page_actions = (RotateKey(), Revoke())
    making_form = KeyForm
    making_title = _("New API key")
    making_explains = _("The key is shown once, on the next page, and kept as a hash only.")

    def prepare(self, rows: Sequence[ApiKey], request: HttpRequest) -> None:
        for key in rows:
            key.seen_at = instant.of(request)  # type: ignore[attr-defined]  # for the columns

    def has_view_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return not scopes(request).isdisjoint({KEYS_MANAGE, ACCESS_MANAGE})

    def rows(self, request: HttpRequest) -> QuerySet[ApiKey]:
        seen = administration.keys_seen(scopes(request), actor(request))
        return seen.defer("digest", "old_digest")

    def reached(self, request: HttpRequest) -> Reach:
        """What `rows` gives: a key is of no system."""
        return EVERYTHING

    @admin.display(description=_("State"))
    def state(self, key: ApiKey) -> SafeString:
        return state_label(key, at=key.seen_at)  # type: ignore[attr-defined]

    @admin.display(description=_("Scopes"))
    def scopes_shown(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description=_("Expires"))
    def expires(self, key: ApiKey) -> SafeString:
        return times.stamp(key.expires_at)

    @admin.display(description=_("Last used"))
    def used(self, key: ApiKey) -> SafeString | str:
        return times.stamp(key.last_used_at) or gettext("never")

    def page(self, request: HttpRequest, obj: ApiKey) -> dict[str, Any]:
        return {
            "key": obj,
            "state": state_label(obj, at=instant.of(request)),
            "scopes": [(scope, role_titles.scope(scope)) for scope in obj.scopes],
            "dates": _dates(obj),
        }

    def to_fill(self, request: HttpRequest, given: Any = None) -> KeyForm:
        """Offers what the viewer may pass on; whoever asks for more hears so from the function."""
        form = KeyForm(given)
        held = scopes(request)
        offered: Any = form.fields["scopes"]
        offered.widget.choices = [each for each in offered.choices if each[0] in held]
        return form

    def make(self, request: HttpRequest, form: KeyForm, *, by: Actor, at: datetime) -> HttpResponse:
        given = form.cleaned_data
        key, plain = administration.make_key(
            name=given["name"],
            scopes=given["scopes"],
            days=given["days"],
            held=scopes(request),
            by=by,
            at=at,
            team=teams.one(UUID(given["team"])) if given["team"] else None,
        )
        context = {"key": key, "plain": plain, "title": gettext("The new API key")}
        # No view of the admin is cached, so the browser does not keep it either.
        return self.answer(request, "console/key_made.html", context, status=201)


def _held(by: Actor) -> frozenset[str]:
    person = people.person(by)
    return person.rights.everywhere if person is not None else frozenset()


def _dates(key: ApiKey) -> list[tuple[str, object]]:
    return [
        (gettext("Made by"), actors.name(key.created_by)),
        (gettext("Team"), key.team or gettext("none: organisation-wide")),
        (gettext("Made"), times.stamp(key.created_at)),
        (gettext("Expires"), times.stamp(key.expires_at)),
        (
            gettext("Old secret lets in until"),
            times.stamp(key.old_ends_at) or gettext("no old one"),
        ),
        (gettext("Revoked"), times.stamp(key.revoked_at) or gettext("no")),
        (gettext("Last used"), times.stamp(key.last_used_at) or gettext("never")),
    ]


def state_label(key: ApiKey, *, at: datetime) -> SafeString:
    if key.revoked_at is not None:
        return labels.label(gettext("revoked"))
    return (
        labels.label(gettext("expired"))
        if key.expires_at <= at
        else labels.label(gettext("live"), "good")
    )
