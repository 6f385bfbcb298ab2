"""Asking for a delay or pause on the page of a deadline, and for a waiver on that of a duty."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_RESPOND
from governance.console import fields
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from governance.translated import Text
from incidents import clocks, dispensations, duties
from incidents.models import Clock, Dispensation, Duty, Incident
from incidents.requests import REVIEW_WITHIN, Asked


class WaiverForm(forms.Form):
    ground = fields.text(
        label=_("Legal ground"), longest=1000, help_text=_("The citation, such as 45 CFR 164.412.")
    )
    reason = fields.lines(label=_("Reason"), longest=4000)
    evidence = fields.text(
        label=_("Evidence"), longest=500, required=False, help_text=_("Where the proof is kept.")
    )
    review_at = fields.InstantField(label=_("To be reviewed on"), required=False)


class DelayForm(WaiverForm):
    until = fields.InstantField(label=_("Until"), help_text=_("The report is due then."))


class PauseForm(WaiverForm):
    since = fields.InstantField(
        label=_("Since"),
        required=False,
        help_text=_("When the word of the authority came; empty for the time of the approval."),
    )
    until = fields.InstantField(
        label=_("Until"),
        required=False,
        help_text=format_lazy(
            _(
                "Give this or a review date. Without it, the clock runs on by itself {days} days "
                "after a review that nobody answered."
            ),
            days=REVIEW_WITHIN.days,
        ),
    )


#: What was asked for → what is said of it.
_ASKED: Final[Mapping[Dispensation.Kind, Text]] = {
    Dispensation.Kind.DELAY: _(
        "The delay is asked for. It changes nothing until another person approves it."
    ),
    Dispensation.Kind.PAUSE: _(
        "The pause is asked for. It changes nothing until another person approves it."
    ),
}


def asked(kind: Dispensation.Kind, form: forms.Form) -> Asked:
    return Asked(kind, **form.cleaned_data)


class _ForClock(Action[Clock]):
    needs = INCIDENTS_RESPOND
    kind: Dispensation.Kind

    def possible(self, clock: Clock) -> bool:
        open_ = clock.incident.state != Incident.State.CLOSED
        return clock.state in clocks.UNFINISHED and open_

    def run(self, clock: Clock, form: Any, *, by: Actor, at: datetime) -> str:
        dispensations.request_for_clock(clock, asked(self.kind, form), by=by, at=at)
        return str(_ASKED[self.kind])


class AskForDelay(_ForClock):
    name, label, kind = "delay", _("Ask for a delay"), Dispensation.Kind.DELAY
    explains = _(
        "The law or the authority lets this report come later. Once another person has approved, "
        "both dates become the later of what was counted and the end that you give."
    )

    def possible(self, clock: Clock) -> bool:
        undated = clock.state in clocks.STARTED and clock.legal_due is None
        return super().possible(clock) and not undated

    def form(self, clock: Clock, data: Any = None) -> DelayForm:
        return DelayForm(data)


class AskForPause(_ForClock):
    name, label, kind = "pause", _("Ask for a pause"), Dispensation.Kind.PAUSE
    explains = _(
        "The period does not run, because of a law-enforcement hold for example. Once another "
        "person has approved, the clock stands still and is silent until the end; then the time "
        "that was left runs on."
    )

    def form(self, clock: Clock, data: Any = None) -> PauseForm:
        return PauseForm(data)


class AskForWaiver(Action[Duty]):
    name, label, needs = "waiver", _("Ask for a waiver"), INCIDENTS_RESPOND
    explains = _(
        "The duty applies, and a legal ground lets us not perform it. Once another person has "
        "approved, its deadlines are cancelled, and the incident can be closed without it."
    )

    def possible(self, duty: Duty) -> bool:
        waivable = duty.state in (*duties.ACTIVE, Duty.State.WAIVED)
        return waivable and duty.incident.state != Incident.State.CLOSED

    def form(self, duty: Duty, data: Any = None) -> WaiverForm:
        return WaiverForm(data)

    def run(self, duty: Duty, form: Any, *, by: Actor, at: datetime) -> str:
        given = asked(Dispensation.Kind.WAIVER, form)
        dispensations.request_waiver(duty, given, by=by, at=at)
        return gettext(
            "The waiver is asked for. It changes nothing until another person approves it."
        )
