"""The clock of one stage: made, counted, ended, and put into words for the ledger."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from governance import ids
from governance.ledger import ledger
from incidents.holds import Held
from incidents.models import Clock, Duty
from policies import deadlines
from policies.documents.obligation_policy import Recipient, Stage

STARTED: Final = (Clock.State.RUNNING, Clock.State.PAUSED)
UNFINISHED: Final = (*STARTED, Clock.State.NOT_STARTED)
OVER: Final = (Clock.State.FULFILLED, Clock.State.CANCELLED)
#: The columns that `count` writes.
COUNTED: Final = [
    "state",
    "waits_for",
    "missing",
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
    "release",
    "waiting_since",
    "counted_target_due",
    "counted_conservative_due",
    "counted_legal_due",
    "paused_since",
    "paused_until",
]
#: The columns that `describe` writes.
DESCRIBED: Final = ["position", "title", "citation", "recipient", "content", "optional"]


def recipients(stage: Stage) -> tuple[Recipient, ...]:
    """Those to whom the stage goes, each with a clock of its own. A sole one has no id."""
    return stage.recipients or (Recipient("", stage.recipient),)


def make(
    duty: Duty, stage: Stage, recipient: Recipient, *, position: int, occurrence: int = 1
) -> Clock:
    """A clock that waits; `count` starts it. The caller stores it."""
    clock = Clock(
        id=ids.new(),
        incident_id=duty.incident_id,
        duty=duty,
        shadow=duty.shadow,
        stage=stage.id,
        recipient_id=recipient.id,
        occurrence=occurrence,
        state=Clock.State.NOT_STARTED,
    )
    describe(clock, stage, recipient, position=position)
    return clock


def describe(clock: Clock, stage: Stage, recipient: Recipient, *, position: int) -> None:
    """Put on the row what the policy says of the stage, whenever it is due. The title tells it from
    the stage's other clocks, by number and by recipient."""
    number = f", no. {clock.occurrence}" if stage.every else ""
    suffix = f"{number} ({recipient.title[:200]})" if recipient.id else number
    clock.position = position
    clock.title = stage.title[: 500 - len(suffix)] + suffix
    clock.citation = stage.citation[:1000]
    clock.recipient = recipient.title[:1000]
    clock.content = list(stage.content)
    clock.optional = stage.optional


def count(
    clock: Clock,
    now: Held | deadlines.Running | deadlines.Waiting,
    *,
    release: str,
    at: datetime,
) -> bool:
    """Put what was counted on the row, with the digest of the release that counted it; whether that
    changed it. Where nothing else changed, the release stays that of before."""
    before = _counted(clock)
    if isinstance(now, Held):
        _hold(clock, now)
    elif isinstance(now, deadlines.Running):
        _run(clock, now)
    else:
        clock.waits_for, clock.missing = list(now.for_anchors), list(now.missing)
        clock.waiting_since = clock.waiting_since or at
    changed = _counted(clock) != before
    if changed or clock.release_id is None:
        clock.release_id = release
    return changed


def reset(clock: Clock) -> None:
    """As if it had never been counted, for one that begins again; the trail knows what was."""
    clock.state, clock.cancelled_because = Clock.State.NOT_STARTED, ""
    clock.waits_for, clock.missing = [], []
    clock.anchor = clock.period = clock.counting = clock.calendar = ""
    clock.zone = "UTC"
    clock.started_at = clock.target_due = clock.at_risk_from = None
    clock.conservative_due = clock.legal_due = None
    clock.release_id = clock.waiting_since = None
    clock.counted_target_due = clock.counted_conservative_due = clock.counted_legal_due = None
    clock.paused_since = clock.paused_until = None


