"""People and API keys, for superusers: made, changed and ended through their own functions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import BaseUserCreationForm, SetPasswordForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold import widgets

from governance.accounts import factors, keys, people, sessions
from governance.accounts.models import ApiKey, Membership, Team, User
from governance.accounts.roles import ROLES, SCOPES, scopes_of
from governance.api import searches
from governance.console import actors, fields, instant, labels, times
from governance.console.lists import SUPERUSER
from governance.console.making import MakingAdmin
from governance.console.pages import Action, Shown
from governance.errors import Invalid
from governance.ledger.ledger import Actor

# Roles say what a person may do; the framework's groups would be a second, unread answer.
admin.site.unregister(Group)
# The sign-on library's pages would change what our functions own, without an entry.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])

_LONGEST_DAYS: Final = keys.LONGEST_LIFE.days


def _roles() -> forms.MultipleChoiceField:
    choices = [
        (role, format_html("{} <small>{}</small>", title, "; ".join(_may(role))))
        for role, title in ROLES.items()
    ]
    return forms.MultipleChoiceField(
        choices=choices,
        required=False,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="What the person may do, and which messages reach the person.",
    )


def _may(role: str) -> list[str]:
    allowed = scopes_of([role])
    return [text for scope, text in SCOPES.items() if scope in allowed]


def _switch(label: str, help_text: str) -> forms.BooleanField:
    return forms.BooleanField(
        label=label,
        required=False,
        help_text=help_text,
        widget=widgets.UnfoldBooleanWidget(),
    )


# --- people ------------------------------------------------------------------------------------


class PersonForm(BaseUserCreationForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Checks what Django checks of a new account; `people.create` makes it."""

    roles = _roles()
    administrator = _switch("Superuser", "May do everything, and manage people and API keys.")

    class Meta:
        model = User
        fields = ("username", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "Where messages go."
        for name in ("username", "email", "password1", "password2"):
            self.fields[name].widget.attrs["class"] = " ".join(widgets.INPUT_CLASSES)


class AccessForm(forms.Form):
    roles = _roles()
    active = _switch("Active", "Without it the person cannot sign in and gets no messages.")
    administrator = _switch("Superuser", "May do everything, and manage people and API keys.")


class ChangeAccess(Action[User]):
    name = "access"
    label = "Change access"
    needs = SUPERUSER
    prominent = True

    def form(self, user: User, data: Any = None) -> AccessForm:
        now = {
            "roles": user.roles,
            "active": user.is_active,
            "administrator": user.is_superuser,
        }
        return AccessForm(data, initial=now)

    def run(self, user: User, form: AccessForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        if by.id == str(user.id) and not (given["active"] and given["administrator"]):
            raise Invalid("You cannot close your own account or give up your own superuser rights.")
        people.change_access(user, **given, by=by, at=at)
        return f"The access of {user.username} is changed."


class SetPassword(Action[User]):
    name = "password"
    label = "Set a password"
    needs = SUPERUSER

    def form(self, user: User, data: Any = None) -> "SetPasswordForm[User]":
        form = SetPasswordForm(user, data)
        for field in form.fields.values():
            field.widget.attrs["class"] = " ".join(widgets.INPUT_CLASSES)
        return form

    def run(self, user: User, form: "SetPasswordForm[User]", *, by: Actor, at: datetime) -> str:
        people.set_password(user, form.cleaned_data["new_password1"], by=by, at=at)
        return f"{user.username} has a new password. Tell the person over a safe channel."


class EndSessions(Action[User]):
    name = "sign-out"
    label = "Sign out everywhere"
    explains = "All sessions of the person end at once; what was not sent is lost."
    needs = SUPERUSER

    def run(self, user: User, form: forms.Form, *, by: Actor, at: datetime) -> str:
        ended = sessions.end_all(user.id, by=by, at=at, because="ended by an administrator")
        return f"{ended} sessions of {user.username} ended."


class ReasonForm(forms.Form):
    reason = fields.text(label="Reason", longest=1000)


class ResetFactors(Action[User]):
    name = "second-factors"
    label = "Remove second factors"
    explains = (
        "For somebody who has lost them: the password alone lets in until another one is set up. "
        "Make sure that it is the person who asks."
    )
    needs = SUPERUSER

    def possible(self, user: User) -> bool:
        return factors.held(user)

    def form(self, user: User, data: Any = None) -> ReasonForm:
        return ReasonForm(data)

    def run(self, user: User, form: ReasonForm, *, by: Actor, at: datetime) -> str:
        factors.reset(user, by=by, at=at, reason=form.cleaned_data["reason"])
        return f"{user.username} has no second factor any more."


@admin.register(User)
class UserAdmin(MakingAdmin[User]):
    needs = SUPERUSER
    heading = "People"
    explains = "Roles decide what a person may do and which messages reach the person."
    when_empty = "Nobody matches."
    list_display = ("username", "email", "roles_shown", "access", "last_login_shown")
    list_filter = ("is_active", "is_superuser")
    search = searches.PEOPLE
    page_template = "console/person.html"
    page_actions = (ChangeAccess(), SetPassword(), EndSessions(), ResetFactors())
    making_form = PersonForm
    making_title = "New person"

    @admin.display(description="Roles")
    def roles_shown(self, user: User) -> str:
        return ", ".join(ROLES.get(role, role) for role in user.roles) or "—"

    @admin.display(description="Access")
    def access(self, user: User) -> SafeString:
        return _access(user)

    @admin.display(description="Last signed in")
    def last_login_shown(self, user: User) -> SafeString | str:
        return times.stamp(user.last_login) or "never"

    def page(self, request: HttpRequest, obj: User) -> dict[str, Any]:
        return {
            "person": obj,
            "access": _access(obj),
            "dates": [
                ("Joined", times.stamp(obj.date_joined)),
                ("Last signed in", times.stamp(obj.last_login) or "never"),
                ("Second factor", "set up" if factors.held(obj) else "none"),
                ("Signed in now", _sessions(obj, at=instant.of(request))),
            ],
            "roles": [(ROLES.get(role, role), _may(role)) for role in obj.roles],
            "teams": [_membership(each) for each in obj.memberships.select_related("team")],
        }

    def make(
        self, request: HttpRequest, form: PersonForm, *, by: Actor, at: datetime
    ) -> HttpResponse:
        given = form.cleaned_data
        made = people.create(
            username=given["username"],
            password=given["password1"],
            email=given["email"],
            roles=given["roles"],
            administrator=given["administrator"],
            by=by,
            at=at,
        )
        messages.success(request, f"{made.username} can sign in now.")
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[made.id]))


