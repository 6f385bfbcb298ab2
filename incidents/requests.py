"""What may be asked for as a delay, pause or waiver, and who may decide on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from governance import english
from governance.errors import Invalid, NotAllowed
from incidents import clocks, duties
from incidents.errors import WrongState
from incidents.models import Clock, Dispensation, Duty
from policies.documents.obligation_policy import Stage
from policies.reports import CLOCK_TOLERANCE

#: A pause without an end is over when nobody has answered its review for so long.
REVIEW_WITHIN: Final = timedelta(days=7)
Kind = Dispensation.Kind


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. `since` may be earlier than now: when the authority's word came."""

    kind: Dispensation.Kind
    ground: str
    reason: str
    evidence: str = ""
    since: datetime | None = None
    until: datetime | None = None
    review_at: datetime | None = None


def check(asked: Asked, *, at: datetime) -> None:
    if not asked.ground.strip() or not asked.reason.strip():
        raise Invalid("Name the legal ground, as its citation, and the reason.")
    if asked.kind == Kind.DELAY and asked.until is None:
        raise Invalid("A delay has an end: give `until`.")
    if asked.kind == Kind.PAUSE and asked.until is None and asked.review_at is None:
        raise Invalid("A pause has an end or a review date: give `until` or `review_at`.")
    if asked.kind == Kind.WAIVER and asked.until is not None:
        raise Invalid("A waiver has no end; give `review_at` to have it looked at again.")
    if asked.kind != Kind.PAUSE and asked.since is not None:
        raise Invalid("Only a pause has `since`.")
    if asked.since is not None and asked.since > at + CLOCK_TOLERANCE:
        raise Invalid("`since` lies in the future; ask when the pause has begun.")
    for name, given in (("until", asked.until), ("review_at", asked.review_at)):
        if given is not None and given <= at:
            raise Invalid(f"`{name}` lies in the past.")
    if asked.until and asked.review_at and asked.review_at >= asked.until:
        raise Invalid("`review_at` lies before `until`, or it is never looked at.")


def check_subject(duty: Duty, clock: Clock | None) -> None:
    """Raises WrongState where there is nothing to dispense from. An extension needs what it
    extends: a clock may be paused and a duty waived already."""
    if clock is None:
        if duty.state not in (*duties.ACTIVE, Duty.State.WAIVED):
            state = english.label(duty)
            raise WrongState(f"This duty cannot be waived: it is {state}.")
        return
    if clock.state not in clocks.UNFINISHED:
        state = english.label(clock)
        raise WrongState(f"This deadline cannot be dispensed from: it is {state}.")


def refuse_undated(clock: Clock, stages: Iterable[Stage]) -> None:
    """A delay of what the law wants promptly, and without a number, would have no effect."""
    if any(stage.id == clock.stage and stage.promptly is not None for stage in stages):
        raise WrongState("The law names no date here that could be delayed; ask for a pause.")


def refuse_expired(clock: Clock | None, since: datetime) -> None:
    """What has expired cannot stand still, and a pause must not silence that it is overdue."""
    if clock is not None and clock.legal_due is not None and clock.legal_due <= since:
        raise WrongState(
            "The period had expired before the pause began. State since when it holds, or ask for "
            "a delay or a waiver."
        )


def refuse_requester(row: Dispensation, person: str) -> None:
    if row.requested_by == person:
        raise NotAllowed("You asked for this yourself. Somebody else must decide on it.")


def ends_at(row: Dispensation) -> datetime | None:
    if row.kind == Kind.WAIVER:
        return None
    if row.until is None and row.review_at is not None:
        return row.review_at + REVIEW_WITHIN
    return row.until
