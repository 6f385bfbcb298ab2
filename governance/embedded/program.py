"""One of Bylaw's own processes under supervision: web, worker, beat, mail catcher."""

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from governance.embedded import process
from governance.embedded.process import Child


@dataclass
class Program:
    """`environment` is complete, not added to ours; `patience`: seconds from SIGTERM to SIGKILL."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    pid_file: Path
    log: Path
    patience: float = 8.0
    _child: Child | None = field(default=None, init=False)

    @property
    def exit_status(self) -> int | None:
        return self._child.exit_status if self._child else None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def start(self) -> None:
        if self._child is not None:
            self._child.clear_away()
        process.stop_leftover(self.pid_file, within=self.patience)
        self._child = process.spawn(
            self.command,
            pid_file=self.pid_file,
            log=self.log,
            environment=self.environment,
            directory=self.directory,
            death_signal=signal.SIGTERM,
        )

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop(within=self.patience)

    def kill(self) -> None:
        """SIGKILL for it and its own children, as a power cut would."""
        if self._child is not None:
            self._child.kill()
