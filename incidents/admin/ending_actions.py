"""Voiding an incident, merging it into another, and taking either back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.access import reads
from governance.accounts.roles import INCIDENTS_APPROVE
from governance.console import fields
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import merging, voids
from incidents.admin.incident_actions import ReasonForm
from incidents.admin.link_actions import reachable
from incidents.admin.response_actions import Foreseeing, Response
from incidents.models import Incident


class MergeForm(forms.Form):
    into = fields.text(
        label=_("Into"), longest=36, help_text=_("The reference of the incident that stays.")
    )
    reason = fields.text(label=_("Reason"), longest=1000)


class Merge(Response):
    name = "merge"
    group = _("Other incidents")
    label = _("Merge into another")
    explains = _(
        "This is a duplicate: it is closed, and the other incident answers for what is owed. "
        "Moments that start a deadline here and are known earlier than there are carried over. "
        "Refused while the other does not owe every duty that is open here, as early."
    )
    foresees = True

    def touched(self, incident: Incident, form: MergeForm, *, by: Actor) -> Sequence[Incident]:
        return [incident, reachable(form.cleaned_data["into"], by)]

    def foresee(
        self, incident: Incident, form: MergeForm, *, by: Actor, at: datetime
    ) -> SafeString:
        """Shows what the other incident owes, too, so that this is a reading of it."""
        reads.shown(reachable(form.cleaned_data["into"], by), by=by, at=at)
        return super().foresee(incident, form, by=by, at=at)

    def form(self, incident: Incident, data: Any = None) -> MergeForm:
        return MergeForm(data)

    def run(self, incident: Incident, form: MergeForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        survivor = reachable(given["into"], by)
        done = merging.merge(incident, survivor, reason=given["reason"], by=by, at=at)
        return gettext(
            "%(reference)s is merged into %(survivor)s. Duties called off here: %(called_off)s; "
            "moments carried over: %(carried)s; duties changed there: %(changed)s."
        ) % {
            "reference": incident.reference,
            "survivor": survivor.reference,
            "called_off": len(done.called_off),
            "carried": ", ".join(done.carried) or gettext("none"),
            "changed": len(done.changes),
        }


class Void(Response):
    name = "void"
    group = _("State")
    label = _("Void")
    explains = _(
        "There was no incident: a test, a mistake, something that never happened. What is owed is "
        "called off. Refused once somebody outside was told. Where a duty applies, somebody else "
        "than who reported it decides."
    )
    foresees = True
    needs = INCIDENTS_APPROVE

    def form(self, incident: Incident, data: Any = None) -> ReasonForm:
        return ReasonForm(data)

    def run(self, incident: Incident, form: ReasonForm, *, by: Actor, at: datetime) -> str:
        voids.void(incident, reason=form.cleaned_data["reason"], by=by, at=at)
        return gettext("%(reference)s is void.") % {"reference": incident.reference}


class _TakeBack(Foreseeing):
    group = _("State")
    foresees = True
    kind: ClassVar[Incident.ClosedAs]

    def possible(self, incident: Incident) -> bool:
        return incident.closed_as == self.kind

    def form(self, incident: Incident, data: Any = None) -> ReasonForm:
        return ReasonForm(data)


class ReverseVoid(_TakeBack):
    name = "reverse_void"
    label = _("It was an incident after all")
    explains = _("It opens again with what the policies decide, and has to be acknowledged anew.")
    kind = Incident.ClosedAs.VOID

    def run(self, incident: Incident, form: ReasonForm, *, by: Actor, at: datetime) -> str:
        voids.reopen(incident, reason=form.cleaned_data["reason"], by=by, at=at)
        return gettext("%(reference)s is open again.") % {"reference": incident.reference}


class ReverseMerge(_TakeBack):
    name = "reverse_merge"
    label = _("It is no duplicate after all")
    explains = _(
        "It opens again with what it owes. The other incident keeps the moments that it took over. "
        "Refused once somebody outside was told of the other since."
    )
    kind = Incident.ClosedAs.MERGED

    def run(self, incident: Incident, form: ReasonForm, *, by: Actor, at: datetime) -> str:
        merging.undo(incident, reason=form.cleaned_data["reason"], by=by, at=at)
        return gettext("%(reference)s is open again.") % {"reference": incident.reference}


ENDING: Final[Sequence[Action[Incident]]] = (Merge(), Void(), ReverseVoid(), ReverseMerge())
