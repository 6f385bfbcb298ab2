"""Ending a policy without a successor, which takes two people."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import POLICIES_APPROVE, POLICIES_WRITE
from governance.console import fields, times
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from policies import retirements
from policies.admin import consequences
from policies.admin.action_forms import NoteForm, ReasonForm, comment
from policies.models import PolicyVersion


class RetirementForm(forms.Form):
    until = fields.InstantField(
        label=_("It should end at"),
        required=False,
        help_text=_("Empty: as soon as somebody agrees."),
    )
    comment = comment(_("Why"), required=True)


class AgreementForm(NoteForm):
    def __init__(self, version: PolicyVersion, data: Any = None) -> None:
        super().__init__(data)
        self.consequences = list(consequences.of_retirement(version))


class AskForRetirement(Action[PolicyVersion]):
    name = "ask"
    label = _("Ask for retirement")
    explains = _("The policy ends without a successor once somebody else agrees.")
    needs = POLICIES_WRITE

    def form(self, version: PolicyVersion, data: Any = None) -> RetirementForm:
        return RetirementForm(data)

    def run(self, version: PolicyVersion, form: RetirementForm, *, by: Actor, at: datetime) -> str:
        retirements.ask(version, **form.cleaned_data, by=by, at=at)
        return gettext("Asked. Somebody else who may approve must agree.")


class AgreeToRetirement(Action[PolicyVersion]):
    name = "agree"
    label = _("Agree to retirement")
    explains = _("Its rules no longer hold from that day on; what they decided stands.")
    needs = POLICIES_APPROVE
    prominent = True

    def form(self, version: PolicyVersion, data: Any = None) -> AgreementForm:
        return AgreementForm(version, data)

    def run(self, version: PolicyVersion, form: AgreementForm, *, by: Actor, at: datetime) -> str:
        done = retirements.agree(version, by=by, at=at, comment=form.cleaned_data["comment"])
        return gettext("%(version)s is in force until %(utc)s.") % {
            "version": version,
            "utc": times.utc(done.effective_until),
        }


class CancelRetirement(Action[PolicyVersion]):
    name = "cancel"
    label = _("Cancel retirement")
    explains = _("It stays in force.")
    needs = POLICIES_WRITE

    def form(self, version: PolicyVersion, data: Any = None) -> ReasonForm:
        return ReasonForm(gettext("Why"), data)

    def run(self, version: PolicyVersion, form: ReasonForm, *, by: Actor, at: datetime) -> str:
        retirements.cancel(version, comment=form.cleaned_data["comment"], by=by, at=at)
        return gettext("%(version)s goes on.") % {"version": version}
