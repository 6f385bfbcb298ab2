"""Duties and their clocks: opened, confirmed, superseded, counted anew. History is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from governance.ledger import ledger
from incidents import clocks, duties, reasons, selectors, timers, timetable
from incidents.models import Clock, Decision, Duty, Incident, Timer
from incidents.timetable import Basis, Changes
from policies.documents.obligation_policy import Stage
from policies.evaluation import Decision as Decided
from policies.evaluation import DutyDecision
from policies.release import Release


def begin(
    incident: Incident,
    decided: Decided,
    decision: Decision,
    *,
    release: Release,
    facts: Mapping[str, Any],
    starts: Mapping[str, datetime],
    at: datetime,
) -> Changes:
    """The duties of a new incident, which know their clocks. The caller stores the changes."""
    basis = Basis(release, facts, starts, at)
    changes = Changes()
    for each in decided.duties:
        if each.outcome != "does_not_apply" or duties.declined(each):
            _open(incident, each, decision, basis, changes)
    for duty in changes.duties:
        duties.know(duty, [clock for clock in changes.clocks if clock.duty_id == duty.id])
    return changes


def reconcile(
    incident: Incident,
    decided: Decided,
    decision: Decision,
    *,
    release: Release,
    facts: Mapping[str, Any],
    starts: Mapping[str, datetime],
    by: ledger.Actor,
    at: datetime,
) -> Sequence[Duty]:
    """Bring the incident's duties in line with a decision; returns those newly open or asked, and
    those that owe a further stage. What a decision no longer knows about stays open: losing a fact
    never relaxes a duty."""
    basis = Basis(release, facts, starts, at, selectors.holds(incident))
    known = {(d.policy_name, d.duty): d for d in duties.locked(incident)}
    rows = _clocks(incident)
    changes = Changes()
    told = []
    for each in decided.duties:
        duty = known.get((duties.policy_name(each), each.duty.id))
        if duty is None and _noted(each):
            duty = _open(incident, each, decision, basis, changes)
            if duty.state in duties.ACTIVE:
                told.append(duty)
        elif duty is not None:
            own = _of(duty, rows)
            if _follow(duty, each, decision, own, basis, changes):
                told.append(duty)
    changes.store(by=by, at=at)
    return told


def foresee(incident: Incident, decided: Decided, decision: Decision, *, basis: Basis) -> Changes:
    """What the decision would open on a new incident; nothing is stored, and no query made."""
    changes = Changes()
    for each in filter(_noted, decided.duties):
        _open(incident, each, decision, basis, changes)
    return changes


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
    """Count anew every clock that still runs or waits, end those that are not owed any more, open
    the next of those that recur, and close duties that owe nothing. Returns the clocks that began,
    moved or ended.

    Called when a moment is recorded or corrected and when a stage is submitted.
    """
    rows, holds = _clocks(incident), selectors.holds(incident)
    changes = Changes()
    moved = []
    for duty in duties.locked(incident):
        if duty.state not in (*duties.ACTIVE, Duty.State.FULFILLED):
            continue
        own = _of(duty, rows)
        stages, basis = _course(duty, Basis(release, facts, starts, at, holds))
        moved += timetable.recount(own, stages, basis, changes, because=because)
        opened: list[Clock] = []
        if duty.state in duties.ACTIVE:  # a fulfilled one needs a decision to owe more
            opened = timetable.fill(duty, stages, own, basis, changes, because=because)
        moved += opened
        _settle(duty, [*own, *opened], changes, at=at)
    changes.store(by=by, at=at)
    return moved


# --- one duty ----------------------------------------------------------------------------------


def _noted(decided: DutyDecision) -> bool:
    """Whether a duty gets a row: it applies, or may, or that it does not has to be confirmed."""
    return decided.outcome != "does_not_apply" or duties.declined(decided)


def _open(
    incident: Incident, decided: DutyDecision, decision: Decision, basis: Basis, changes: Changes
) -> Duty:
    duty = duties.make(incident, decided, decision, at=basis.at)
    changes.duties.append(duty)
    opened: list[Clock] = []
    more: dict[str, object] = {}
    if duty.state in duties.ACTIVE:
        opened, not_owed = timetable.open_all(duty, decided.duty.stages, basis, changes)
        more = {"not_owed": not_owed} if not_owed else {}
        if duty.state == Duty.State.OPEN and not any(map(clocks.owed, opened)):
            duty.state, duty.closed_at = Duty.State.FULFILLED, basis.at
    elif duty.state == Duty.State.NOT_APPLICABLE:
        changes.declined.append(duty)
    changes.timers += timers.asking(duty, at=basis.at)
    more["clocks"] = [clocks.record(clock) for clock in opened]
    verb = _OPENED.get(Duty.State(duty.state), "duty.superseded")
    changes.events.append(duties.event(verb, duty, None, more))
    return duty


_OPENED: Final = {
    Duty.State.OPEN: "duty.opened",
    Duty.State.UNDETERMINED: "duty.questioned",
    Duty.State.FULFILLED: "duty.fulfilled",  # it applies, and nothing of it is owed so far
    Duty.State.NOT_APPLICABLE: "duty.found_not_applicable",
}


def _follow(
    duty: Duty,
    decided: DutyDecision,
    decision: Decision,
    rows: Sequence[Clock],
    basis: Basis,
    changes: Changes,
) -> bool:
    """Follow a later decision; True when people must hear of it: the duty is newly open, or owes a
    further stage."""
    if duty.policy_digest != decided.policy_digest and duty.state != Duty.State.FULFILLED:
        owner = duty.owner
        changes.events.append(duties.repin(duty, decided, decision))
        timetable.describe(rows, decided.duty.stages)
        if duty.owner != owner and duty.confirmation == Duty.Confirmation.UNCONFIRMED:
            changes.declined.append(duty)  # each owner is reminded of what is theirs to confirm
    told = duty.shadow and not decided.shadow and _leave_shadow(duty, decided, rows, basis, changes)
    told = _move(duty, decided, rows, changes, at=basis.at) or told
    if duties.state_of(decided) not in duties.ACTIVE or duty.state == Duty.State.WAIVED:
        return told
    because = "The policies were applied again."
    stages, counted_by = _course(duty, basis)
    opened = timetable.fill(duty, stages, rows, counted_by, changes, because=because)
    return told or any(map(clocks.owed, opened))


def _move(
    duty: Duty, decided: DutyDecision, rows: Sequence[Clock], changes: Changes, *, at: datetime
) -> bool:
    """Bring the duty to the state that was decided; True when that opens it."""
    old, new = Duty.State(duty.state), duties.state_of(decided)
    if old == new:
        if new == Duty.State.UNDETERMINED and list(decided.missing) != duty.missing:
            asked = {"missing": duty.missing}
            duty.missing = list(decided.missing)
            duty.save(update_fields=["missing"])
            changes.events.append(duties.event("duty.question_changed", duty, asked))
        return False
    if _stays(duty, new):
        return False
    before = {"state": old}
    duty.state, duty.superseded_by, duty.missing = new, decided.superseded_by, list(decided.missing)
    duty.closed_at = None if new in duties.ACTIVE else at
    duty.determine_by = at + decided.determine_within if new == Duty.State.UNDETERMINED else None
    _judge_again(duty, decided, changes, at=at)
    duty.save(update_fields=_MOVED)
    if new not in duties.ACTIVE:
        because = _ENDED[new]
        timetable.cancel(rows, changes, because=because, at=at)
        timers.cancel(duty.timers.all(), because=because, at=at)
    if old in _LEFT:
        kind, because = _LEFT[old]
        timers.cancel(duty.timers.filter(kind=kind), because=because, at=at)
    changes.timers += timers.asking(duty, at=at)
    changes.events.append(duties.event(_VERBS[new], duty, before))
    return new in duties.ACTIVE


def _stays(duty: Duty, new: Duty.State) -> bool:
    """Whether the duty stays as it is whatever was decided: what was fulfilled, what was waived
    until somebody ends the waiver, and what a person holds against the policies to apply."""
    old = Duty.State(duty.state)
    kept = old in {Duty.State.FULFILLED, Duty.State.WAIVED} or duties.contested(duty)
    return kept or (old, new) == (Duty.State.OPEN, Duty.State.UNDETERMINED)


def _judge_again(duty: Duty, decided: DutyDecision, changes: Changes, *, at: datetime) -> None:
    if duty.state == Duty.State.NOT_APPLICABLE:
        because, by = reasons.decided(decided), at + decided.determine_within
        duties.ask_to_confirm(duty, by=by, because=because)
        changes.declined.append(duty)
    else:
        duties.forget_confirmation(duty)


_MOVED: Final = (
    "state",
    "superseded_by",
    "missing",
    "closed_at",
    "determine_by",
    *duties.CONFIRMATION,
)
_ENDED: Final = {
    Duty.State.SUPERSEDED: "Another duty supersedes this one.",
    Duty.State.NOT_APPLICABLE: "The duty does not apply.",
}
#: What a duty in that state asks, and why no more once it has left it.
_LEFT: Final = {
    Duty.State.UNDETERMINED: (Timer.Kind.QUESTION, "The question was answered."),
    Duty.State.SUPERSEDED: (Timer.Kind.SUPERSEDED, "No other duty takes its place any more."),
}
_VERBS: Final = {
    Duty.State.OPEN: "duty.confirmed",
    Duty.State.UNDETERMINED: "duty.questioned",
    Duty.State.SUPERSEDED: "duty.superseded",
    Duty.State.NOT_APPLICABLE: "duty.found_not_applicable",
    Duty.State.FULFILLED: "duty.fulfilled",
}


def _leave_shadow(
    duty: Duty, decided: DutyDecision, rows: Sequence[Clock], basis: Basis, changes: Changes
) -> bool:
    """The law bites now: the duty counts from here on, and its clocks have the timers that a shadow
    clock lacks. True when it is owed."""
    duty.shadow, duty.shadow_because = False, ""
    if duty.state == Duty.State.NOT_APPLICABLE:
        by = basis.at + decided.determine_within
        duties.ask_to_confirm(duty, by=by, because=duty.because)
        changes.declined.append(duty)
    duty.save(update_fields=["shadow", "shadow_because", *duties.CONFIRMATION])
    changes.events.append(duties.event("duty.left_shadow", duty, {"shadow": True}))
    if duties.state_of(decided) in duties.ACTIVE:
        because = "The duty left the shadow; its clocks count from here on."
        stages, counted_by = _course(duty, basis)
        timetable.recount(rows, stages, counted_by, changes, because=because, anew=True)
    if duty.state == duties.state_of(decided):
        changes.timers += timers.asking(duty, at=basis.at)
    return duty.state in duties.ACTIVE


def _settle(duty: Duty, rows: Sequence[Clock], changes: Changes, *, at: datetime) -> None:
    """Open while anything is owed, fulfilled when nothing is any more. A question of which nothing
    was submitted stays one until it is answered."""
    owed = any(map(clocks.owed, rows))
    sent = any(clock.state == Clock.State.FULFILLED for clock in rows)
    if owed and duty.state == Duty.State.FULFILLED:
        changes.events += duties.turn(duty, Duty.State.OPEN, closed_at=None, verb="duty.reopened")
    elif not owed and (
        duty.state == Duty.State.OPEN or (sent and duty.state == Duty.State.UNDETERMINED)
    ):
        changes.events += duties.turn(
            duty, Duty.State.FULFILLED, closed_at=at, verb="duty.fulfilled"
        )
        timers.cancel(duty.timers.all(), because="The duty was fulfilled.", at=at)


# --- rows --------------------------------------------------------------------------------------


def _clocks(incident: Incident) -> dict[UUID, list[Clock]]:
    found: dict[UUID, list[Clock]] = {}
    for clock in incident.clocks.select_for_update(no_key=True).order_by("id"):
        found.setdefault(clock.duty_id, []).append(clock)
    return found


def _of(duty: Duty, rows: Mapping[UUID, list[Clock]]) -> list[Clock]:
    """The clocks of the duty, which know it as this very object."""
    own = rows.get(duty.id, [])
    for clock in own:
        clock.duty = duty
    return own


def _course(duty: Duty, basis: Basis) -> tuple[Sequence[Stage], Basis]:
    """The stages of the duty, and by what they are counted."""
    stages, release = duties.stages(duty, basis.release)
    return stages, replace(basis, release=release)
