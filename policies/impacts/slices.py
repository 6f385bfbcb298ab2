"""The work on impacts: slices of a few seconds, kept in the row as they go.

One impact at a time, in the order asked for, so that of several worker processes one at most is
kept from the sweeps. Whoever works holds the row by its `lease_until`: an update that does not find
the row as it was has lost it, to a cancellation or to another worker, and the work stops.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic
from typing import Any, Final

import structlog
from django.db import connection, transaction
from django.db.models import Q

from governance import clock, leases
from governance.errors import BylawError
from policies.impacts.found import Found
from policies.impacts.pair import Pair
from policies.models import Impact
from policies.simulation import Case, Comparison, Selection, Slice
from policies.simulation.source import Source, source, source_name

log = structlog.get_logger(__name__)
Now = Callable[[], datetime]
Status = Impact.Status
SLICE: Final = timedelta(seconds=5)
LEASE: Final = timedelta(minutes=1)
#: Starts without progress, after which a row is given up.
MOST_ATTEMPTS: Final = 3
_BATCH: Final = 100
_SAVE_EVERY: Final = 1.0  # seconds of work that a dying worker may lose
_RETRY: Final = timedelta(seconds=30)
_COUNTED_BY: Final = 10_000
_LOCK: Final = 0x6279_6C61_7702  # advisory, of this database


def work(*, now: Now = clock.now, budget: timedelta = SLICE, batch: int = _BATCH) -> bool:
    """One slice of the oldest that waits. False when none does, or another worker is at it."""
    row = _claimed(now())
    if row is not None:
        advance(row, now=now, budget=budget, batch=batch)
    return row is not None


def take(row: Impact, *, at: datetime) -> None:
    """Make a new row one that is being worked on; the caller stores it."""
    row.status, row.started_at, row.lease_until, row.attempts = Status.RUNNING, at, at + LEASE, 1


def advance(
    row: Impact, *, now: Now = clock.now, budget: timedelta = SLICE, batch: int = _BATCH
) -> None:
    """Go on with a row that the caller has taken, for about `budget`."""
    try:
        _compare(row, now=now, budget=budget, batch=batch)
    except Exception as error:
        log.exception("impact.failed", impact=str(row.id), cursor=row.cursor)
        _put_off(row, error, at=now())


def count(row: Impact) -> int:
    """How many incidents there are to look at."""
    parts = _source().slices(_selection(row), size=_COUNTED_BY)
    return sum(each.count for each in parts)


def _claimed(at: datetime) -> Impact | None:
    with transaction.atomic():
        _lock()
        active = Impact.objects.filter(status__in=[Status.WAITING, Status.RUNNING])
        if active.filter(status=Status.RUNNING, lease_until__gt=at).exists():
            return None
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
        row = active.filter(free).order_by("id").first()
        if row is None:
            return None
        if row.attempts >= MOST_ATTEMPTS:  # it was left so by a worker that died
            _fail(row, f"The worker died on it {row.attempts} times; see its log.", at=at)
            return None
        taken = _stored(
            row,
            status=Status.RUNNING,
            started_at=row.started_at or at,
            lease_until=at + LEASE,
            attempts=row.attempts + 1,
        )
        return row if taken else None


def _compare(row: Impact, *, now: Now, budget: timedelta, batch: int) -> None:
    pair, found = Pair.of(row), Found.of(row.result)
    comparison = Comparison(pair.before, pair.after)
    saved = monotonic()
    end = saved + budget.total_seconds()
    for cases in _batches(_cases(row, comparison), batch):
        for case in cases:
            found.add(comparison.of(case, at=row.effective_at if case.open else None))
        row.cursor = cases[-1].id
        if monotonic() >= end:
            _save(row, found, lease_until=None)
            return
        if monotonic() - saved >= _SAVE_EVERY:
            if not _save(row, found, lease_until=now() + LEASE):
                return
            saved = monotonic()
    done = found.all.total
    _save(row, found, lease_until=None, status=Status.DONE, finished_at=now(), total=done, files=[])


def _save(row: Impact, found: Found, **changes: Any) -> bool:
    """Keep what was found, and that it led somewhere. False when the row is no longer ours."""
    done = found.all.total
    return _stored(
        row,
        **{
            "done": done,
            "total": max(done, row.total),
            "cursor": row.cursor,
            "result": found.as_dict(complete="status" in changes),
            "attempts": 0,
            "error": "",
            **changes,
        },
    )


def _stored(row: Impact, **changes: Any) -> bool:
    return leases.store(row, column="status", **changes)


def _put_off(row: Impact, error: Exception, *, at: datetime) -> None:
    """Try again later, unless we know that it will be no better."""
    known = isinstance(error, BylawError)
    said = str(error) if known else f"{type(error).__name__} after incident {row.cursor or 'none'}."
    if known or row.attempts >= MOST_ATTEMPTS:
        _fail(row, said, at=at)
    else:
        later = at + row.attempts * _RETRY
        _stored(row, status=Status.WAITING, lease_until=later, error=said)


def _fail(row: Impact, said: str, *, at: datetime) -> None:
    _stored(
        row, status=Status.FAILED, finished_at=at, lease_until=None, error=said[:2000], files=[]
    )


def _cases(row: Impact, comparison: Comparison) -> Iterator[Case]:
    """Those after the last one that was looked at."""
    rest = Slice(row.cursor or None, None, 0)
    return _source().cases(_selection(row), rest, systems=comparison.registered)


def _batches(cases: Iterable[Case], size: int) -> Iterator[Sequence[Case]]:
    each = iter(cases)
    while batch := list(islice(each, size)):
        yield batch


def _selection(row: Impact) -> Selection:
    return Selection(since=row.since, until=row.until, all_open=True)


def _source() -> Source:
    return source(source_name())


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
