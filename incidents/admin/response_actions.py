"""Who has an incident in hand: taking it on, putting the next step off, handing it over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms

from governance.accounts import people
from governance.accounts.roles import INCIDENTS_RESPOND
from governance.console import fields, times
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import flow
from incidents.admin import pinned
from incidents.models import Incident
from incidents.stages.handing import Lead


class Response(Action[Incident]):
    needs = INCIDENTS_RESPOND

    def possible(self, incident: Incident) -> bool:
        return incident.state != Incident.State.CLOSED


class Acknowledge(Response):
    name = "acknowledge"
    label = "Acknowledge"
    explains = "You take the incident on and lead it; the escalation stops."
    prominent = True

    def possible(self, incident: Incident) -> bool:
        return super().possible(incident) and incident.acknowledged_at is None

    def run(self, incident: Incident, form: forms.Form, *, by: Actor, at: datetime) -> str:
        flow.acknowledge(incident, by=by, at=at)
        return f"You have acknowledged {incident.reference}."


class SnoozeForm(forms.Form):
    until = fields.InstantField(label="Until")
    reason = fields.text(label="Reason", longest=1000)

    def __init__(self, data: Any, *, hours: float) -> None:
        super().__init__(data)
        most = f"At most {hours:g} hours from now, and not past the next due time of a duty."
        self.fields["until"].help_text = most


class Snooze(Response):
    name = "snooze"
    label = "Snooze"
    explains = (
        "The next step of the escalation waits until then, and the ladder goes on from there "
        "unless somebody acknowledges. Deadlines of duties go on speaking."
    )

    def possible(self, incident: Incident) -> bool:
        planned = incident.timers.filter(kind="escalation", state="pending")
        free = incident.acknowledged_at is None
        return super().possible(incident) and free and planned.exists()

    def form(self, incident: Incident, data: Any = None) -> SnoozeForm:
        level = pinned.release(incident).escalation.levels[incident.severity]
        return SnoozeForm(data, hours=level.snooze_at_most / timedelta(hours=1))

    def run(self, incident: Incident, form: SnoozeForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        flow.snooze(incident, given["until"], reason=given["reason"], by=by, at=at)
        return f"Nobody is told by the escalation before {times.utc(given['until'])}."


class HandoverForm(forms.Form):
    to = fields.one_of(label="To", choices=[])
    reason = fields.text(label="Reason", longest=1000)

    def __init__(self, data: Any, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        chosen = self.fields["to"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", "Choose …"), *choices]


class HandOver(Response):
    name = "hand_over"
    label = "Hand over"
    explains = (
        "The new lead is told and has to acknowledge within the time of the severity. Until then "
        "nobody has it in hand: if nobody acknowledges, the escalation begins anew."
    )

    def form(self, incident: Incident, data: Any = None) -> HandoverForm:
        roles = pinned.release(incident).escalation.roles.values()
        return HandoverForm(
            data,
            choices=[
                *((f"role:{role.id}", f"Whoever is {role.title}") for role in roles),
                *(
                    (f"person:{name}", name)
                    for name in people.able(INCIDENTS_RESPOND, incident.system)
                ),
            ],
        )

    def run(self, incident: Incident, form: HandoverForm, *, by: Actor, at: datetime) -> str:
        kind, _, name = form.cleaned_data["to"].partition(":")
        to = Lead("role" if kind == "role" else "person", name)
        flow.hand_over(incident, to, reason=form.cleaned_data["reason"], by=by, at=at)
        return f"{name} is told, and has to acknowledge {incident.reference}."


IN_HAND: Final[Sequence[Action[Incident]]] = (Acknowledge(), Snooze(), HandOver())
