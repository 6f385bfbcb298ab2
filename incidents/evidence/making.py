"""Making the packages that were asked for, slice by slice, so that no sweep waits for one.

One at a time: whoever works holds an advisory lock of the session, which ends with the process. A
lease on the row keeps off a second one while the first has lost its database and does not know yet.
What a slice made is on the disk; after a crash the work goes on from the end of the last slice.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from governance import clock, leases, turns
from governance.errors import BylawError
from governance.ledger import ledger, log
from governance.ledger.keys import NoKey
from governance.ledger.log import NotSealed
from governance.ledger.models import Checkpoint
from incidents.evidence import bag as bags
from incidents.evidence import exports, many, one, proofs, whole
from incidents.evidence.bag import Bag
from incidents.evidence.work import Maker, Work
from incidents.models import Export

logs = structlog.get_logger(__name__)
Now = Callable[[], datetime]
State = Export.State
BY: Final = ledger.system("evidence")
SLICE: Final = timedelta(seconds=5)
LEASE: Final = timedelta(minutes=1)
#: Starts without progress, after which a row is given up.
MOST_ATTEMPTS: Final = 3
_RETRY: Final = timedelta(seconds=30)
_SOON: Final = timedelta(seconds=1)
MAKERS: Final[Mapping[str, Maker]] = {
    Export.Kind.INCIDENT: one,
    Export.Kind.PERIOD: many,
    Export.Kind.LOG: whole,
}


def work(*, now: Now = clock.now, budget: timedelta = SLICE) -> bool:
    """One slice of the oldest that waits. False when none does, or another process is at it."""
    with turns.alone("evidence.exports") as alone:
        row = _claimed(now()) if alone else None
        if row is None:
            return False
        try:
            _advance(row, now=now, budget=budget)
        except Exception as error:
            _put_off(row, error, at=now())
        return True


def expire(*, at: datetime) -> int:
    """Delete the files whose time is over, and what is left of one that was stopped; returns of how
    many. Files go before the rows say so: a process that dies in between is repeated."""
    over = Export.objects.filter(state__in=[State.DONE, State.FAILED], expires_at__lte=at)
    for row in over:
        _drop_files(row)
        with transaction.atomic():
            same = Export.objects.filter(id=row.id, state=row.state)
            if row.state == State.FAILED:
                same.update(expires_at=None)
            elif same.update(state=State.EXPIRED):
                after = {"sha256": row.sha256}
                ledger.append(exports.event("evidence.expired", row, after), by=BY, at=at)
    return len(over)


# --- one slice -----------------------------------------------------------------------------------


def _claimed(at: datetime) -> Export | None:
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    row = Export.objects.filter(free, state__in=Export.ACTIVE).order_by("id").first()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:  # it was left so by a process that died
        _fail(row, f"The process died on it {row.attempts} times; see its log.", at=at)
        return None
    taken = leases.store(
        row,
        state=State.RUNNING,
        started_at=row.started_at or at,
        lease_until=at + LEASE,
        attempts=row.attempts + 1,
    )
    return row if taken else None


def _advance(row: Export, *, now: Now, budget: timedelta) -> None:
    end = monotonic() + budget.total_seconds()
    maker, checkpoint = MAKERS[row.kind], _checkpoint(row)
    label = exports.label(row)
    bag = Bag(_part(row), label.name)
    under_way = Work(bag, label, row.scope, checkpoint)
    last = bag.cursor
    try:
        for last in maker.parts(under_way):
            if monotonic() >= end:
                _pause(row, under_way, last, until=None)
                return
        _finish(row, under_way, at=now())
    except NotSealed:  # raised before anything of the part was added; a second later it is
        _pause(row, under_way, last, until=now() + _SOON)
    finally:
        bag.let_go()


def _pause(row: Export, under_way: Work, cursor: str, *, until: datetime | None) -> None:
    under_way.bag.pause(cursor)
    if not leases.store(row, done=under_way.done, lease_until=until, attempts=0, error=""):
        _drop_stopped(row)


def _checkpoint(row: Export) -> Checkpoint:
    """The one that the work is made against, from its first slice on."""
    if row.checkpoint is not None:
        return log.checkpoint(row.checkpoint)
    found = proofs.latest()
    total = MAKERS[row.kind].total(row.scope, found)
    bags.discard(_part(row))
    leases.store(row, checkpoint=found.size, total=total, done=0)
    return found


def _finish(row: Export, under_way: Work, *, at: datetime) -> None:
    """The file is on the disk before the row says so."""
    part, path = _part(row), exports.file(row)
    with part.open("rb") as made:
        os.fsync(made.fileno())
        sha256 = hashlib.file_digest(made, "sha256").hexdigest()
    size = part.stat().st_size
    part.replace(path)
    done: dict[str, Any] = {"size": size, "sha256": sha256, "checkpoint": row.checkpoint}
    with transaction.atomic():
        kept = leases.store(
            row,
            state=State.DONE,
            done=under_way.done,
            total=under_way.done,
            finished_at=at,
            expires_at=at + timedelta(days=settings.EXPORT_DAYS),
            lease_until=None,
            error="",
            **done,
        )
        if kept:
            ledger.append(exports.event("evidence.packaged", row, done), by=BY, at=at)
    if not kept:
        _drop_stopped(row)


def _put_off(row: Export, error: Exception, *, at: datetime) -> None:
    """Try again later, unless we know that it will be no better. A key that is missing may be put
    back, and the first checkpoint may still be to come."""
    known = isinstance(error, BylawError)
    said = str(error) if known else f"{type(error).__name__}: {error}"
    logs.error("evidence.failed", package=str(row.id), error=said, exc_info=error)
    if isinstance(error, NoKey | NotSealed):
        leases.store(row, state=State.WAITING, lease_until=at + _RETRY, attempts=0, error=said)
    elif known or row.attempts >= MOST_ATTEMPTS:
        _fail(row, said, at=at)
    else:
        later = at + row.attempts * _RETRY
        leases.store(row, state=State.WAITING, lease_until=later, error=said)


def _fail(row: Export, said: str, *, at: datetime) -> None:
    bags.discard(_part(row))
    with transaction.atomic():
        if leases.store(
            row, state=State.FAILED, finished_at=at, lease_until=None, error=said[:2000]
        ):
            event = exports.event("evidence.failed", row, {"error": said[:2000]})
            ledger.append(event, by=BY, at=at)


def _drop_stopped(row: Export) -> None:
    """Of one that was stopped for what is in it while it was made nothing stays."""
    if Export.objects.filter(id=row.id, state=State.FAILED).exists():
        _drop_files(row)


def _drop_files(row: Export) -> None:
    exports.file(row).unlink(missing_ok=True)
    bags.discard(_part(row))


def _part(row: Export) -> Path:
    return exports.directory() / f"{row.id}.part"