def _membership(member: Membership) -> tuple[str, str]:
    return str(member.team), ", ".join(ROLES.get(role, role) for role in member.roles)


def _sessions(user: User, *, at: datetime) -> str:
    return ", ".join(each.address or "unknown" for each in sessions.living(user, at=at)) or "no"


def _access(user: User) -> SafeString:
    if not user.is_active:
        return labels.label("closed")
    return (
        labels.label("superuser", "warn") if user.is_superuser else labels.label("active", "good")
    )


# --- API keys ----------------------------------------------------------------------------------


def _teams() -> list[tuple[str, str]]:
    found = Team.objects.filter(closed_at=None).order_by("name")
    return [("", "None: organisation-wide"), *((str(each.id), each.name) for each in found)]


class KeyForm(forms.Form):
    name = fields.text(label="Name", longest=100, help_text="Which tool uses it, and where.")
    scopes = forms.MultipleChoiceField(
        choices=[
            (scope, format_html("<code>{}</code> <small>{}</small>", scope, text))
            for scope, text in SCOPES.items()
        ],
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="What the key may do. A tool that only reports needs the first.",
    )
    team = fields.one_of(
        label="Team",
        choices=_teams,
        required=False,
        help_text="With a team the key acts on that team's systems only.",
    )
    days = forms.IntegerField(
        label="Expires in days",
        min_value=1,
        max_value=_LONGEST_DAYS,
        initial=90,
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
    )


class RevocationForm(forms.Form):
    reason = fields.text(label="Reason", longest=1000)


class RotationForm(forms.Form):
    hours = forms.IntegerField(
        label="Hours for which the old secret lets in, too",
        min_value=0,
        max_value=keys.LONGEST_OVERLAP // timedelta(hours=1),
        initial=keys.OVERLAP // timedelta(hours=1),
        help_text="Time to give the tool the new one; 0 when somebody else has the old one.",
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
    )
    days = forms.IntegerField(
        label="Expires in days",
        min_value=1,
        max_value=_LONGEST_DAYS,
        initial=90,
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
    )