def frozen(clock: Clock) -> deadlines.Running:
    """What counted a started clock, as the row has it, without what delays and pauses moved."""
    if clock.started_at is None:
        raise ValueError(f"{clock} has not started.")
    return deadlines.Running(
        anchor=clock.anchor,
        started_at=clock.started_at,
        legal_due=clock.counted_legal_due or clock.legal_due,
        conservative_due=clock.counted_conservative_due or clock.conservative_due,
        target_due=clock.counted_target_due or clock.target_due,
        counting=clock.counting,
        calendar=clock.calendar,
        zone=clock.zone,
        period=clock.period,
        missing=tuple(clock.missing),
    )


def owed(clock: Clock) -> bool:
    """Whether it keeps its duty open: it runs or stands still, or waits for something that must
    come to pass."""
    waits = clock.state == Clock.State.NOT_STARTED and not clock.optional
    return waits or clock.state in STARTED


def record(clock: Clock) -> dict[str, object]:
    """What the ledger says of a clock, before and after a change."""
    return {
        "stage": clock.stage,
        "recipient": clock.recipient_id,
        "occurrence": clock.occurrence,
        "state": clock.state,
        "anchor": clock.anchor,
        "waits_for": list(clock.waits_for),
        "missing": list(clock.missing),
        "started_at": clock.started_at,
        "target_due": clock.target_due,
        "conservative_due": clock.conservative_due,
        "legal_due": clock.legal_due,
        "period": clock.period,
        "counting": clock.counting,
        "calendar": clock.calendar,
        "zone": clock.zone,
        "release": clock.release_id,
        "waiting_since": clock.waiting_since,
        **_held(clock),
    }


def event(
    verb: str,
    clock: Clock,
    before: Mapping[str, object] | None,
    because: str = "",
    *,
    reason: str = "",
) -> ledger.Event:
    """The entry of a change that has been made to the clock. To whom it was sent may name a
    person."""
    after = record(clock)
    personal: Mapping[str, object] = {}
    if clock.state == Clock.State.FULFILLED:
        after |= {
            "fulfilled_at": clock.fulfilled_at,
            "receipt_number": clock.receipt_number,
            "channel": clock.channel,
            "approved_by": clock.approved_by,
            "unapproved": clock.unapproved,
        }
        personal = {"sent_to": clock.sent_to} if clock.sent_to else {}
    return ledger.Event(
        verb, "clock", clock.id, clock.incident_id, before, after, reason, because, personal
    )


def _run(clock: Clock, now: deadlines.Running) -> None:
    clock.state = Clock.State.RUNNING
    clock.waits_for, clock.missing = [], list(now.missing)
    clock.anchor, clock.period, clock.counting = now.anchor, now.period, now.counting
    clock.calendar, clock.zone = now.calendar, now.zone
    clock.started_at, clock.target_due = now.started_at, now.target_due
    clock.conservative_due, clock.legal_due = now.conservative_due, now.legal_due
    clock.at_risk_from = deadlines.at_risk_from(now)
    clock.waiting_since = None
    clock.counted_target_due = clock.counted_conservative_due = clock.counted_legal_due = None
    clock.paused_since = clock.paused_until = None


def _hold(clock: Clock, now: Held) -> None:
    _run(clock, now.running)
    clock.at_risk_from = deadlines.at_risk_from(now.schedule)
    if now.moved:
        clock.counted_target_due = now.counted.target_due
        clock.counted_conservative_due = now.counted.conservative_due
        clock.counted_legal_due = now.counted.legal_due
    if now.pause is not None:
        clock.state = Clock.State.PAUSED
        clock.paused_since, clock.paused_until = now.pause.since, now.pause.end


def _held(clock: Clock) -> dict[str, object]:
    """What delays and pauses did to it; of most clocks, nothing."""
    found: dict[str, object] = {}
    if clock.counted_legal_due is not None:
        found["counted_conservative_due"] = clock.counted_conservative_due
        found["counted_legal_due"] = clock.counted_legal_due
    if clock.state == Clock.State.PAUSED:
        found |= {"paused_since": clock.paused_since, "paused_until": clock.paused_until}
    return found


def _counted(clock: Clock) -> tuple[object, ...]:
    return tuple(getattr(clock, name) for name in COUNTED if name != "release")
