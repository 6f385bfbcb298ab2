"""Where a thread spends its time, by looking at its stack a thousand times a second.

Unlike cProfile this does not make small calls dearer than they are. Time passes on the wall clock:
waiting for a server counts.
"""

import signal
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Final

_EVERY_SECONDS: Final = 0.001

#: (part of a file's path, function or "" for all of them) → what it belongs to; the first that
#: fits counts.
Places = Mapping[tuple[str, str], str]
REST: Final = "the rest"


class Samples:
    """Seconds by stack; a stack is innermost first."""

    def __init__(self) -> None:
        self._seconds: defaultdict[tuple[CodeType, ...], float] = defaultdict(float)

    def add(self, frame: FrameType | None, seconds: float) -> None:
        stack = []
        while frame is not None:
            stack.append(frame.f_code)
            frame = frame.f_back
        self._seconds[tuple(stack)] += seconds

    def divided(self, places: Places) -> dict[str, float]:
        """Seconds by label; a stack has the label of its innermost frame that has one."""
        found: defaultdict[str, float] = defaultdict(float)
        for stack, seconds in self._seconds.items():
            found[next((label for code in stack if (label := _label(code, places))), REST)] += (
                seconds
            )
        return dict(found)


@contextmanager
def sampling() -> Iterator[Samples]:
    """Sample the main thread, from which this must be called."""
    samples = Samples()
    last = time.perf_counter()

    def look(_number: int, frame: FrameType | None) -> None:
        nonlocal last
        # Signals that arrive within one call into C are one: so weigh by the time that passed.
        samples.add(frame, time.perf_counter() - last)
        last = time.perf_counter()

    former = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _EVERY_SECONDS, _EVERY_SECONDS)
    try:
        yield samples
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def _label(code: CodeType, places: Places) -> str:
    for (part, function), label in places.items():
        if part in code.co_filename and function in {"", code.co_name}:
            return label
    return ""
