"""Verifications that somebody asked for, and the work on them: a slice a tick.

Whoever works holds the row by its `lease_until`; a save that does not find the row as it was has
lost it to another worker, and the work stops.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models import Q

from governance import leases
from governance.errors import Invalid
from governance.ledger import keys, ledger, notes, sequencer
from governance.ledger.ledger import Actor, Event
from governance.ledger.models import Verification
from governance.ledger.notes import Unsigned, Verifier
from governance.ledger.verification import course
from governance.ledger.verification.course import Course

log = structlog.get_logger(__name__)
State = Verification.State
VERIFIER: Final = ledger.system("verifier")
SLICE: Final = timedelta(seconds=3)
LEASE: Final = timedelta(minutes=2)
#: Starts without progress, after which one is given up.
MOST_ATTEMPTS: Final = 5
#: Checkpoints and keys that may be given to one.
MOST_KEPT: Final = 100


def request(
    kept: Sequence[str] = (), trusted: Sequence[str] = (), *, by: Actor, at: datetime
) -> Verification:
    """Have the whole log verified, also against checkpoints and keys from outside the database.
    Raises Invalid for what is neither."""
    if len(kept) + len(trusted) > MOST_KEPT:
        raise Invalid(f"Give at most {MOST_KEPT} checkpoints and keys.")
    sizes = [_checked(notes.parse, note, "checkpoint").size for note in kept]
    hashes = [_checked(Verifier.read, text, "verifier key").hash.hex() for text in trusted]
    row = Verification(
        requested_by=str(by), requested_at=at, kept=list(kept), trusted=list(trusted)
    )
    after = {"kept_sizes": sizes, "trusted_keys": hashes}
    with transaction.atomic():
        row.save(force_insert=True)
        ledger.append(_event("requested", row, after), by=by, at=at)
    return row


def work(*, now: Callable[[], datetime], budget: timedelta = SLICE) -> bool:
    """One slice of the oldest that waits; whether there was one."""
    row = _claimed(now())
    if row is None:
        return False
    try:
        _advance(row, now=now, budget=budget)
    except Exception as error:
        log.exception("ledger.verification_failed", verification=str(row.id))
        leases.store(
            row, lease_until=now() + LEASE, error=f"{type(error).__name__}: {error}"[:2000]
        )
    return True


def _claimed(at: datetime) -> Verification | None:
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    waiting = Verification.objects.filter(free, state__in=[State.WAITING, State.RUNNING])
    with transaction.atomic():
        row = waiting.select_for_update(skip_locked=True).order_by("id").first()
        if row is None:
            return None
        if row.attempts >= MOST_ATTEMPTS:
            _end(row, state=State.FAILED, at=at)
            return None
        leases.store(row, state=State.RUNNING, lease_until=at + LEASE, attempts=row.attempts + 1)
        return row


def _advance(row: Verification, *, now: Callable[[], datetime], budget: timedelta) -> None:
    going = course.restored(row.course) if row.course is not None else _begun(row)
    until = monotonic() + budget.total_seconds()
    course.step(going)
    while not going.over and monotonic() < until:
        course.step(going)
    said: dict[str, Any] = {
        "size": going.walk.target,
        "done": going.done,
        "total": going.total,
        "working_on": going.at,
        "wrong": going.found.count,
        "findings": [each.as_dict() for each in going.found.kept],
        "attempts": 0,
        "error": "",
    }
    with transaction.atomic():
        if leases.store(row, course=going.as_dict(), lease_until=None, **said) and going.over:
            _end(row, state=State.FINISHED, at=now())


def _begun(row: Verification) -> Course:
    """Also against what was signed on this host last, which no one with rights on the database
    alone can change."""
    here = sequencer.remembered()
    kept = [*row.kept, *([here] if here else [])]
    return course.begin(kept, [Verifier.read(each) for each in row.trusted])


def _end(row: Verification, *, state: Verification.State, at: datetime) -> None:
    if leases.store(row, state=state, finished_at=at, lease_until=None, course=None):
        after = {
            "size": row.size,
            "wrong": row.wrong,
            "codes": sorted({each["code"] for each in row.findings}),
            "error": row.error[:500],
        }
        ledger.append(_event(str(state), row, after), by=VERIFIER, at=at)


def _event(verb: str, row: Verification, after: Mapping[str, object]) -> Event:
    return Event(f"verification.{verb}", keys.LOG, row.id, after=after)


def _checked(read: Callable[[str], Any], text: str, what: str) -> Any:
    try:
        return read(text)
    except Unsigned as error:
        raise Invalid(f"This is no {what}: {error}") from error
