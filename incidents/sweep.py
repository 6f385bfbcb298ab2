"""What time sets in motion, in order. It writes rows; it never sends.

Any number of sweeps may run at once and any may die halfway: due timers are claimed with SKIP
LOCKED in the transaction that acts on them, so each either happens whole or is found again.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from rest_framework.exceptions import APIException

from governance.api.parsing import loads
from governance.errors import BylawError
from governance.ledger import ledger
from governance.ledger.ledger import Actor
from incidents import flow
from incidents.errors import InProgress
from incidents.models import Clock, Incident, Submission, Timer
from incidents.stages import alarms, escalation, intake, notices, reassessment, runs
from policies import releases

log = structlog.get_logger(__name__)
SWEEP: Final = ledger.system("sweep")
BATCH: Final = 200
#: Incidents reassessed between two looks at the timers: each takes some 30 ms, and timers wait.
REASSESSED: Final = 25
_LONGEST_RETRY: Final = timedelta(minutes=10)


def run(*, at: datetime) -> int:
    """One round: left-behind submissions, a batch of due timers, some incidents to reassess.
    Returns how many were handled, BATCH when more may be waiting; fewer means that nothing due is
    left."""
    recover(at=at)
    handled, reassessed = fire_due(at=at), reassess(at=at)
    return BATCH if reassessed == REASSESSED else max(handled, reassessed)


def recover(*, at: datetime) -> None:
    """Judge what was stored and never judged, because its process died."""
    for submission in intake.left_behind(at=at, limit=BATCH):
        try:
            _judge(submission, at=at)
        except InProgress:
            continue  # another sweep, or the sender's retry, judges it now
        except BylawError as error:
            log.info("sweep.submission_judged", submission=str(submission.id), outcome=error.code)
            intake.put_off(submission, at=at)  # without effect on one that is judged now
        except Exception:
            log.exception("sweep.submission_failed", submission=str(submission.id))
            intake.put_off(submission, at=at)


def reassess(*, at: datetime) -> int:
    """Decide open incidents anew where versions came into force whose approvers chose so, each in a
    transaction of its own. One that fails is put off and stops no other."""
    tried = 0
    for each in runs.unfinished(at=at):
        if not runs.expand(each, by=SWEEP, at=at):
            continue
        for id_ in runs.waiting(each, at=at, limit=REASSESSED - tried):
            tried += 1
            try:
                with structlog.contextvars.bound_contextvars(reassessment=str(id_)):
                    flow.reassess(id_, by=SWEEP, at=at)
            except Exception as error:
                log.exception("sweep.reassessment_failed", reassessment=str(id_))
                reassessment.put_off(id_, error, at=at)
        runs.finish(each, by=SWEEP, at=at)
    return tried


def fire_due(*, at: datetime) -> int:
    """Act on due timers, oldest first. A row that fails is put off and stops no other."""
    with transaction.atomic():
        timers = _claim(at)
        for timer, later in _coalesced(timers):
            if later is not None:
                _done(timer, Timer.State.COALESCED, f"Said by {later}, due at the same time.", at)
                continue
            try:
                with _named(timer.incident), transaction.atomic():
                    _fire(timer, at=at)
            except Exception as error:
                log.exception("sweep.timer_failed", timer=str(timer.id))
                _put_off(timer, error, at)
    return len(timers)


def _claim(at: datetime) -> Sequence[Timer]:
    """A batch of due timers, oldest first, and whatever else of the same clocks is due, so that
    what belongs together is judged together."""
    batch = list(_due(at)[:BATCH])
    clocks = {timer.clock_id for timer in batch if timer.clock_id is not None}
    if len(batch) < BATCH or not clocks:
        return batch
    known = [timer.id for timer in batch]
    return batch + list(_due(at).filter(clock_id__in=clocks).exclude(id__in=known))


def _due(at: datetime) -> QuerySet[Timer]:
    ready = Q(retry_at__isnull=True) | Q(retry_at__lte=at)
    return (
        Timer.objects.filter(ready, state=Timer.State.PENDING, due_at__lte=at)
        .select_related("incident", "duty", "clock__duty")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("due_at", "id")
    )


_GRAVITY: Final = {Timer.Kind.REMINDER: 0, Timer.Kind.AT_RISK: 1, Timer.Kind.OVERDUE: 2}


def _coalesced(timers: Iterable[Timer]) -> Iterable[tuple[Timer, Timer | None]]:
    """Each timer with the one that speaks for it: after downtime each clock says only its gravest
    and last word, for what is overdue need not also be at risk. One that repeats speaks in any
    case, because leaving it out would end the repetition."""
    listed = list(timers)
    by_weight = sorted(
        (timer for timer in listed if timer.clock_id is not None),
        key=lambda timer: (timer.repeats, _GRAVITY[Timer.Kind(timer.kind)]),
    )
    last = {timer.clock_id: timer for timer in by_weight}
    for timer in listed:
        speaker = last.get(timer.clock_id) if timer.clock_id is not None else None
        yield timer, speaker if speaker is not None and speaker.id != timer.id else None


def _named(incident: Incident) -> AbstractContextManager[object]:
    """Log lines written inside carry the incident's reference."""
    return structlog.contextvars.bound_contextvars(incident=incident.reference)


