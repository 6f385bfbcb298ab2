"""Who has an incident in hand: taking it on, putting the next step off, handing it over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts import people
from governance.accounts.roles import INCIDENTS_RESPOND
from governance.console import fields, times
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import flow
from incidents.admin import foreseen, kept
from incidents.models import Incident, Timer
from incidents.stages.handing import Lead


class Foreseeing(Action[Incident]):
    """Says beforehand what it would do."""

    needs = INCIDENTS_RESPOND

    def touched(self, incident: Incident, form: Any, *, by: Actor) -> Sequence[Incident]:
        """The incidents that it may change."""
        return [incident]

    def foresee(self, incident: Incident, form: Any, *, by: Actor, at: datetime) -> SafeString:
        touched = self.touched(incident, form, by=by)
        return foreseen.shown(lambda: self.run(incident, form, by=by, at=at), touched)


class Response(Foreseeing):
    def possible(self, incident: Incident) -> bool:
        return incident.state != Incident.State.CLOSED


class Acknowledge(Response):
    name = "acknowledge"
    label = _("Acknowledge")
    explains = _("You take the incident on and lead it; the escalation stops.")
    prominent = True

    def possible(self, incident: Incident) -> bool:
        return super().possible(incident) and incident.acknowledged_at is None

    def run(self, incident: Incident, form: forms.Form, *, by: Actor, at: datetime) -> str:
        flow.acknowledge(incident, by=by, at=at)
        return gettext("You have acknowledged %(reference)s.") % {"reference": incident.reference}


class SnoozeForm(forms.Form):
    until = fields.InstantField(label=_("Until"))
    reason = fields.text(label=_("Reason"), longest=1000)

    def __init__(self, data: Any, *, most: timedelta) -> None:
        super().__init__(data)
        said = gettext("At most %(length)s from now, and not past the next due time of a duty.")
        self.fields["until"].help_text = said % {"length": times.length(most)}


class Snooze(Response):
    name = "snooze"
    group = _("People")
    label = _("Snooze")
    explains = _(
        "The next step of the escalation waits until then, and the ladder goes on from there "
        "unless somebody acknowledges. Deadlines of duties go on speaking."
    )

    def possible(self, incident: Incident) -> bool:
        free = super().possible(incident) and incident.acknowledged_at is None
        return free and any(_planned_step(each) for each in kept.timers(incident))

    def form(self, incident: Incident, data: Any = None) -> SnoozeForm:
        level = kept.release(incident).escalation.levels[incident.severity]
        return SnoozeForm(data, most=level.snooze_at_most)

    def run(self, incident: Incident, form: SnoozeForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        flow.snooze(incident, given["until"], reason=given["reason"], by=by, at=at)
        return gettext("Nobody is told by the escalation before %(until)s.") % {
            "until": times.here(given["until"])
        }


def _planned_step(timer: Timer) -> bool:
    return timer.kind == Timer.Kind.ESCALATION and timer.state == Timer.State.PENDING


class HandoverForm(forms.Form):
    to = fields.one_of(label=_("To"), choices=[])
    reason = fields.text(label=_("Reason"), longest=1000)

    def __init__(self, data: Any, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        chosen = self.fields["to"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", gettext("Choose …")), *choices]


class HandOver(Response):
    name = "hand_over"
    group = _("People")
    label = _("Hand over")
    explains = _(
        "The new lead is told and has to acknowledge within the time of the severity. Until then "
        "nobody has it in hand: if nobody acknowledges, the escalation begins anew."
    )

    foresees = True

    def form(self, incident: Incident, data: Any = None) -> HandoverForm:
        roles = kept.release(incident).escalation.roles.values()
        return HandoverForm(
            data,
            choices=[
                *(
                    (f"role:{role.id}", gettext("Whoever is %(title)s") % {"title": role.title})
                    for role in roles
                ),
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
        return gettext("%(name)s is told, and has to acknowledge %(reference)s.") % {
            "name": name,
            "reference": incident.reference,
        }


IN_HAND: Final[Sequence[Action[Incident]]] = (Acknowledge(), Snooze(), HandOver())
