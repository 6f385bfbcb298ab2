"""Firing due timers, a batch in one transaction.

What a batch writes is gathered and stored together, so that many timers cost hardly more statements
than one. A batch that fails is taken apart: each timer is tried alone, and the one that fails is
put off and stops no other.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from governance.ledger import ledger
from incidents import holding, lateness, superseding
from incidents.calls import Call
from incidents.clocks import STARTED
from incidents.models import Clock, Decision, Dispensation, Duty, Incident, Timer
from incidents.stages import alarms, calling, confirmations, escalation, reviews
from incidents.timetable import Changes
from policies import releases
from policies.release import Release

log = structlog.get_logger(__name__)
BATCH: Final = 500
_LONGEST_RETRY: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Result:
    """What became of one timer."""

    timer: Timer
    state: Timer.State
    outcome: str


def fire_due(*, by: ledger.Actor, at: datetime) -> int:
    """Act on a batch of due timers, oldest first; returns how many were claimed.

    Locks them and their incidents with SKIP LOCKED for the transaction: each is fired whole or
    found again, and nobody changes an incident while it speaks. One that is being changed is left
    for the next time.
    """
    with transaction.atomic():
        timers = _claim(at)
        if not timers:
            return 0
        living, over = _judged(timers)
        speaking, silent = _coalesced(living)
        _mark([*over, *silent], at=at)
        if not _fired_together(speaking, by=by, at=at):
            for timer in speaking:
                _fire_alone(timer, by=by, at=at)
    return len(timers)


# --- claiming ------------------------------------------------------------------------------------


def _claim(at: datetime) -> Sequence[Timer]:
    """A batch of due timers, oldest first, and whatever else of the same clocks is due, so that
    what belongs together is judged together.

    They are locked by their keys alone: a look that finds nothing then reads a few pages of one
    index.
    """
    batch = list(_due(at)[:BATCH])
    held = [timer.id for timer in batch]
    clocks = {timer.clock_id for timer in batch if timer.clock_id is not None}
    if len(batch) == BATCH and clocks:
        more = _due(at).filter(clock_id__in=clocks).exclude(id__in=held)
        held += [timer.id for timer in more]
    return _read(held) if held else []


def _due(at: datetime) -> QuerySet[Timer]:
    ready = Q(retry_at__isnull=True) | Q(retry_at__lte=at)
    due = Timer.objects.filter(ready, state=Timer.State.PENDING, due_at__lte=at)
    keys = due.select_related("incident").only("clock_id", "incident__id")
    locked = keys.select_for_update(of=("self", "incident"), skip_locked=True, no_key=True)
    return locked.order_by("due_at", "id")


def _read(held: Sequence[UUID]) -> Sequence[Timer]:
    """With the release that the incident is pinned to, which also knows the duties still owed."""
    decisions = Decision.objects.filter(incident=OuterRef("incident")).order_by("-id")
    rows = Timer.objects.filter(id__in=held).select_related(
        "incident", "duty", "clock", "dispensation__duty"
    )
    pinned = Subquery(decisions.values("release_id")[:1])
    found = list(rows.defer("incident__report").annotate(release=pinned).order_by("due_at", "id"))
    for timer in found:
        if timer.clock is not None and timer.duty is not None:
            timer.clock.duty = timer.duty  # the same row, read once
    return found


def _judged(timers: Iterable[Timer]) -> tuple[Sequence[Timer], Sequence[Result]]:
    """Those that have something to say, and what becomes of those that have not."""
    living, over = [], []
    for timer in timers:
        if because := _over(timer):
            over.append(Result(timer, Timer.State.CANCELLED, because))
        else:
            living.append(timer)
    return living, over


_GRAVITY: Final = {
    Timer.Kind.HELD: 0,
    Timer.Kind.REMINDER: 0,
    Timer.Kind.AT_RISK: 1,
    Timer.Kind.OVERDUE: 2,
}


def _coalesced(timers: Iterable[Timer]) -> tuple[Sequence[Timer], Sequence[Result]]:
    """Those that speak, and what becomes of those for which another speaks.

    After downtime each clock says only its gravest and last word, for what is overdue need not also
    be at risk. One that repeats speaks in any case, because leaving it out would end the
    repetition.
    """
    listed = list(timers)
    by_weight = sorted(
        (timer for timer in listed if timer.clock_id is not None),
        key=lambda timer: (timer.repeats, _GRAVITY[Timer.Kind(timer.kind)]),
    )
    last = {timer.clock_id: timer for timer in by_weight}
    speaking, silent = [], []
    for timer in listed:
        speaker = last.get(timer.clock_id) if timer.clock_id is not None else None
        if speaker is None or speaker.id == timer.id:
            speaking.append(timer)
        else:
            because = f"Said by {speaker}, due at the same time."
            silent.append(Result(timer, Timer.State.COALESCED, because))
    return speaking, silent


# --- firing --------------------------------------------------------------------------------------


def _fired_together(timers: Sequence[Timer], *, by: ledger.Actor, at: datetime) -> bool:
    """Fire them all, or none."""
    try:
        with transaction.atomic():
            _fire(timers, by=by, at=at)
    except Exception as error:
        log.warning("sweep.batch_failed", timers=len(timers), error=type(error).__name__)
        return False
    return True


def _fire_alone(timer: Timer, *, by: ledger.Actor, at: datetime) -> None:
    try:
        with _named(timer.incident), transaction.atomic():
            _fire([timer], by=by, at=at)
    except Exception as error:
        log.exception("sweep.timer_failed", timer=str(timer.id))
        _put_off(timer, error, at=at)


class _Stage(Protocol):
    def fire(
        self, timer: Timer, changes: Changes, *, release: Release, at: datetime
    ) -> Call | None: ...


#: What speaks for which timers; the others are alarms.
_STAGES: Final[Mapping[Timer.Kind, _Stage]] = {
    Timer.Kind.ESCALATION: escalation,
    Timer.Kind.CONFIRM: confirmations,
    Timer.Kind.REQUEST: reviews,
    Timer.Kind.REVIEW: reviews,
}


def _fire(timers: Sequence[Timer], *, by: ledger.Actor, at: datetime) -> None:
    """1. Gather what each has to say, with its entry and the timers that follow.
    2. Store the entries and timers, then owe the messages.
    3. Mark the timers; a step of the ladder that reached nobody hastens the next.
    """
    known = _releases(timers)
    changes = Changes()
    calls: dict[Timer, Call] = {}
    results = []
    for timer in timers:
        stage = _STAGES.get(Timer.Kind(timer.kind), alarms)
        call = stage.fire(timer, changes, release=known[timer.release], at=at)  # type: ignore[attr-defined]  # annotated
        if call is None:
            results.append(Result(timer, Timer.State.CANCELLED, "Nothing is left to say."))
        else:
            due = max(timer.due_at, timer.incident.reported_at)  # before, nobody could know
            calls[timer] = lateness.said(call, due=due, at=at)
    changes.store(by=by, at=at)
    unheard = _tell(calls, known, by=by, at=at)
    escalation.hasten(unheard.values(), at=at)
    for timer, call in calls.items():
        outcome = "Nobody to tell." if call.key in unheard else call.because[:500]
        results.append(Result(timer, Timer.State.FIRED, outcome))
    _mark(results, at=at)


def _releases(timers: Iterable[Timer]) -> Mapping[str, Release]:
    digests = {timer.release for timer in timers}  # type: ignore[attr-defined]  # annotated
    return {digest: releases.pinned(digest) for digest in sorted(digests)}


def _tell(
    calls: Mapping[Timer, Call], known: Mapping[str, Release], *, by: ledger.Actor, at: datetime
) -> Mapping[str, Call]:
    """Owe the calls' messages; returns the calls that reach nobody, by their keys."""
    unheard: dict[str, Call] = {}
    for digest, release in known.items():
        told = [call for timer, call in calls.items() if timer.release == digest]  # type: ignore[attr-defined]  # annotated
        unheard |= {each.key: each for each in calling.tell(told, release=release, by=by, at=at)}
    return unheard


