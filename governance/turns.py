"""Leaving a worker a slot for everything else while it waits for others.

A mail server in a tar pit, a time-stamp authority that does not answer or a locked table can hold a
job for long. If the next tick's job then took the worker's last slot, nothing would sweep or seal,
and deadlines would pass unsaid. Locks here are the session's: they end with a process that dies.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

_TAKE = "SELECT pg_try_advisory_lock(hashtext(%s), %s)"
_GIVE_BACK = "SELECT pg_advisory_unlock(hashtext(%s), %s)"


@contextmanager
def taken(*, leaving: int = 0) -> Iterator[bool]:
    """Whether this process may speak to others now: of a host's worker slots all may but one, or
    the only one. What can wait leaves so many turns to what cannot, where there are as many."""
    most = max(1, settings.WORKER_CONCURRENCY - 1)
    with _first(f"outward@{socket.gethostname()}", most, since=min(leaving, most - 1)) as mine:
        yield mine


@contextmanager
def alone(job: str) -> Iterator[bool]:
    """Whether no other process, on whichever host, is at this job now."""
    with _first(job, 1) as mine:
        yield mine


@contextmanager
def _first(name: str, most: int, *, since: int = 0) -> Iterator[bool]:
    turn = next((each for each in range(since, most) if _ask(_TAKE, name, each)), None)
    try:
        yield turn is not None
    finally:
        if turn is not None:
            _ask(_GIVE_BACK, name, turn)


def _ask(statement: str, name: str, turn: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [name, turn])
        (answer,) = cursor.fetchone()
    return bool(answer)
