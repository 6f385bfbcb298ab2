"""The clock of one stage: made, counted, and put into words for the ledger."""

from collections.abc import Iterable
from typing import Final

from governance import ids
from governance.ledger import ledger
from incidents.models import Clock, Duty
from policies import deadlines
from policies.documents.obligation_policy import Stage
from policies.release import Release

#: The columns that `count` writes.
COUNTED: Final = [
    "state",
    "waits_for",
    "anchor",
    "period",
    "counting",
    "calendar",
    "zone",
    "started_at",
    "target_due",
    "conservative_due",
    "legal_due",
    "at_risk_from",
]


def make(duty: Duty, stage: Stage, position: int) -> Clock:
    """A clock that waits; `count` starts it. The caller stores it."""
    return Clock(
        id=ids.new(),
        incident_id=duty.incident_id,
        duty=duty,
        stage=stage.id,
        position=position,
        title=stage.title[:500],
        citation=stage.citation[:1000],
        recipient=stage.recipient[:1000],
        content=list(stage.content),
        optional=stage.optional,
        state=Clock.State.NOT_STARTED,
    )


def count(clock: Clock, now: deadlines.Running | deadlines.Waiting) -> bool:
    """Put what was counted on the row. A clock that runs never goes back to waiting."""
    if isinstance(now, deadlines.Waiting):
        clock.waits_for = list(now.for_anchors)
        return clock.state == Clock.State.NOT_STARTED
    clock.state = Clock.State.RUNNING
    clock.waits_for = []
    clock.anchor, clock.period, clock.counting = now.anchor, now.period, now.counting
    clock.calendar, clock.zone = now.calendar, now.zone
    clock.started_at, clock.target_due = now.started_at, now.target_due
    clock.conservative_due, clock.legal_due = now.conservative_due, now.legal_due
    clock.at_risk_from = deadlines.at_risk_from(now)
    return True


def stage_of(clock: Clock, release: Release) -> Stage:
    """The stage that the clock was made for, in the release that its duty is pinned to."""
    stages: Iterable[Stage] = (
        stage
        for document, policy in release.obligations
        if document.identity == clock.duty.policy
        for duty in policy.duties
        if duty.id == clock.duty.duty
        for stage in duty.stages
    )
    return next(stage for stage in stages if stage.id == clock.stage)


def record(clock: Clock) -> dict[str, object]:
    """What the ledger says of a clock, before and after a change."""
    return {
        "stage": clock.stage,
        "state": clock.state,
        "anchor": clock.anchor,
        "waits_for": list(clock.waits_for),
        "started_at": clock.started_at,
        "conservative_due": clock.conservative_due,
        "legal_due": clock.legal_due,
        "counting": clock.counting,
        "calendar": clock.calendar,
        "zone": clock.zone,
    }


def event(verb: str, clock: Clock, before: dict[str, object], reason: str) -> ledger.Event:
    """The entry of a change that has been made to the clock."""
    after = record(clock)
    if clock.state == Clock.State.FULFILLED:
        after |= {
            "fulfilled_at": clock.fulfilled_at,
            "receipt_number": clock.receipt_number,
            "channel": clock.channel,
        }
    return ledger.Event(verb, "clock", clock.id, clock.incident_id, before, after, reason)