class RotateKey(Action[ApiKey]):
    name = "rotate"
    label = "Rotate"
    explains = (
        "A new secret for the same key, shown once on the next page; name, prefix and scopes stay."
    )
    needs = SUPERUSER

    def possible(self, key: ApiKey) -> bool:
        return key.revoked_at is None

    def form(self, key: ApiKey, data: Any = None) -> RotationForm:
        return RotationForm(data)

    def run(self, key: ApiKey, form: RotationForm, *, by: Actor, at: datetime) -> Shown:
        plain = keys.rotate(
            key,
            overlap=timedelta(hours=form.cleaned_data["hours"]),
            expires_at=at + timedelta(days=form.cleaned_data["days"]),
            by=by,
            at=at,
        )
        fresh = ApiKey.objects.get(id=key.id)
        context = {"key": fresh, "plain": plain, "title": "The new secret"}
        return Shown("console/key_made.html", context)


class Revoke(Action[ApiKey]):
    name = "revoke"
    label = "Revoke"
    explains = "At once and for good. Tools that use the key get an error from now on."
    needs = SUPERUSER

    def possible(self, key: ApiKey) -> bool:
        return key.revoked_at is None

    def form(self, key: ApiKey, data: Any = None) -> RevocationForm:
        return RevocationForm(data)

    def run(self, key: ApiKey, form: RevocationForm, *, by: Actor, at: datetime) -> str:
        keys.revoke(key, by=by, at=at, reason=form.cleaned_data["reason"])
        return f"The key {key} is revoked."


@admin.register(ApiKey)
class ApiKeyAdmin(MakingAdmin[ApiKey]):
    needs = SUPERUSER
    heading = "API keys"
    explains = "One key for each tool, with the scopes that the tool needs."
    when_empty = "There is no key yet. A tool needs one to report incidents: make it here."
    list_display = ("name", "prefix", "state", "scopes_shown", "expires", "used")
    search = searches.KEYS
    page_template = "console/api_key.html"
    page_actions = (RotateKey(), Revoke())
    making_form = KeyForm
    making_title = "New API key"
    making_explains = "The key is shown once, on the next page, and kept as a hash only."

    def prepare(self, rows: Sequence[ApiKey], request: HttpRequest) -> None:
        for key in rows:
            key.seen_at = instant.of(request)  # type: ignore[attr-defined]  # for the columns

    def rows(self, request: HttpRequest) -> QuerySet[ApiKey]:
        return ApiKey.objects.defer("digest", "old_digest")

    @admin.display(description="State")
    def state(self, key: ApiKey) -> SafeString:
        return _key_state(key, at=key.seen_at)  # type: ignore[attr-defined]

    @admin.display(description="Scopes")
    def scopes_shown(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description="Expires")
    def expires(self, key: ApiKey) -> SafeString:
        return times.stamp(key.expires_at)

    @admin.display(description="Last used")
    def used(self, key: ApiKey) -> SafeString | str:
        return times.stamp(key.last_used_at) or "never"

    def page(self, request: HttpRequest, obj: ApiKey) -> dict[str, Any]:
        return {
            "key": obj,
            "state": _key_state(obj, at=instant.of(request)),
            "scopes": [(scope, SCOPES.get(scope, "")) for scope in obj.scopes],
            "dates": _dates(obj),
        }

    def make(self, request: HttpRequest, form: KeyForm, *, by: Actor, at: datetime) -> HttpResponse:
        given = form.cleaned_data
        key, plain = keys.mint(
            name=given["name"],
            scopes=given["scopes"],
            by=by,
            expires_at=at + timedelta(days=given["days"]),
            at=at,
            team=Team.objects.filter(id=given["team"]).first() if given["team"] else None,
        )
        context = {"key": key, "plain": plain, "title": "The new API key"}
        # No view of the admin is cached, so the browser does not keep it either.
        return self.answer(request, "console/key_made.html", context, status=201)


def _dates(key: ApiKey) -> list[tuple[str, object]]:
    return [
        ("Made by", actors.name(key.created_by)),
        ("Team", key.team or "none: organisation-wide"),
        ("Made", times.stamp(key.created_at)),
        ("Expires", times.stamp(key.expires_at)),
        ("Old secret lets in until", times.stamp(key.old_ends_at) or "no old one"),
        ("Revoked", times.stamp(key.revoked_at) or "no"),
        ("Last used", times.stamp(key.last_used_at) or "never"),
    ]


def _key_state(key: ApiKey, *, at: datetime) -> SafeString:
    if key.revoked_at is not None:
        return labels.label("revoked")
    return labels.label("expired") if key.expires_at <= at else labels.label("live", "good")
