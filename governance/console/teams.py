"""Teams: which systems they own, and who holds which roles with these."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts import people, teams
from governance.accounts.models import Membership, Team
from governance.accounts.roles import ROLES, TEAMS_MANAGE
from governance.api import searches
from governance.console import fields, labels, role_titles, times
from governance.console.making import MakingAdmin
from governance.console.pages import Action
from governance.ledger.ledger import Actor


class TeamForm(forms.Form):
    name = fields.text(label=_("Name"), longest=100)
    description = fields.text(label=_("Description"), longest=500, required=False)


class SystemsForm(forms.Form):
    systems = fields.lines(
        label=_("Systems"),
        longest=10_000,
        help_text=_("Ids of the system register, one a line."),
    )

    def clean_systems(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["systems"].splitlines() if line.strip()]


class OwnedForm(forms.Form):
    def __init__(self, owned: Sequence[str], data: Any = None) -> None:
        super().__init__(data)
        choices = [(name, name) for name in owned]
        self.fields["systems"] = fields.some_of(
            label=gettext("Systems"), choices=choices, required=True
        )


class MemberForm(forms.Form):
    person = fields.text(label=_("Person"), longest=150, help_text=_("The user name."))
    roles = fields.some_of(
        label=_("Roles"),
        choices=[(role, _(title)) for role, title in ROLES.items()],
        help_text=_(
            "They hold with the systems of this team only. Without one the person leaves it."
        ),
    )


class ClosureForm(forms.Form):
    reason = fields.text(label=_("Reason"), longest=1000)


class _Change(Action[Team]):
    needs = TEAMS_MANAGE

    def possible(self, team: Team) -> bool:
        return team.closed_at is None


class Appoint(_Change):
    name = "member"
    label = _("Set the roles of a person")
    prominent = True

    def form(self, team: Team, data: Any = None) -> MemberForm:
        return MemberForm(data)

    def run(self, team: Team, form: MemberForm, *, by: Actor, at: datetime) -> str:
        person = people.named(form.cleaned_data["person"])
        teams.appoint(team, person, form.cleaned_data["roles"], by=by, at=at)
        return gettext("The roles of %(username)s in %(team)s are set.") % {
            "username": person.username,
            "team": team,
        }


class Give(_Change):
    name = "give"
    label = _("Give it systems")
    explains = _("A system has one owner. It has to be taken from another team first.")

    def form(self, team: Team, data: Any = None) -> SystemsForm:
        return SystemsForm(data)

    def run(self, team: Team, form: SystemsForm, *, by: Actor, at: datetime) -> str:
        teams.give(team, form.cleaned_data["systems"], by=by, at=at)
        return gettext("%(team)s owns these systems now.") % {"team": team}


class Take(_Change):
    name = "take"
    label = _("Take systems from it")
    explains = _("Until a team is given them, only organisation-wide roles reach them.")

    def possible(self, team: Team) -> bool:
        return super().possible(team) and bool(teams.systems_of(team))

    def form(self, team: Team, data: Any = None) -> OwnedForm:
        return OwnedForm(teams.systems_of(team), data)

    def run(self, team: Team, form: OwnedForm, *, by: Actor, at: datetime) -> str:
        teams.take(team, form.cleaned_data["systems"], by=by, at=at)
        return gettext("%(team)s owns these systems no more.") % {"team": team}


class Rename(_Change):
    name = "rename"
    label = _("Rename")

    def form(self, team: Team, data: Any = None) -> TeamForm:
        return TeamForm(data, initial={"name": team.name, "description": team.description})

    def run(self, team: Team, form: TeamForm, *, by: Actor, at: datetime) -> str:
        teams.rename(team, **form.cleaned_data, by=by, at=at)
        return gettext("The team is renamed.")


class Close(_Change):
    name = "close"
    label = _("Close")
    explains = _(
        "For good: its systems are nobody's, its members hold nothing by it, its keys are revoked."
    )

    def form(self, team: Team, data: Any = None) -> ClosureForm:
        return ClosureForm(data)

    def run(self, team: Team, form: ClosureForm, *, by: Actor, at: datetime) -> str:
        teams.close(team, reason=form.cleaned_data["reason"], by=by, at=at)
        return gettext("%(team)s is closed.") % {"team": team}


@admin.register(Team)
class TeamAdmin(MakingAdmin[Team]):
    needs = TEAMS_MANAGE
    heading = _("Teams")
    manual = "operation#teams"
    explains = _(
        "A team owns systems. Its members hold their roles with these, and see nothing of others. "
        "Roles that a person holds organisation-wide stand on the person's page."
    )
    when_empty = _("There is no team: every role holds organisation-wide.")
    list_display = ("name", "state", "systems_shown", "members_shown")
    search = searches.TEAMS
    page_template = "console/team.html"
    page_actions = (Appoint(), Give(), Take(), Rename(), Close())
    making_form = TeamForm
    making_title = _("New team")

    def rows(self, request: HttpRequest) -> QuerySet[Team]:
        return teams.listed()

    @admin.display(description=_("State"))
    def state(self, team: Team) -> SafeString:
        return (
            labels.label(gettext("closed"))
            if team.closed_at
            else labels.label(gettext("active"), "good")
        )

    @admin.display(description=_("Systems"))
    def systems_shown(self, team: Team) -> str:
        return ", ".join(each.system for each in team.systems.all()) or "—"

    @admin.display(description=_("Members"))
    def members_shown(self, team: Team) -> str:
        return ", ".join(each.person.username for each in team.members.all()) or "—"

    def page(self, request: HttpRequest, obj: Team) -> dict[str, Any]:
        return {
            "team": obj,
            "state": self.state(obj),
            "systems": [each.system for each in obj.systems.all()],
            "members": [_member(each) for each in obj.members.all()],
            "keys": obj.keys.order_by("name"),
            "dates": [
                (gettext("Made"), times.stamp(obj.created_at)),
                (gettext("Closed"), times.stamp(obj.closed_at)),
            ],
        }

    def make(
        self, request: HttpRequest, form: TeamForm, *, by: Actor, at: datetime
    ) -> HttpResponse:
        made = teams.make(**form.cleaned_data, by=by, at=at)
        return HttpResponseRedirect(reverse("admin:accounts_team_change", args=[made.id]))


def _member(member: Membership) -> tuple[str, str]:
    return member.person.username, ", ".join(role_titles.role(role) for role in member.roles)
