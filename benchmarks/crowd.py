"""Many clients at once, each a process of its own, each sending again as soon as it has an answer.

Processes, not threads: clients must not wait for each other's interpreter lock.
"""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Barrier
from typing import Final, Protocol

#: For all clients to have opened their connections.
_START_SECONDS: Final = 60.0


class Failed(Exception):
    """One attempt went wrong; the crowd counts it and goes on."""


class Task(Protocol):
    """What each client does. It crosses to another process, so it must be picklable."""

    def open(self, number: int) -> AbstractContextManager[Callable[[], str]]:
        """Connect as client `number`; gives what is done again and again and returns a receipt."""


@dataclass(frozen=True)
class Run:
    """What a crowd did. `latencies` are seconds, ascending, of successful attempts.

    `seconds`: from the common start to the last answer. `cpu_seconds`: what the clients themselves
    burnt meanwhile.
    """

    clients: int
    seconds: float
    latencies: Sequence[float]
    receipts: Sequence[str]
    errors: Sequence[str]
    cpu_seconds: float

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds


@dataclass(frozen=True)
class _Share:
    seconds: float
    latencies: list[float]
    receipts: list[str]
    errors: list[str]
    cpu_seconds: float


def run(task: Task, *, clients: int, seconds: float) -> Run:
    """Let `clients` work for `seconds`; an attempt under way at the end is finished and counted."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.floor", "benchmarks.reports"])
    barrier = context.Barrier(clients)
    with ProcessPoolExecutor(
        clients, mp_context=context, initializer=_meet_at, initargs=(barrier,)
    ) as pool:
        # Nobody passes the barrier before all are there, so each client gets its own process.
        pending = [pool.submit(_work, task, number, seconds) for number in range(clients)]
        shares = [each.result() for each in pending]
    return Run(
        clients=clients,
        seconds=max(share.seconds for share in shares),
        latencies=sorted(latency for share in shares for latency in share.latencies),
        receipts=[receipt for share in shares for receipt in share.receipts],
        errors=[error for share in shares for error in share.errors],
        cpu_seconds=sum(share.cpu_seconds for share in shares),
    )


_barriers: list[Barrier] = []


def _meet_at(barrier: Barrier) -> None:
    _barriers[:] = [barrier]


def _work(task: Task, number: int, seconds: float) -> _Share:
    latencies: list[float] = []
    receipts: list[str] = []
    errors: list[str] = []
    with task.open(number) as once:
        _barriers[0].wait(_START_SECONDS)
        cpu, start = time.process_time(), time.perf_counter()
        while (before := time.perf_counter()) < start + seconds:
            try:
                receipts.append(once())
            except Failed as error:
                errors.append(str(error))
            else:
                latencies.append(time.perf_counter() - before)
        took, burnt = time.perf_counter() - start, time.process_time() - cpu
    return _Share(took, latencies, receipts, errors, burnt)
