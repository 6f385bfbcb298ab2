"""A stage of a duty that was met: what was sent, when, and what proves it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from governance import english
from governance.errors import Invalid
from governance.ledger import ledger
from incidents import clocks, timers
from incidents.errors import WrongState
from incidents.models import Clock
from policies.reports import CLOCK_TOLERANCE


@dataclass(frozen=True)
class Fulfilment:
    """What was sent for one stage. `submitted_at` is when it left us; a receipt proves it.

    `notice` is the document that left, if it was written here, with who approved it. `unapproved`
    marks one whose policy wanted an approval; `note` then says why it was sent without.
    """

    submitted_at: datetime
    receipt_number: str = ""
    channel: str = ""
    note: str = ""
    sent_to: str = ""
    approved_by: str = ""
    notice: UUID | None = None
    unapproved: bool = False


def fulfil(clock: Clock, fulfilment: Fulfilment, *, by: ledger.Actor, at: datetime) -> None:
    """Record that a stage was met, late or not; `obligations.restart_clocks` then gives what
    follows from it. Raises WrongState when it is closed already, and Invalid for a time to come."""
    if fulfilment.submitted_at > at + CLOCK_TOLERANCE:
        raise Invalid("`submitted_at` lies in the future; record what has been sent.")
    if fulfilment.unapproved and not fulfilment.note.strip():
        raise Invalid(
            "The policy wants an approved notice for this stage. If it was sent without one, say "
            "why in `note`; otherwise draft the notice, have it approved, and file or send that."
        )
    clock.refresh_from_db()  # as it is now that the incident is locked
    before = clocks.record(clock)
    changed = Clock.objects.filter(id=clock.id, state__in=clocks.UNFINISHED).update(
        state=Clock.State.FULFILLED,
        fulfilled_at=fulfilment.submitted_at,
        fulfilled_by=str(by),
        receipt_number=fulfilment.receipt_number,
        channel=fulfilment.channel,
        note=fulfilment.note,
        sent_to=fulfilment.sent_to,
        approved_by=fulfilment.approved_by,
        unapproved=fulfilment.unapproved,
    )
    if not changed:
        raise WrongState(f"This stage is {english.label(clock)} already.")
    clock.refresh_from_db()
    timers.cancel(clock.timers.all(), because="The stage was fulfilled.", at=at)
    event = clocks.event("clock.fulfilled", clock, before, reason=fulfilment.note)
    ledger.append(event, by=by, at=at)
