"""Counting the figures that were asked for, part by part, so that no sweep waits for all of them.

One question at a time: whoever counts holds an advisory lock of the session, which ends with the
process. A lease on the row says so to others. What a process left that died is counted from the
start, so that the parts of one answer are of one time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

import structlog
from django.db.models import Q

from governance import clock, leases, turns
from governance.errors import BylawError
from incidents.figures.counted import PARTS
from incidents.figures.question import Question
from incidents.models import KeptFigures

logs = structlog.get_logger(__name__)
Now = Callable[[], datetime]
State = KeptFigures.State
SLICE: Final = timedelta(seconds=5)
LEASE: Final = timedelta(minutes=1)
#: Starts that came to no good end, after which a question is given up.
MOST_ATTEMPTS: Final = 3
#: So long what could not be counted is left, unless somebody asks for it.
AGAIN: Final = timedelta(hours=1)
_RETRY: Final = timedelta(seconds=30)


def work(*, now: Now = clock.now, budget: timedelta = SLICE) -> bool:
    """One slice of the question that waits longest, one part of it at least. False when none does,
    or another process is at it."""
    with turns.alone("incidents.figures") as alone:
        row = _claimed(now()) if alone else None
        if row is None:
            return False
        try:
            _advance(row, now=now, budget=budget)
        except Exception as error:
            _put_off(row, error, at=now())
        return True


def _claimed(at: datetime) -> KeptFigures | None:
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    waiting = KeptFigures.objects.filter(free, state__in=KeptFigures.ACTIVE).defer("figures")
    row = waiting.order_by("requested_at", "key").first()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:  # it was left so by a process that died
        _fail(row, f"The process died on it {row.attempts} times; see its log.", at=at)
        return None
    begun = row.state == State.RUNNING and not row.attempts
    taken = leases.store(
        row,
        state=State.RUNNING,
        parts=row.parts if begun else {},
        began_at=row.began_at if begun else at,
        lease_until=at + LEASE,
        attempts=row.attempts + 1,
    )
    return row if taken else None


def _advance(row: KeptFigures, *, now: Now, budget: timedelta) -> None:
    end = monotonic() + budget.total_seconds()
    question, as_of = Question.read(row.question), row.began_at or now()
    for name, part in PARTS.items():
        if name in row.parts:
            continue
        parts = {**row.parts, name: part(question, as_of)}
        over = len(parts) == len(PARTS)
        if over:
            _finish(row, parts, as_of=as_of, at=now())
        elif monotonic() >= end:
            leases.store(row, parts=parts, lease_until=None, attempts=row.attempts - 1)
            return
        elif not leases.store(row, parts=parts, lease_until=now() + LEASE):
            return


def _finish(row: KeptFigures, parts: object, *, as_of: datetime, at: datetime) -> None:
    leases.store(
        row,
        state=State.COUNTED,
        figures=parts,
        parts={},
        as_of=as_of,
        counted_at=at,
        took=at - as_of,
        lease_until=None,
        attempts=0,
        error="",
    )


def _put_off(row: KeptFigures, error: Exception, *, at: datetime) -> None:
    """Try again later, unless we know that it will be no better."""
    known = isinstance(error, BylawError)
    said = str(error) if known else f"{type(error).__name__}: {error}"
    logs.error("figures.failed", key=row.key, error=said, exc_info=error)
    if known or row.attempts >= MOST_ATTEMPTS:
        _fail(row, said, at=at)
    else:
        later = at + row.attempts * _RETRY
        leases.store(row, state=State.WAITING, lease_until=later, error=said[:2000])


def _fail(row: KeptFigures, said: str, *, at: datetime) -> None:
    """Leave it until somebody asks for it, or looks at it after a while."""
    later = at + AGAIN
    leases.store(row, state=State.FAILED, parts={}, lease_until=later, error=said[:2000])
