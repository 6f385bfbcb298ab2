"""What the figures were measured on, and who burnt the processors meanwhile."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

_BLOCK: Final = b"\0" * 8192  # what PostgreSQL writes at a time
_TRIES: Final = 200


@dataclass(frozen=True)
class Machine:
    """Times in milliseconds, each a median of 200.

    `flush`: one block of 8 KiB written and fsynced. `commit`: a transaction of one row.
    `commit_unflushed`: the same without waiting for the disk.
    """

    python: str
    postgres: str
    system: str
    cores: int
    flush: float
    commit: float
    commit_unflushed: float


def look(directory: Path, database_url: str) -> Machine:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE commit_cost (number bigint)")
        try:
            commit = _median(lambda: _insert(connection))
            connection.execute("SET synchronous_commit TO off")
            unflushed = _median(lambda: _insert(connection))
        finally:
            connection.execute("DROP TABLE commit_cost")
        version = connection.info.parameter_status("server_version") or ""
    return Machine(
        python=platform.python_version(),
        postgres=version,
        system=f"{platform.system()} {platform.machine()}",
        cores=cores(),
        flush=_flush(directory / "flush-cost"),
        commit=commit,
        commit_unflushed=unflushed,
    )


def cores() -> int:
    """Those we may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def burnt(pid: int) -> float:
    """CPU seconds of a process and all its descendants, ended and reaped ones included."""
    root = psutil.Process(pid)
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue  # it ended meanwhile; its parent has the sum when it reaps it
    return total


def busy() -> float:
    """CPU seconds that the whole machine has burnt since it started."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - _guests(times))


def _guests(times: Any) -> float:
    """Counted within user and nice already."""
    return float(getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0))


def _flush(file: Path) -> float:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        return _median(lambda: _write(descriptor))
    finally:
        os.close(descriptor)
        file.unlink()


def _write(descriptor: int) -> None:
    os.write(descriptor, _BLOCK)
    os.fsync(descriptor)


def _insert(connection: psycopg.Connection[Any]) -> None:
    connection.execute("INSERT INTO commit_cost VALUES (1)")


def _median(act: Callable[[], None]) -> float:
    took = []
    for _ in range(_TRIES):
        before = time.perf_counter()
        act()
        took.append(time.perf_counter() - before)
    return statistics.median(took) * 1000
