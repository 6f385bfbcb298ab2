"""What time sets in motion, in order. It writes rows; it never sends.

Any number of sweeps may run at once and any may die halfway: due timers are claimed with SKIP
LOCKED in the transaction that acts on them, so each either happens whole or is found again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from rest_framework.exceptions import APIException

from governance.api.parsing import loads
from governance.errors import BylawError
from governance.ledger import ledger
from governance.ledger.ledger import Actor
from incidents import correspondence, firing, flow, undelivered
from incidents import dispensations as dispensing
from incidents.errors import InProgress
from incidents.models import Submission
from incidents.stages import dispensations, filing, intake, reassessment, runs

log = structlog.get_logger(__name__)
SWEEP: Final = ledger.system("sweep")
#: Submissions judged in one round.
RECOVERED: Final = 200
#: Notices whose fate is followed in one round.
SETTLED: Final = 100
#: Delays and pauses ended in one round.
ENDED: Final = 100
#: Incidents reassessed between two looks at the timers: each takes some 30 ms, and timers wait.
REASSESSED: Final = 25


@dataclass(frozen=True)
class Round:
    """`spoke`: messages may be owed since. `more`: something may be waiting still. `failed` are the
    steps that failed altogether; the others were taken all the same."""

    spoke: bool
    more: bool
    failed: tuple[str, ...] = ()


def run(*, at: datetime) -> Round:
    """One round of everything that time sets in motion, in order."""
    steps: dict[str, tuple[Callable[[], int], int | None]] = {
        "submissions": (lambda: recover(at=at), None),
        "notices": (lambda: settle(at=at), SETTLED),
        "dispensations": (lambda: end_dispensations(at=at), ENDED),
        "timers": (lambda: firing.fire_due(by=SWEEP, at=at), firing.BATCH),
        "undelivered": (lambda: undelivered.tell(by=SWEEP, at=at), undelivered.BATCH),
        "reassessments": (lambda: reassess(at=at), REASSESSED),
    }
    handled = {name: _taken(name, act) for name, (act, _) in steps.items()}
    full = {name: most for name, (_, most) in steps.items() if most is not None}
    return Round(
        spoke=any(handled.values()),
        more=any((handled[name] or 0) >= most for name, most in full.items()),
        failed=tuple(name for name, count in handled.items() if count is None),
    )


def _taken(name: str, act: Callable[[], int]) -> int | None:
    """How many rows a step handled; None when it failed, which must stop no other step."""
    try:
        return act()
    except Exception:
        log.exception("sweep.step_failed", step=name)
        return None


def recover(*, at: datetime) -> int:
    """Judge what was stored and never judged, because its process died; returns how many those
    were."""
    left = intake.left_behind(at=at, limit=RECOVERED)
    for submission in left:
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
    return len(left)


def settle(*, at: datetime) -> int:
    """Fulfil the stages whose notices the outbox has confirmed, before any timer calls them late,
    and bring back what it gave up. One that fails is put off and stops no other."""
    found = filing.settled(at=at, limit=SETTLED)
    for id_, incident_id in found:
        try:
            correspondence.settle(id_, incident_id, by=SWEEP, at=at)
        except Exception as error:
            log.exception("sweep.notice_failed", notice=str(id_))
            filing.put_off(id_, error, at=at)
    return len(found)


def end_dispensations(*, at: datetime) -> int:
    """End the delays and pauses whose end has come, each in a transaction of its own: the clocks
    run on. One that fails is put off and stops no other."""
    found = dispensations.due(at=at, limit=ENDED)
    for id_ in found:
        try:
            with structlog.contextvars.bound_contextvars(dispensation=str(id_)):
                dispensing.end_due(id_, by=SWEEP, at=at)
        except Exception:
            log.exception("sweep.dispensation_failed", dispensation=str(id_))
            dispensations.put_off(id_, at=at)
    return len(found)


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
