"""What may be done on the page of a deadline."""

from datetime import datetime
from typing import Any

from django import forms

from governance.accounts.roles import INCIDENTS_RESPOND
from governance.console import fields
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import flow
from incidents.clocks import UNFINISHED
from incidents.models import Clock, Incident
from incidents.stages.obligations import Fulfilment


class FulfilmentForm(forms.Form):
    submitted_at = fields.InstantField(label="When it was sent")
    channel = fields.text(
        label="Channel", longest=80, required=False, help_text="Web form, e-mail, registered mail …"
    )
    receipt_number = fields.text(
        label="Receipt number",
        longest=120,
        required=False,
        help_text="What proves that it arrived.",
    )
    note = fields.lines(label="Note", longest=4000, required=False)


class RecordAsSent(Action[Clock]):
    name = "fulfil"
    label = "Record as sent"
    explains = (
        "Bylaw does not send notifications to authorities. Send it by the channel that the "
        "authority names, then record it here. This cannot be taken back."
    )
    needs = INCIDENTS_RESPOND
    prominent = True

    def possible(self, clock: Clock) -> bool:
        return clock.state in UNFINISHED and clock.incident.state != Incident.State.CLOSED

    def form(self, clock: Clock, data: Any = None) -> FulfilmentForm:
        return FulfilmentForm(data)

    def run(self, clock: Clock, form: FulfilmentForm, *, by: Actor, at: datetime) -> str:
        done = flow.fulfil(clock, Fulfilment(**form.cleaned_data), by=by, at=at)
        return f"Recorded as sent: {done.title}."
