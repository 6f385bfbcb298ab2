"""Duties and their clocks: opened, confirmed, superseded, fulfilled. History is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from governance import ids
from governance.errors import Invalid
from governance.ledger import ledger
from incidents import clocks, timers
from incidents.errors import WrongState
from incidents.models import Clock, Decision, Duty, Incident, Timer
from policies import deadlines
from policies.evaluation import Decision as Decided
from policies.evaluation import DutyDecision
from policies.release import Release
from policies.reports import CLOCK_TOLERANCE

ACTIVE: Final = (Duty.State.OPEN, Duty.State.UNDETERMINED)


@dataclass
class _Batch:
    """Rows and entries of one reconciliation, stored together at its end."""

    duties: list[Duty] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    events: list[ledger.Event] = field(default_factory=list)

    def store(self, *, by: ledger.Actor, at: datetime) -> None:
        Duty.objects.bulk_create(self.duties)
        Clock.objects.bulk_create(self.clocks)
        timers.set_all(self.timers)
        ledger.append_all(self.events, by=by, at=at)


def reconcile(
    incident: Incident,
    decided: Decided,
    decision: Decision,
    *,
    release: Release,
    facts: Mapping[str, Any],
    starts: Mapping[str, datetime],
    fresh: bool,
    by: ledger.Actor,
    at: datetime,
) -> Sequence[Duty]:
    """Bring the incident's duties in line with a decision; returns those newly open or asked.

    `fresh`: the incident is new and has no duties, which spares the look. What a decision no longer
    knows about stays open: losing a fact never relaxes a duty.
    """
    known = (
        {}
        if fresh
        else {(d.policy_name, d.duty): d for d in incident.duties.select_for_update(no_key=True)}
    )
    batch = _Batch()
    opened = []
    for each in decided.duties:
        row = known.get((_policy_name(each), each.duty.id))
        if row is None and each.outcome != "does_not_apply":
            row = _open(
                incident, each, decision, batch, release=release, facts=facts, starts=starts, at=at
            )
            if row.state in ACTIVE:
                opened.append(row)
        elif row is not None and _move(row, each, batch, at=at):
            opened.append(row)
    batch.store(by=by, at=at)
    return opened


def restart_clocks(
    incident: Incident,
    *,
    release: Release,
    facts: Mapping[str, Any],
    starts: Mapping[str, datetime],
    because: str,
    by: ledger.Actor,
    at: datetime,
) -> Sequence[Clock]:
    """Count anew every clock that still runs or waits; returns those that started or moved.

    Called when a moment is recorded or corrected and when a stage is submitted.
    """
    batch = _Batch()
    moved = []
    for clock in _unfinished(incident):
        stage = clocks.stage_of(clock, release)
        now = deadlines.clock(stage, starts=_starts(clock, starts), facts=facts, release=release)
        before = clocks.record(clock)
        if not clocks.count(clock, now) or before == clocks.record(clock):
            continue
        clock.save(update_fields=clocks.COUNTED)
        timers.cancel(clock.timers.all(), because="The clock was counted anew.", at=at)
        if isinstance(now, deadlines.Running):
            batch.timers += timers.of_clock(clock, stage, now, shadow=clock.duty.shadow, at=at)
            _reopen(clock.duty, batch)
        batch.events.append(clocks.event("clock.counted", clock, before, because))
        moved.append(clock)
    batch.store(by=by, at=at)
    return moved


@dataclass(frozen=True)
class Fulfilment:
    """What was sent for one stage. `submitted_at` is when it left us; a receipt proves it."""

    submitted_at: datetime
    receipt_number: str = ""
    channel: str = ""
    note: str = ""


def fulfil(clock: Clock, fulfilment: Fulfilment, *, by: ledger.Actor, at: datetime) -> None:
    """Record that a stage was met, late or not. Raises WrongState when it is closed already, and
    Invalid for a time to come."""
    if fulfilment.submitted_at > at + CLOCK_TOLERANCE:
        raise Invalid("`submitted_at` lies in the future; record what has been sent.")
    before = clocks.record(clock)
    changed = Clock.objects.filter(
        id=clock.id, state__in=[Clock.State.RUNNING, Clock.State.NOT_STARTED]
    ).update(
        state=Clock.State.FULFILLED,
        fulfilled_at=fulfilment.submitted_at,
        fulfilled_by=str(by),
        receipt_number=fulfilment.receipt_number,
        channel=fulfilment.channel,
        note=fulfilment.note,
    )
    if not changed:
        raise WrongState(f"This stage is {clock.get_state_display().lower()} already.")
    clock.refresh_from_db()
    timers.cancel(clock.timers.all(), because="The stage was fulfilled.", at=at)
    ledger.append(clocks.event("clock.fulfilled", clock, before, fulfilment.note), by=by, at=at)
    _close_if_done(clock.duty, by=by, at=at)


def open_count(incident: Incident) -> int:
    """Duties and questions that keep the incident open; shadow ones keep nothing open."""
    return incident.duties.filter(state__in=ACTIVE, shadow=False).count()


def end(incident: Incident, *, by: ledger.Actor, at: datetime) -> None:
    """The incident is closed: what still ran in shadow, or waited as optional, is over."""
    left = list(incident.clocks.filter(state__in=[Clock.State.RUNNING, Clock.State.NOT_STARTED]))
    before = [clocks.record(clock) for clock in left]
    for clock in left:
        clock.state = Clock.State.CANCELLED
    Clock.objects.bulk_update(left, ["state"])
    events = [
        clocks.event("clock.cancelled", clock, old, "The incident was closed.")
        for clock, old in zip(left, before, strict=True)
    ]
    ledger.append_all(events, by=by, at=at)


# --- one duty ----------------------------------------------------------------------------------


def _open(
    incident: Incident,
    decided: DutyDecision,
    decision: Decision,
    batch: _Batch,
    *,
    release: Release,
    facts: Mapping[str, Any],
    starts: Mapping[str, datetime],
    at: datetime,
) -> Duty:
    duty = _row(incident, decided, decision, at)
    batch.duties.append(duty)
    records = []
    if duty.state in ACTIVE:
        for position, stage in enumerate(decided.duty.stages):
            clock = clocks.make(duty, stage, position)
            now = deadlines.clock(stage, starts=starts, facts=facts, release=release)
            clocks.count(clock, now)
            batch.clocks.append(clock)
            records.append(clocks.record(clock))
            if isinstance(now, deadlines.Running):
                batch.timers += timers.of_clock(clock, stage, now, shadow=duty.shadow, at=at)
        if duty.state == Duty.State.UNDETERMINED and not duty.shadow:
            batch.timers.append(timers.question(duty))
    verb = {"open": "duty.opened", "undetermined": "duty.questioned"}.get(
        duty.state, "duty.superseded"
    )
    batch.events.append(_duty_event(verb, duty, None, {"clocks": records}))
    return duty


def _row(incident: Incident, decided: DutyDecision, decision: Decision, at: datetime) -> Duty:
    state = _state(decided)
    asked = state == Duty.State.UNDETERMINED
    return Duty(
        id=ids.new(),
        incident=incident,
        decision=decision,
        policy=decided.policy,
        policy_name=_policy_name(decided),
        policy_digest=decided.policy_digest,
        regime=decided.regime[:250],
        duty=decided.duty.id,
        title=decided.duty.title[:500],
        citation=decided.duty.citation[:1000],
        recipient=decided.duty.recipient[:1000],
        owner=decided.duty.owner,
        state=state,
        shadow=decided.shadow,
        shadow_because=decided.shadow_because[:250],
        superseded_by=decided.superseded_by,
        missing=list(decided.missing),
        determine_by=at + decided.determine_within if asked else None,
        opened_at=at,
        closed_at=at if state == Duty.State.SUPERSEDED else None,
    )


def _state(decided: DutyDecision) -> Duty.State:
    if decided.outcome == "does_not_apply":
        return Duty.State.NOT_APPLICABLE
    if decided.superseded_by:
        return Duty.State.SUPERSEDED
    return Duty.State.OPEN if decided.outcome == "applies" else Duty.State.UNDETERMINED


def _move(duty: Duty, decided: DutyDecision, batch: _Batch, *, at: datetime) -> bool:
    """Follow a later decision; True when the duty is newly open and people must hear of it."""
    old, new = Duty.State(duty.state), _state(decided)
    bites = duty.shadow and not decided.shadow and _leave_shadow(duty, new, batch)
    if old == new:
        if new == Duty.State.UNDETERMINED and list(decided.missing) != duty.missing:
            duty.missing = list(decided.missing)
            duty.save(update_fields=["missing"])
        return bites
    if old == Duty.State.FULFILLED or (old, new) == (Duty.State.OPEN, Duty.State.UNDETERMINED):
        return bites
    before = {"state": old}
    duty.state, duty.superseded_by, duty.missing = new, decided.superseded_by, list(decided.missing)
    duty.closed_at = None if new in ACTIVE else at
    duty.determine_by = at + decided.determine_within if new == Duty.State.UNDETERMINED else None
    duty.save(update_fields=["state", "superseded_by", "missing", "closed_at", "determine_by"])
    if new in ACTIVE:
        _revive(duty, decided, batch)
    else:
        _retire(duty, at=at)
    if old == Duty.State.UNDETERMINED:
        questions = duty.timers.filter(kind=Timer.Kind.QUESTION)
        timers.cancel(questions, because="The question was answered.", at=at)
    batch.events.append(_duty_event(_VERBS[new], duty, before, {}))
    return new in ACTIVE


_VERBS: Final = {
    Duty.State.OPEN: "duty.confirmed",
    Duty.State.UNDETERMINED: "duty.questioned",
    Duty.State.SUPERSEDED: "duty.superseded",
    Duty.State.NOT_APPLICABLE: "duty.found_not_applicable",
    Duty.State.FULFILLED: "duty.fulfilled",
}


def _leave_shadow(duty: Duty, new: Duty.State, batch: _Batch) -> bool:
    """The law bites now: the duty counts from here on. True when it is owed."""
    duty.shadow, duty.shadow_because = False, ""
    duty.save(update_fields=["shadow", "shadow_because"])
    batch.events.append(_duty_event("duty.left_shadow", duty, {"shadow": True}, {}))
    # Counted anew in `restart_clocks`, which sets the timers that a shadow clock does not have.
    duty.clocks.filter(state=Clock.State.RUNNING).update(state=Clock.State.NOT_STARTED)
    if duty.state == new == Duty.State.UNDETERMINED:
        batch.timers.append(timers.question(duty))
    return duty.state in ACTIVE


def _retire(duty: Duty, *, at: datetime) -> None:
    unfinished = duty.clocks.filter(state__in=[Clock.State.RUNNING, Clock.State.NOT_STARTED])
    unfinished.update(state=Clock.State.CANCELLED)
    because = f"The duty is {duty.get_state_display().lower()}."
    timers.cancel(duty.timers.all(), because=because, at=at)


def _revive(duty: Duty, decided: DutyDecision, batch: _Batch) -> None:
    """Make sure every stage has a clock that waits; counting follows in `restart_clocks`."""
    duty.clocks.filter(state=Clock.State.CANCELLED).update(state=Clock.State.NOT_STARTED)
    have = set(duty.clocks.values_list("stage", flat=True))
    for position, stage in enumerate(decided.duty.stages):
        if stage.id not in have:
            batch.clocks.append(clocks.make(duty, stage, position))
    if duty.state == Duty.State.UNDETERMINED and not duty.shadow:
        batch.timers.append(timers.question(duty))


def _reopen(duty: Duty, batch: _Batch) -> None:
    """An optional stage of a fulfilled duty has started: the duty is owed again."""
    changed = Duty.objects.filter(id=duty.id, state=Duty.State.FULFILLED).update(
        state=Duty.State.OPEN, closed_at=None
    )
    if changed:
        before = {"state": duty.state}
        duty.refresh_from_db(fields=["state", "closed_at"])
        batch.events.append(_duty_event("duty.reopened", duty, before, {}))


def _close_if_done(duty: Duty, *, by: ledger.Actor, at: datetime) -> None:
    """Fulfilled when nothing runs and nothing waits, but for optional stages."""
    owed = Q(state=Clock.State.RUNNING) | Q(state=Clock.State.NOT_STARTED, optional=False)
    if duty.clocks.filter(owed).exists():
        return
    changed = Duty.objects.filter(id=duty.id, state__in=ACTIVE).update(
        state=Duty.State.FULFILLED, closed_at=at
    )
    if changed:
        before = {"state": duty.state}
        duty.refresh_from_db()
        timers.cancel(duty.timers.all(), because="The duty was fulfilled.", at=at)
        ledger.append(_duty_event("duty.fulfilled", duty, before, {}), by=by, at=at)


def _unfinished(incident: Incident) -> QuerySet[Clock]:
    return (
        incident.clocks.filter(
            state__in=[Clock.State.RUNNING, Clock.State.NOT_STARTED],
            duty__state__in=[*ACTIVE, Duty.State.FULFILLED],  # whose optional stages may yet start
        )
        .select_related("duty")
        .select_for_update(of=("self",), no_key=True)
        .order_by("id")
    )


def _starts(clock: Clock, starts: Mapping[str, datetime]) -> dict[str, datetime]:
    submitted = clock.duty.clocks.filter(state=Clock.State.FULFILLED)
    return {
        **starts,
        **{
            f"submitted:{stage}": at
            for stage, at in submitted.values_list("stage", "fulfilled_at")
            if at is not None
        },
    }


# --- words for the ledger ----------------------------------------------------------------------


def _policy_name(decided: DutyDecision) -> str:
    return decided.policy.partition("/")[2].partition("@")[0]


def _duty_event(
    verb: str, duty: Duty, before: Mapping[str, object] | None, more: Mapping[str, object]
) -> ledger.Event:
    after = {
        "policy": duty.policy,
        "policy_sha256": duty.policy_digest,
        "duty": duty.duty,
        "state": duty.state,
        "owner": duty.owner,
        "shadow": duty.shadow,
        "missing": list(duty.missing),
        "determine_by": duty.determine_by,
        "superseded_by": duty.superseded_by,
        **more,
    }
    return ledger.Event(verb, "duty", duty.id, duty.incident_id, before, after, duty.citation)
