"""Leaving a worker a slot for everything else while messages are delivered.

A mail server in a tar pit or a locked table can hold a delivery for long. If the next tick's
delivery then took the worker's last slot, nothing would sweep, and deadlines would pass unsaid.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

_TAKE = "SELECT pg_try_advisory_lock(hashtext(%s), %s)"
_GIVE_BACK = "SELECT pg_advisory_unlock(hashtext(%s), %s)"


@contextmanager
def taken() -> Iterator[bool]:
    """Whether this process may deliver now: of a host's worker slots all may but one, or the only
    one. A lock of the session, so that it ends with a process that dies."""
    host = f"outbox.deliver@{socket.gethostname()}"
    most = max(1, settings.WORKER_CONCURRENCY - 1)
    turn = next((each for each in range(most) if _ask(_TAKE, host, each)), None)
    try:
        yield turn is not None
    finally:
        if turn is not None:
            _ask(_GIVE_BACK, host, turn)


def _ask(statement: str, host: str, turn: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [host, turn])
        (answer,) = cursor.fetchone()
    return bool(answer)
