"""The part of `simulation` that runs inside the service's own settings.

Reads `{"incidents", "workers"}` from standard input, writes what it found to standard output, both
JSON; progress goes to standard error.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import django
import psutil

_LOOK_EVERY: Final = 0.05


class Memory:
    """The most memory (resident, in bytes) that this process and each of its children had. What
    they share, such as the interpreter's code, counts in each."""

    def __init__(self) -> None:
        self.own = 0
        self.children: dict[int, int] = {}
        self._process = psutil.Process()

    def now(self) -> int:
        return int(self._process.memory_info().rss)

    @contextmanager
    def watched(self) -> Iterator[None]:
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(over,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_LOOK_EVERY):
            self.own = max(self.own, self._process.memory_info().rss)
            for child in self._process.children(recursive=True):
                try:
                    self._look(child)
                except psutil.NoSuchProcess:
                    continue  # it ended meanwhile

    def _look(self, child: psutil.Process) -> None:
        resident = child.memory_info().rss
        if not any("resource_tracker" in part for part in child.cmdline()):
            self.children[child.pid] = max(self.children.get(child.pid, 0), resident)


class Bar:
    """A bar in a terminal, a line for every tenth elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._tenth = -1

    def show(self, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if sys.stderr.isatty():
            filled = "█" * (3 * tenth)
            sys.stderr.write(f"\r{self._what} {filled:░<30} {done:>9,} of {total:,}")
            if done >= total:
                sys.stderr.write("\n")
        elif tenth != self._tenth:
            sys.stderr.write(f"{self._what} {done:,} of {total:,}\n")
        self._tenth = tenth
        sys.stderr.flush()


def main() -> int:
    django.setup()
    # Needs Django's settings; nothing before this line does.
    from benchmarks.changed_policies import changed  # noqa: PLC0415
    from benchmarks.stored_incidents import fill  # noqa: PLC0415
    from governance import clock  # noqa: PLC0415
    from policies import releases, simulation  # noqa: PLC0415

    given = json.load(sys.stdin)
    count: int = given["incidents"]
    before = releases.in_force(clock.now())
    after = changed(before)
    began = time.perf_counter()
    filling = Bar("Stored   ")
    fill(before, count, told=lambda done: filling.show(done, count))
    filled = time.perf_counter() - began
    runs = [_run(simulation, before, after, workers=workers) for workers in given["workers"]]
    json.dump({"incidents": count, "fill_seconds": filled, "runs": runs}, sys.stdout)
    return 0


def _run(simulation: Any, before: Any, after: Any, *, workers: int) -> dict[str, Any]:
    memory, bar = Memory(), Bar("Simulated")
    began = time.perf_counter()
    with memory.watched():
        found = simulation.run(
            before, after, simulation.Selection(), workers=workers, progress=bar.show
        )
    return {
        "workers": workers,
        "seconds": time.perf_counter() - began,
        "total": found.total,
        "changed": found.changed,
        "complete": found.complete,
        "memory": {"own": memory.own, "workers": sorted(memory.children.values())},
        "summary": {**found.as_dict(), "examples": [], "invalid_examples": []},
    }


if __name__ == "__main__":
    sys.exit(main())
