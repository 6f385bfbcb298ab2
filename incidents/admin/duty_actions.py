"""What may be done on the page of a duty."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_APPROVE
from governance.console import fields
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import confirmations, duties
from incidents.admin.requests import AskForWaiver
from incidents.models import Duty, Incident


class NoteForm(forms.Form):
    note = fields.lines(label=_("Note"), longest=4000, required=False)


class ContestForm(forms.Form):
    note = fields.lines(label=_("Why it applies"), longest=4000)


class _Judge(Action[Duty]):
    needs = INCIDENTS_APPROVE

    def possible(self, duty: Duty) -> bool:
        return duty.incident.state != Incident.State.CLOSED


class Confirm(_Judge):
    name, label = "confirm", _("Confirm that it does not apply")
    explains = _(
        "You answer for the decision not to notify; nobody is reminded of it any more. Facts that "
        "make it apply open it all the same. What somebody else contested is closed by this."
    )
    prominent = True

    def possible(self, duty: Duty) -> bool:
        contested = duties.contested(duty) and duty.state in duties.ACTIVE
        waits = duty.confirmation == Duty.Confirmation.UNCONFIRMED
        return super().possible(duty) and (waits or contested)

    def form(self, duty: Duty, data: Any = None) -> forms.Form:
        return NoteForm(data)

    def run(self, duty: Duty, form: Any, *, by: Actor, at: datetime) -> str:
        confirmations.confirm(duty, note=form.cleaned_data["note"], by=by, at=at)
        return gettext("Confirmed: the duty does not apply.")


class Contest(_Judge):
    name, label = "contest", _("Contest: it applies")
    explains = _(
        "The duty opens and its deadlines run from their moments, so that one may be late at once. "
        "No later decision of the policies closes it; only a second person or a waiver does."
    )

    def possible(self, duty: Duty) -> bool:
        return super().possible(duty) and duty.state == Duty.State.NOT_APPLICABLE

    def form(self, duty: Duty, data: Any = None) -> forms.Form:
        return ContestForm(data)

    def run(self, duty: Duty, form: Any, *, by: Actor, at: datetime) -> str:
        confirmations.contest(duty, note=form.cleaned_data["note"], by=by, at=at)
        return gettext("Contested: the duty is open and its deadlines run.")


ACTIONS: Final[Sequence[Action[Duty]]] = (Confirm(), Contest(), AskForWaiver())
