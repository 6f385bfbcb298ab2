"""Keys of rows: UUID version 7 (RFC 9562, 5.7), which sort by time of making.

Which decision of an incident is its last, and how the audit trail reads, goes by key; so the time
in a key must not be that of a host whose clock is wrong. It is the database's, as `clock` read it
last, carried on by this process's monotonic clock, in steps of a quarter of a microsecond (6.2,
method 3) that never repeat.
"""

import secrets
import threading
import time
import uuid
from datetime import datetime
from typing import Final

_STEPS: Final = 4096  # of a millisecond
_NANOSECONDS: Final = 1_000_000
_APART: Final = 1000 * _STEPS  # a second: more than a slow answer explains


class _Steps:
    """Counts steps since 1970. `offset` leads from the monotonic clock to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = _steps(time.time_ns()) - _steps(time.monotonic_ns())
        self._last = 0

    def align(self, steps: int) -> None:
        offset = steps - _steps(time.monotonic_ns())
        with self._lock:
            if abs(offset - self._offset) > _APART:
                self._last = 0  # what was counted so far was another clock's
            self._offset = offset

    def next(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, _steps(time.monotonic_ns()) + self._offset)
            return self._last


def new() -> uuid.UUID:
    milliseconds, part = divmod(_counter.next(), _STEPS)
    return uuid.UUID(
        int=milliseconds << 80 | 7 << 76 | part << 64 | 0b10 << 62 | secrets.randbits(62)
    )


def align(now: datetime) -> None:
    """From here on keys are made by this clock, which has just been read."""
    _counter.align(round(now.timestamp() * 1_000_000) * _STEPS // 1000)


def _steps(nanoseconds: int) -> int:
    return nanoseconds * _STEPS // _NANOSECONDS


_counter: Final = _Steps()
