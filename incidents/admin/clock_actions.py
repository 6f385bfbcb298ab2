"""What may be done on the page of a deadline."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_RESPOND
from governance.console import fields
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import correspondence, flow, notices
from incidents.clocks import UNFINISHED
from incidents.models import Clock, Incident
from incidents.stages.fulfilling import Fulfilment


class DraftNotice(Action[Clock]):
    name = "draft_notice"
    label = _("Draft the notice")
    explains = _("Filled from the facts; you edit it, and nothing leaves by itself.")
    needs = INCIDENTS_RESPOND
    prominent = True

    def possible(self, clock: Clock) -> bool:
        return _open(clock) and notices.live(clock) is None

    def run(self, clock: Clock, form: forms.Form, *, by: Actor, at: datetime) -> str:
        correspondence.draft(clock, by=by, at=at)
        return gettext("The notice is drafted from what is known.")


class FulfilmentForm(forms.Form):
    submitted_at = fields.InstantField(label=_("When it was sent"))
    channel = fields.text(
        label=_("Channel"),
        longest=80,
        required=False,
        help_text=_("Web form, e-mail, registered mail …"),
    )
    receipt_number = fields.text(
        label=_("Receipt number"),
        longest=120,
        required=False,
        help_text=_("What proves that it arrived."),
    )
    sent_to = fields.text(label=_("To whom"), longest=500, required=False)
    note = fields.lines(
        label=_("Note"),
        longest=4000,
        required=False,
        help_text=_("Where the policy wants an approved notice: why it was sent without."),
    )


class RecordAsSent(Action[Clock]):
    name = "fulfil"
    label = _("Record as sent")
    explains = _(
        "For what was sent outside of Bylaw, by telephone or letter: record it here. To prove "
        "which text was sent and who approved it, draft the notice instead. This cannot be taken "
        "back."
    )
    needs = INCIDENTS_RESPOND

    def possible(self, clock: Clock) -> bool:
        return _open(clock)

    def form(self, clock: Clock, data: Any = None) -> FulfilmentForm:
        return FulfilmentForm(data)

    def run(self, clock: Clock, form: FulfilmentForm, *, by: Actor, at: datetime) -> str:
        done = flow.fulfil(clock, Fulfilment(**form.cleaned_data), by=by, at=at)
        return gettext("Recorded as sent: %(title)s.") % {"title": done.title}


def _open(clock: Clock) -> bool:
    return clock.state in UNFINISHED and clock.incident.state != Incident.State.CLOSED
