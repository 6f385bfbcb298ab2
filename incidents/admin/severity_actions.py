"""A person's word on the severity: changing it, and deciding on a lower one that waits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_APPROVE
from governance.console import fields
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import overrides
from incidents.admin import kept, overridden
from incidents.admin.response_actions import Response
from incidents.errors import WrongState
from incidents.models import Incident, SeverityOverride

State = SeverityOverride.State
Choices = Sequence[tuple[str, str]]


class SeverityForm(forms.Form):
    level = fields.one_of(label=_("Severity"), choices=[])
    reason = fields.lines(label=_("Reason"), longest=4000)

    def __init__(self, data: Any, *, levels: Choices) -> None:
        super().__init__(data)
        chosen = self.fields["level"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", gettext("Choose …")), *levels]


class NoteForm(forms.Form):
    """`consequences` say what is decided on."""

    note = fields.lines(label=_("Note"), longest=4000, required=False)

    def __init__(self, data: Any, *, asked: SafeString) -> None:
        super().__init__(data)
        self.consequences = [asked]


class ChangeSeverity(Response):
    name = "severity"
    group = _("State")
    label = _("Change the severity")
    explains = _(
        "A level more severe than the policies compute holds at once. A less severe one waits for "
        "the approval of another person; until then nothing changes. The one that they compute "
        "ends what a person set."
    )
    foresees = True

    def form(self, incident: Incident, data: Any = None) -> SeverityForm:
        return SeverityForm(data, levels=_levels(incident))

    def run(self, incident: Incident, form: SeverityForm, *, by: Actor, at: datetime) -> str:
        level, reason = form.cleaned_data["level"], form.cleaned_data["reason"]
        row = overrides.choose(incident, level, reason=reason, by=by, at=at)
        return _said(row, level)


class _Decision(Response):
    """On the lower severity that waits."""

    needs = INCIDENTS_APPROVE

    def possible(self, incident: Incident) -> bool:
        return super().possible(incident) and overridden.waiting(incident) is not None

    def form(self, incident: Incident, data: Any = None) -> NoteForm:
        return NoteForm(data, asked=overridden.asked(_waiting(incident), kept.asker(incident)))


class ApproveSeverity(_Decision):
    name = "approve_severity"
    label = _("Approve the lower severity")
    explains = _(
        "It holds at once, until the policies compute a more severe level than it was asked "
        "against. You answer for the reason; who asked cannot approve."
    )
    prominent = True
    foresees = True

    def run(self, incident: Incident, form: NoteForm, *, by: Actor, at: datetime) -> str:
        row = _waiting(incident)
        done = overrides.approve(row, note=form.cleaned_data["note"], by=by, at=at)
        return gettext("%(level)s holds from now on.") % {"level": done.level}


class RefuseSeverity(_Decision):
    name = "refuse_severity"
    label = _("Refuse the lower severity")
    explains = _("Nothing changes. Whoever leads the incident is told.")

    def run(self, incident: Incident, form: NoteForm, *, by: Actor, at: datetime) -> str:
        row = _waiting(incident)
        done = overrides.refuse(row, note=form.cleaned_data["note"], by=by, at=at)
        return gettext("%(level)s is refused; the severity stays.") % {"level": done.level}


class WithdrawSeverity(_Decision):
    name = "withdraw_severity"
    label = _("Withdraw the request")
    explains = _("You take back that the severity be lower. Nothing changes.")
    needs = Response.needs

    def run(self, incident: Incident, form: NoteForm, *, by: Actor, at: datetime) -> str:
        overrides.withdraw(_waiting(incident), note=form.cleaned_data["note"], by=by, at=at)
        return gettext("Your request is withdrawn.")


SEVERITY: Final[Sequence[Action[Incident]]] = (
    ApproveSeverity(),
    RefuseSeverity(),
    WithdrawSeverity(),
    ChangeSeverity(),
)
_DECIDING: Final = frozenset({"approve_severity", "refuse_severity"})
_OWN: Final = frozenset({"withdraw_severity"})


def fitting(
    actions: Sequence[Action[Incident]], incident: Incident, person: str
) -> list[Action[Incident]]:
    """Without those on the lower severity that are not for this person: who asked withdraws, others
    decide."""
    row = overridden.waiting(incident)
    unfit = _DECIDING if row is not None and row.requested_by == person else _OWN
    return [each for each in actions if each.name not in unfit]


def _waiting(incident: Incident) -> SeverityOverride:
    """The one that waits. Raises WrongState where none does."""
    row = overridden.waiting(incident)
    if row is None:
        raise WrongState("No lower severity waits for a decision.")
    return row


def _levels(incident: Incident) -> Choices:
    computed, holds = overridden.computed(incident), incident.severity
    words = {
        holds: gettext("%(level)s (holds now)"),
        computed: gettext("%(level)s (the policies compute it)"),
    }
    if computed == holds:
        words[holds] = gettext("%(level)s (the policies compute it, and it holds now)")
    return [
        (each.id, words.get(each.id, "%(level)s") % {"level": f"{each.id} {each.title}"})
        for each in kept.release(incident).severity.levels
    ]


def _said(row: SeverityOverride, level: str) -> str:
    match row.state:
        case State.REQUESTED:
            said = gettext("%(level)s waits for the approval of another person; nothing changes.")
        case State.ENDED:
            said = gettext("%(level)s of the policies holds again.")
        case _:
            said = gettext("%(level)s holds from now on.")
    return said % {"level": level}
