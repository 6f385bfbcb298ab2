"""Long polls: waiting for something to come, and never so many at once that others are not served.

A synchronous web worker that waits serves nobody else. So the workers of a host share a few seats:
byte ranges of one unnamed file, opened before they are forked, which each locks for its own process
(fcntl record locks). The kernel frees the seat of a worker that dies.
"""

import fcntl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any, Final

from governance import capacity

#: Shorter than gunicorn's grace, so that an orderly restart cuts nobody off.
LONGEST: Final = 20
#: Seconds between two looks, each of which is one row by the end of an index.
STEP: Final = 0.25
#: Seconds after which somebody who found no seat is to ask again.
AGAIN: Final = 2
_HERE: Final = Lock()


@contextmanager
def seat() -> Iterator[bool]:
    """Whether this request may wait. A process has one seat at most, a host as many as `capacity`
    says."""
    if not _HERE.acquire(blocking=False):
        yield False
        return
    try:
        number = next((each for each in range(capacity.long_polls()) if _take(each)), None)
        try:
            yield number is not None
        finally:
            if number is not None:
                fcntl.lockf(prepare(), fcntl.LOCK_UN, 1, number)
    finally:
        _HERE.release()


def until(look: Callable[[], bool], *, seconds: float) -> None:
    """Look until it is so, or the time is over. No transaction is open in between."""
    end = time.monotonic() + seconds
    while not look() and time.monotonic() < end:
        time.sleep(STEP)


@cache
def prepare() -> Any:
    """The file that all share who were forked after the first call."""
    return tempfile.TemporaryFile()


def _take(number: int) -> bool:
    try:
        fcntl.lockf(prepare(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
    except OSError:
        return False
    return True
