"""People, for who manages access: accounts made, changed and closed by the rule of REST."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import BaseUserCreationForm, SetPasswordForm
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance import clock
from governance.accounts import administration, factors, made_keys, sessions
from governance.accounts.models import ApiKey, Membership, User
from governance.accounts.roles import ACCESS_MANAGE, ROLES, SCOPES, scopes_of
from governance.api import searches
from governance.console import fields, instant, labels, role_titles, times
from governance.console.making import MakingAdmin
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from governance.translated import Text

# Roles say what a person may do; the framework's groups would be a second, unread answer.
admin.site.unregister(Group)
# The sign-on library's pages would change what our functions own, without an entry.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])

_SUPERUSER = _(
    "Has the role administrator, and makes superusers. Only a superuser gives or takes this."
)


def _roles() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Roles"),
        choices=_choices,
        required=False,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("What the person may do, and which messages reach the person."),
    )


def _choices() -> list[tuple[str, SafeString]]:
    return [
        (role, format_html("{} <small>{}</small>", role_titles.role(role), "; ".join(_may(role))))
        for role in ROLES
    ]


def _may(role: str) -> list[str]:
    allowed = scopes_of([role])
    return [role_titles.scope(scope) for scope in SCOPES if scope in allowed]


def _switch(label: Text, help_text: Text) -> forms.BooleanField:
    return forms.BooleanField(
        label=label,
        required=False,
        help_text=help_text,
        widget=widgets.UnfoldBooleanWidget(),
    )


# --- people ------------------------------------------------------------------------------------


class PersonForm(BaseUserCreationForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Checks what Django checks of a new account; `administration.make_person` makes it."""

    roles = _roles()
    administrator = _switch(_("Superuser"), _SUPERUSER)

    class Meta:
        model = User
        fields = ("username", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = gettext("Where messages go.")
        for name in ("username", "email", "password1", "password2"):
            self.fields[name].widget.attrs["class"] = " ".join(widgets.INPUT_CLASSES)


class AccessForm(forms.Form):
    roles = _roles()
    administrator = _switch(_("Superuser"), _SUPERUSER)


class ClosureForm(forms.Form):
    """Which of the person's keys end with the account is chosen, not assumed."""

    confirmed = fields.confirmation(
        label=_("Close the account"),
        help_text=_("Nobody signs in with it, its sessions end, and no message goes to it."),
    )

    def __init__(self, made: Sequence[ApiKey], data: Any = None) -> None:
        super().__init__(data)
        if made:
            self.fields["keys"] = fields.some_of(
                label=gettext("Keys to revoke with it"),
                choices=[(str(key.id), f"{key}: {', '.join(key.scopes)}") for key in made],
                help_text=gettext(
                    "Made by this person. The others go on working: tools may need them."
                ),
            )


class ChangeAccess(Action[User]):
    name = "access"
    label = _("Change access")
    needs = ACCESS_MANAGE
    prominent = True

    def form(self, user: User, data: Any = None) -> AccessForm:
        return AccessForm(data, initial={"roles": user.roles, "administrator": user.is_superuser})

    def run(self, user: User, form: AccessForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        administration.change_access(user, **given, active=user.is_active, by=by, at=at)
        user.refresh_from_db()
        more = [key for key in made_keys.living(user, at=at) if made_keys.beyond(key, user)]
        return _said(
            gettext("The access of %(name)s is changed.") % {"name": user.username},
            _beyond(len(more)) if more else "",
        )


class CloseAccount(Action[User]):
    name = "close"
    label = _("Close the account")
    explains = _("What the person did stays under the name. It can be opened again.")
    needs = ACCESS_MANAGE

    def possible(self, user: User) -> bool:
        return user.is_active

    def form(self, user: User, data: Any = None) -> ClosureForm:
        return ClosureForm(made_keys.living(user, at=clock.now()), data)

    def run(self, user: User, form: ClosureForm, *, by: Actor, at: datetime) -> str:
        chosen = [UUID(each) for each in form.cleaned_data.get("keys", ())]
        _set_active(user, active=False, revoke=chosen, by=by, at=at)
        left = len(made_keys.living(user, at=at))
        return _said(
            gettext("The account of %(name)s is closed.") % {"name": user.username},
            _revoked(len(chosen), left) if chosen or left else "",
        )


class ReopenAccount(Action[User]):
    name = "reopen"
    label = _("Open the account again")
    explains = _("With the roles that it had. Keys that were revoked stay so.")
    needs = ACCESS_MANAGE

    def possible(self, user: User) -> bool:
        return not user.is_active

    def run(self, user: User, form: forms.Form, *, by: Actor, at: datetime) -> str:
        _set_active(user, active=True, by=by, at=at)
        return gettext("The account of %(username)s is open again.") % {"username": user.username}


def _said(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)


def _beyond(count: int) -> str:
    said = ngettext(
        "%(count)s key of the person may do more than the person: see below.",
        "%(count)s keys of the person may do more than the person: see below.",
        count,
    )
    return said % {"count": count}


def _revoked(count: int, left: int) -> str:
    said = ngettext(
        "%(count)s key is revoked, %(left)s go on working.",
        "%(count)s keys are revoked, %(left)s go on working.",
        count,
    )
    return said % {"count": count, "left": left}


def _set_active(
    user: User, *, active: bool, by: Actor, at: datetime, revoke: Sequence[UUID] = ()
) -> None:
    administration.change_access(
        user,
        roles=user.roles,
        active=active,
        administrator=user.is_superuser,
        revoke=revoke,
        by=by,
        at=at,
    )


class SetPassword(Action[User]):
    name = "password"
    label = _("Set a password")
    needs = ACCESS_MANAGE

    def form(self, user: User, data: Any = None) -> "SetPasswordForm[User]":
        form = SetPasswordForm(user, data)
        for field in form.fields.values():
            field.widget.attrs["class"] = " ".join(widgets.INPUT_CLASSES)
        return form

    def run(self, user: User, form: "SetPasswordForm[User]", *, by: Actor, at: datetime) -> str:
        administration.set_password(user, form.cleaned_data["new_password1"], by=by, at=at)
        return gettext("%(username)s has a new password. Tell the person over a safe channel.") % {
            "username": user.username
        }


class EndSessions(Action[User]):
    name = "sign-out"
    label = _("Sign out everywhere")
    explains = _("All sessions of the person end at once; what was not sent is lost.")
    needs = ACCESS_MANAGE

    def run(self, user: User, form: forms.Form, *, by: Actor, at: datetime) -> str:
        ended = administration.end_sessions(user, by=by, at=at)
        said = ngettext(
            "%(count)s session of %(name)s ended.", "%(count)s sessions of %(name)s ended.", ended
        )
        return said % {"count": ended, "name": user.username}


class ReasonForm(forms.Form):
    reason = fields.text(label=_("Reason"), longest=1000)


class ResetFactors(Action[User]):
    name = "second-factors"
    label = _("Remove second factors")
    explains = _(
        "For somebody who has lost them: the password alone lets in until another one is set up. "
        "Make sure that it is the person who asks."
    )
    needs = ACCESS_MANAGE

    def possible(self, user: User) -> bool:
        return factors.held(user)

    def form(self, user: User, data: Any = None) -> ReasonForm:
        return ReasonForm(data)

    def run(self, user: User, form: ReasonForm, *, by: Actor, at: datetime) -> str:
        administration.reset_factors(user, by=by, at=at, reason=form.cleaned_data["reason"])
        return gettext("%(username)s has no second factor any more.") % {"username": user.username}


@admin.register(User)
class UserAdmin(MakingAdmin[User]):
    needs = ACCESS_MANAGE
    heading = _("People")
    manual = "officer#who-may-do-what-and-with-which-systems"
    explains = _("Roles decide what a person may do and which messages reach the person.")
    when_empty = _("Nobody matches.")
    list_display = ("username", "email", "roles_shown", "access", "last_login_shown")
    list_filter = ("is_active", "is_superuser")
    search = searches.PEOPLE
    page_template = "console/person.html"
    page_actions = (
        ChangeAccess(),
        SetPassword(),
        EndSessions(),
        ResetFactors(),
        CloseAccount(),
        ReopenAccount(),
    )
    making_form = PersonForm
    making_title = _("New person")

    @admin.display(description=_("Roles"))
    def roles_shown(self, user: User) -> str:
        return ", ".join(role_titles.role(role) for role in user.roles) or "—"

    @admin.display(description=_("Access"))
    def access(self, user: User) -> SafeString:
        return _access(user)

    @admin.display(description=_("Last signed in"))
    def last_login_shown(self, user: User) -> SafeString | str:
        return times.stamp(user.last_login) or gettext("never")

    def page(self, request: HttpRequest, obj: User) -> dict[str, Any]:
        return {
            "person": obj,
            "access": _access(obj),
            "dates": [
                (gettext("Joined"), times.stamp(obj.date_joined)),
                (gettext("Last signed in"), times.stamp(obj.last_login) or gettext("never")),
                (
                    gettext("Second factor"),
                    gettext("set up") if factors.held(obj) else gettext("none"),
                ),
                (gettext("Signed in now"), _sessions(obj, at=instant.of(request))),
            ],
            "roles": [(role_titles.role(role), _may(role)) for role in obj.roles],
            "teams": [_membership(each) for each in obj.memberships.select_related("team")],
            "keys": _keys(obj, at=instant.of(request)),
        }

    def make(
        self, request: HttpRequest, form: PersonForm, *, by: Actor, at: datetime
    ) -> HttpResponse:
        given = form.cleaned_data
        made = administration.make_person(
            username=given["username"],
            password=given["password1"],
            email=given["email"],
            roles=given["roles"],
            administrator=given["administrator"],
            by=by,
            at=at,
        )
        messages.success(
            request, gettext("%(username)s can sign in now.") % {"username": made.username}
        )
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[made.id]))


def _membership(member: Membership) -> tuple[str, str]:
    return str(member.team), ", ".join(role_titles.role(role) for role in member.roles)


def _keys(user: User, *, at: datetime) -> list[tuple[ApiKey, str]]:
    """Living keys of the person, each with what it may do beyond the person."""
    made = made_keys.living(user, at=at)
    return [(key, ", ".join(made_keys.beyond(key, user))) for key in made]


def _sessions(user: User, *, at: datetime) -> str:
    return ", ".join(
        each.address or gettext("unknown") for each in sessions.living(user, at=at)
    ) or gettext("no")


def _access(user: User) -> SafeString:
    if not user.is_active:
        return labels.label(gettext("closed"))
    return (
        labels.label(gettext("superuser"), "warn")
        if user.is_superuser
        else labels.label(gettext("active"), "good")
    )