def _over(timer: Timer) -> str:
    """Why there is nothing left to say; empty when there is."""
    if timer.incident.state == Incident.State.CLOSED:
        return "The incident is closed."
    if timer.kind == Timer.Kind.ESCALATION and timer.incident.acknowledged_at is not None:
        return "The incident is acknowledged."
    if timer.kind == Timer.Kind.ESCALATION and timer.ladder != timer.incident.ladder:
        return "The escalation has begun anew."
    asked = timer.dispensation
    if asked is not None and asked.state != _SPEAKS.get(timer.kind):
        return f"The {asked.kind} is {asked.state}."
    if timer.kind == Timer.Kind.QUESTION and _answered(timer.duty):
        return "The question was answered."
    if timer.kind == Timer.Kind.SUPERSEDED and (settled := superseding.settled(timer)):
        return settled
    if timer.kind == Timer.Kind.HELD and (void := holding.void(timer)):
        return void
    return _silent(timer, timer.clock) if timer.clock is not None else ""


#: The state in which a dispensation has something to say.
_SPEAKS: Final[Mapping[str, Dispensation.State]] = {
    Timer.Kind.REQUEST: Dispensation.State.REQUESTED,
    Timer.Kind.REVIEW: Dispensation.State.APPROVED,
}


def _answered(duty: Duty | None) -> bool:
    return duty is not None and duty.state != Duty.State.UNDETERMINED


def _silent(timer: Timer, clock: Clock) -> str:
    """Why the state of its clock leaves a timer nothing to say. What is due after the end of a
    pause is said, whether or not the clock has been resumed."""
    waits = timer.waits or holding.waits(timer)
    if clock.state not in ((Clock.State.NOT_STARTED,) if waits else STARTED):
        return f"The clock is {clock.state.replace('_', ' ')}."
    over = clock.paused_until is not None and timer.due_at >= clock.paused_until
    return "The clock is paused." if clock.state == Clock.State.PAUSED and not over else ""


def _named(incident: Incident) -> AbstractContextManager[object]:
    """Log lines written inside carry the incident's reference."""
    return structlog.contextvars.bound_contextvars(incident=incident.reference)


# --- rows ----------------------------------------------------------------------------------------

_MARK: Final = """
UPDATE incidents_timer AS timer SET state = told.state, outcome = told.outcome, done_at = %s
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS told (id, state, outcome)
WHERE timer.id = told.id AND timer.state = 'pending'
"""


def _mark(results: Sequence[Result], *, at: datetime) -> None:
    if not results:
        return
    told = [(each.timer.id, each.state.value, each.outcome) for each in results]
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [at, *map(list, zip(*told, strict=True))])


def _put_off(timer: Timer, error: Exception, *, at: datetime) -> None:
    attempts = timer.attempts + 1
    wait = min(timedelta(seconds=2 ** min(attempts, 10)), _LONGEST_RETRY)
    Timer.objects.filter(id=timer.id).update(
        attempts=attempts,
        retry_at=at + wait,
        outcome=f"Attempt {attempts} failed: {type(error).__name__}"[:500],
    )
