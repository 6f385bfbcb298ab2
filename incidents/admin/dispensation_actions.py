"""Deciding on requests for delays, pauses and waivers, and ending what is in force."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_APPROVE, INCIDENTS_RESPOND
from governance.console import fields
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import dispensations
from incidents.models import Dispensation, Incident

State = Dispensation.State


class NoteForm(forms.Form):
    note = fields.lines(label=_("Note"), longest=4000, required=False)


class ReasonForm(forms.Form):
    reason = fields.text(label=_("Reason"), longest=1000)


class _Change(Action[Dispensation]):
    """Of one that is in the state `from_`."""

    from_ = State.REQUESTED

    def possible(self, row: Dispensation) -> bool:
        return row.state == self.from_ and row.incident.state != Incident.State.CLOSED

    def form(self, row: Dispensation, data: Any = None) -> forms.Form:
        return NoteForm(data)


class Approve(_Change):
    name, label, needs = "approve", _("Approve"), INCIDENTS_APPROVE
    explains = _(
        "It takes effect at once, as said below under “What approving does”. You answer for the "
        "ground; who asked cannot approve."
    )
    prominent = True

    def run(self, row: Dispensation, form: Any, *, by: Actor, at: datetime) -> str:
        done = dispensations.approve(row, note=form.cleaned_data["note"], by=by, at=at)
        return gettext("In force now: %(kind)s.") % {"kind": done.get_kind_display()}


class Refuse(_Change):
    name, label, needs = "refuse", _("Refuse"), INCIDENTS_APPROVE
    explains = _("Nothing changes. The owner of the duty is told.")

    def run(self, row: Dispensation, form: Any, *, by: Actor, at: datetime) -> str:
        done = dispensations.refuse(row, note=form.cleaned_data["note"], by=by, at=at)
        return gettext("Refused: %(kind)s.") % {"kind": done.get_kind_display()}


class Withdraw(_Change):
    name, label, needs = "withdraw", _("Withdraw"), INCIDENTS_RESPOND
    explains = _("You take your request back. Nothing changes.")

    def run(self, row: Dispensation, form: Any, *, by: Actor, at: datetime) -> str:
        dispensations.withdraw(row, note=form.cleaned_data["note"], by=by, at=at)
        return gettext("Your request is withdrawn.")


class End(_Change):
    name, label, needs = "end", _("End now"), INCIDENTS_RESPOND
    explains = _(
        "From now on it does not hold any more; what that does is said below. It takes effect at "
        "once and needs no second person, because it is the stricter side."
    )
    from_ = State.APPROVED

    def form(self, row: Dispensation, data: Any = None) -> forms.Form:
        return ReasonForm(data)

    def run(self, row: Dispensation, form: Any, *, by: Actor, at: datetime) -> str:
        done = dispensations.end(row, because=form.cleaned_data["reason"], by=by, at=at)
        return gettext("Ended: %(kind)s.") % {"kind": done.get_kind_display()}


DECIDING: Final = frozenset({"approve", "refuse"})
ACTIONS: Final[Sequence[Action[Dispensation]]] = (Approve(), Refuse(), Withdraw(), End())
