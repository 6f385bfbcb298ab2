"""What may be done on the page of an incident."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.console import fields, times
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import flow, moments
from incidents.admin import kept
from incidents.admin.answer_actions import Answer
from incidents.admin.response_actions import IN_HAND, Response
from incidents.admin.severity_actions import SEVERITY
from incidents.models import Duty, Incident
from incidents.states import TRANSITIONS


class MomentForm(forms.Form):
    moment = fields.one_of(label=_("What happened"), choices=[])
    happened_at = fields.InstantField(label=_("When it happened"))
    basis = fields.lines(
        label=_("Basis"), longest=1000, help_text=_("Why you take it to be this time.")
    )
    source = fields.text(
        label=_("Source"),
        longest=250,
        required=False,
        help_text=_("What said so: a log, an alert and its number, a mail, a witness."),
    )
    candidate = forms.BooleanField(
        label=_("Only as a candidate"),
        required=False,
        help_text=_("It stands beside the record that counts now, and starts no clock."),
        widget=widgets.UnfoldBooleanWidget(),
    )

    def __init__(self, data: Any, *, moments: Mapping[str, str]) -> None:
        super().__init__(data)
        chosen = self.fields["moment"]
        if isinstance(chosen, forms.ChoiceField):
            listed = sorted(moments.items(), key=lambda pair: pair[1])
            chosen.choices = [("", gettext("Choose …")), *listed]


class RecordMoment(Response):
    name = "moment"
    label = _("Record a moment")
    explains = _(
        "Clocks that wait for it start, others are counted anew. A correction is a record of its "
        "own and counts from then on, unless you record it only as a candidate."
    )
    foresees = True

    def form(self, incident: Incident, data: Any = None) -> MomentForm:
        return MomentForm(data, moments=kept.titles(incident).moments)

    def run(self, incident: Incident, form: MomentForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        name, instant = given["moment"], given["happened_at"]
        moments.record(
            incident,
            name,
            instant,
            basis=given["basis"],
            source=given["source"],
            decides=not given["candidate"],
            by=by,
            at=at,
        )
        return gettext("Recorded: %(name)s at %(instant)s.") % {
            "name": kept.titles(incident).moment(name),
            "instant": times.here(instant),
        }


class AmendmentForm(forms.Form):
    facts = fields.JsonField(
        label=_("What changes"),
        help_text=_(
            "A JSON merge patch: only the fields that change; null removes one. "
            'For example {"personal_data": {"risk": "high"}}.'
        ),
    )
    reason = fields.text(label=_("Reason"), longest=1000)

    def clean_facts(self) -> Mapping[str, Any]:
        found = self.cleaned_data["facts"]
        if not isinstance(found, dict) or not found:
            raise forms.ValidationError(gettext("Give a JSON object with at least one field."))
        return found


class Amend(Response):
    name = "amend"
    label = _("Add or correct facts")
    explains = _(
        "The policies are applied again: severity may change, duties open, questions are answered. "
        "The facts known now stand below."
    )
    foresees = True

    def form(self, incident: Incident, data: Any = None) -> AmendmentForm:
        return AmendmentForm(data)

    def run(self, incident: Incident, form: AmendmentForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        amended = flow.amend(incident, given["facts"], reason=given["reason"], by=by, at=at)
        return gettext("The facts are recorded; the severity is %(severity)s.") % {
            "severity": amended.severity
        }


class ReasonForm(forms.Form):
    reason = fields.text(label=_("Reason"), longest=1000)


class _Move(Response):
    """To another state."""

    group = _("State")
    foresees = True
    to: ClassVar[Incident.State]

    def possible(self, incident: Incident) -> bool:
        return self.to in TRANSITIONS[incident.state]

    def form(self, incident: Incident, data: Any = None) -> ReasonForm:
        return ReasonForm(data)

    def run(self, incident: Incident, form: ReasonForm, *, by: Actor, at: datetime) -> str:
        reason = form.cleaned_data["reason"]
        moved = flow.change_state(incident, self.to, reason=reason, by=by, at=at)
        return gettext("State of %(reference)s: %(state)s.") % {
            "reference": moved.reference,
            "state": moved.get_state_display(),
        }


class Contain(_Move):
    name, label, to = "contain", _("Contain"), Incident.State.CONTAINED
    explains = _("The harm is no longer spreading.")


class Resolve(_Move):
    name, label, to = "resolve", _("Resolve"), Incident.State.RESOLVED
    explains = _(
        "The cause is gone. Reports that the law wants after the resolution, and the review, wait "
        "for the moment of it: record that too, with its time and basis."
    )


class Reopen(_Move):
    name, label, to = "reopen", _("Reopen"), Incident.State.OPEN
    explains = _("It turned out not to be over.")


class Close(_Move):
    name, label, to = "close", _("Close"), Incident.State.CLOSED
    explains = _(
        "For good: a closed incident does not change. Possible once no duty is open. Decisions not "
        "to notify that nobody has confirmed do not hinder it; how many there are is put on record."
    )

    def run(self, incident: Incident, form: ReasonForm, *, by: Actor, at: datetime) -> str:
        done = super().run(incident, form, by=by, at=at)
        left = incident.duties.filter(confirmation=Duty.Confirmation.UNCONFIRMED, shadow=False)
        count = left.count()
        return (
            gettext("%(done)s Decisions not to notify left unconfirmed: %(count)s.")
            % {"done": done, "count": count}
            if count
            else done
        )


ACTIONS: Final[Sequence[Action[Incident]]] = (
    *IN_HAND,
    *SEVERITY,
    Answer(),
    RecordMoment(),
    Amend(),
    Contain(),
    Resolve(),
    Reopen(),
    Close(),
)