def _fire(timer: Timer, *, at: datetime) -> None:
    if over := _over(timer):
        _done(timer, Timer.State.CANCELLED, over, at)
        return
    release = releases.pinned(_release_of(timer))
    stage = escalation if timer.kind == Timer.Kind.ESCALATION else alarms
    call = stage.fire(timer, release=release, by=SWEEP, at=at)
    unheard = notices.tell([call], release=release, by=SWEEP, at=at)
    if unheard and timer.kind == Timer.Kind.ESCALATION:
        escalation.skip_wait(timer.incident, step=int(timer.step), at=at)
    _done(timer, Timer.State.FIRED, "Nobody to tell." if unheard else call.because[:500], at)


def _over(timer: Timer) -> str:
    """Why there is nothing left to say; empty when there is."""
    if timer.incident.state == Incident.State.CLOSED:
        return "The incident is closed."
    if timer.kind == Timer.Kind.ESCALATION and timer.incident.acknowledged_at is not None:
        return "The incident is acknowledged."
    if timer.clock is not None and timer.clock.state != Clock.State.RUNNING:
        return f"The clock is {timer.clock.get_state_display().lower()}."
    return ""


def _release_of(timer: Timer) -> str:
    """The release that the incident is pinned to, which also knows the duties still owed."""
    return timer.incident.decisions.order_by("-id").values_list("release_id", flat=True)[0]


def _done(timer: Timer, state: Timer.State, outcome: str, at: datetime) -> None:
    Timer.objects.filter(id=timer.id, state=Timer.State.PENDING).update(
        state=state, done_at=at, outcome=outcome
    )


def _put_off(timer: Timer, error: Exception, at: datetime) -> None:
    attempts = timer.attempts + 1
    wait = min(timedelta(seconds=2 ** min(attempts, 10)), _LONGEST_RETRY)
    Timer.objects.filter(id=timer.id).update(
        attempts=attempts,
        retry_at=at + wait,
        outcome=f"Attempt {attempts} failed: {type(error).__name__}"[:500],
    )


def _judge(submission: Submission, *, at: datetime) -> None:
    kind, _, key = submission.actor.partition(":")
    actor = Actor(kind, key)  # type: ignore[arg-type]  # stored from an Actor
    try:
        parsed = loads(bytes(submission.body))
    except APIException as error:
        flow.refuse_stored(
            submission, code="malformed-json", detail=str(error.detail), by=actor, at=at
        )
        return
    flow.judge(submission, parsed, by=actor, at=at)
