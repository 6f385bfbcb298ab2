"""Keeps a set of services running: starts them in order, restarts what dies, stops in reverse."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from governance.embedded import logfile
from governance.embedded.process import StartError

_STEADY_SECONDS: Final = 60.0  # having run this long, it has recovered from its former failures
_LONGEST_PAUSE_SECONDS: Final = 30.0


class Service(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def exit_status(self) -> int | None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...


@dataclass
class _Watched:
    service: Service
    since: float
    failures: int = 0
    due: float | None = None  # monotonic time of the next start; None while it runs


def pause(failures: int) -> float:
    """Seconds to wait before the next start: 1, 2, 4 … 30."""
    return min(_LONGEST_PAUSE_SECONDS, 2.0 ** (failures - 1))


class Supervisor:
    def __init__(self, logs: Path, say: Callable[[str], None]) -> None:
        self._logs = logs
        self._say = say
        self._watched: list[_Watched] = []

    def add(self, service: Service) -> None:
        """Start a service and watch it from now on. Raises StartError."""
        self._watched.append(_Watched(service, time.monotonic()))
        service.start()

    def look(self, at: float) -> None:
        """One round at monotonic time `at`: notice who died, start who is due."""
        for watched in self._watched:
            if watched.due is None:
                self._notice(watched, at)
            elif at >= watched.due:
                self._restart(watched, at)
        logfile.limit(self._logs)

    def stop(self) -> None:
        """In reverse order of their start; each has its own patience before it is killed."""
        for watched in reversed(self._watched):
            self._say(f"stopping {watched.service.name}")
            watched.service.stop()
        self._watched.clear()

    def kill(self) -> None:
        """At once, for the second Ctrl-C."""
        for watched in reversed(self._watched):
            watched.service.kill()

    def _notice(self, watched: _Watched, at: float) -> None:
        status = watched.service.exit_status
        if status is not None:
            self._postpone(watched, at, f"ended with {_words(status)}")

    def _restart(self, watched: _Watched, at: float) -> None:
        try:
            watched.service.start()
        except StartError as error:
            self._postpone(watched, at, f"did not start: {error}")
        else:
            watched.since, watched.due = at, None
            self._say(f"{watched.service.name} runs again")

    def _postpone(self, watched: _Watched, at: float, what: str) -> None:
        steady = at - watched.since > _STEADY_SECONDS
        watched.failures = 1 if steady else watched.failures + 1
        wait = pause(watched.failures)
        watched.since, watched.due = at, at + wait
        log = self._logs / f"{watched.service.name}.log"
        self._say(f"{watched.service.name} {what}; starting it again in {wait:.0f} s. Log: {log}")


def _words(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
