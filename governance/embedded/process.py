"""A child process that Ctrl-C does not reach, that does not outlive its parent, and that the next
run recognises if it did.

Each child leads its own session, so that the terminal's signals reach only the supervisor, which
stops its children in order. On Linux the kernel sends `death_signal` to the child when the thread
that spawned it ends, a SIGKILL of the parent included: spawn from a thread that lives as long as
the child should. Elsewhere, and for children that ignore the signal, the pid file tells the next
run what is left over; process start times tell a leftover from a stranger with a recycled pid.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import psutil

from governance.embedded.logfile import tail

_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
# The start time psutil reports moves when the system's clock is set; a pid is not reused so fast.
_SAME_START_SECONDS: Final = 5.0
_POLL_SECONDS: Final = 0.02


class StartError(Exception):
    """A server did not start; the message carries the end of its log."""


@dataclass(frozen=True)
class Account:
    """An operating-system account that a child runs as."""

    name: str
    uid: int
    gid: int


class Child:
    """A running child and its pid file."""

    def __init__(self, process: subprocess.Popen[bytes], pid_file: Path) -> None:
        self._process = process
        self._pid_file = pid_file
        self.pid = process.pid

    @property
    def exit_status(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._process.poll()

    def send(self, number: signal.Signals) -> None:
        if self.exit_status is None:
            self._process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM, *, within: float) -> bool:
        """Signal, wait `within` seconds, then kill its group. False if it had to be killed."""
        self.send(number)
        ended = self._ended(within)
        if not ended:
            self.kill()
        self._pid_file.unlink(missing_ok=True)
        return ended

    def kill(self) -> None:
        """SIGKILL for its whole group. A signal handler may call it, so it waits only so long."""
        if self.exit_status is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._ended(5)

    def clear_away(self) -> None:
        """Kill what is left of its group once it has ended: workers that lost their master keep
        ports and tasks. Their group keeps its number from being given to another process."""
        if self.exit_status is not None and not psutil.pid_exists(self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def _ended(self, within: float) -> bool:
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True


def spawn(
    arguments: Sequence[str | Path],
    *,
    pid_file: Path,
    log: Path,
    environment: Mapping[str, str],
    directory: Path,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    stdin: bytes = b"",
) -> Child:
    """Start a child that reads `stdin` to its end and appends both its outputs to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = _popen(arguments, out, environment, directory, account, death_signal)
    _record(process.pid, pid_file)
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(stdin)
    return Child(process, pid_file)


def _popen(
    arguments: Sequence[str | Path],
    out: IO[bytes],
    environment: Mapping[str, str],
    directory: Path,
    account: Account | None,
    death_signal: signal.Signals,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [os.fspath(argument) for argument in arguments],
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=subprocess.STDOUT,
        cwd=directory,
        env=dict(environment),
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=_die_with_parent(death_signal),
    )


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Runs in the child after it has changed its account, which would clear the kernel's note."""
    if _LIBC is None:
        return None
    prctl, parent, own = _LIBC.prctl, os.getpid(), number.value

    def ask_the_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, own, 0, 0, 0)
        if os.getppid() != parent:  # it died before the call
            os._exit(1)

    return ask_the_kernel


def _record(pid: int, pid_file: Path) -> None:
    created = 0.0
    with contextlib.suppress(psutil.Error):
        created = psutil.Process(pid).create_time()
    draft = pid_file.with_suffix(".new")
    draft.write_text(json.dumps({"pid": pid, "created": created}))
    draft.replace(pid_file)


def leftover(pid_file: Path) -> psutil.Process | None:
    """The process a former run recorded in `pid_file`, if that very process still runs."""
    try:
        known = json.loads(pid_file.read_text())
        process = psutil.Process(int(known["pid"]))
        if abs(process.create_time() - float(known["created"])) < _SAME_START_SECONDS:
            return process if process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        pass
    return None


def stop_leftover(
    pid_file: Path, number: signal.Signals = signal.SIGTERM, *, within: float
) -> bool:
    """Stop what a killed run left behind and forget it. True if there was something to stop."""
    process = leftover(pid_file)
    if process is not None:
        end(process, number, within=within)
    pid_file.unlink(missing_ok=True)
    return process is not None


def end(process: psutil.Process, number: signal.Signals, *, within: float) -> None:
    """Signal a process that is not our child; kill it and its group if it stays."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)
        if not _gone(process, within):
            _kill(process)
            _gone(process, 5)


def _gone(process: psutil.Process, within: float) -> bool:
    """A zombie counts as gone: it holds nothing, and not every first process reaps."""
    until = time.monotonic() + within
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > until:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _kill(process: psutil.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def wait_until(
    ready: Callable[[], bool], child: Child, log: Path, *, name: str, within: float
) -> None:
    """Return once `ready` says so. Raises StartError if the child ends first or time runs out."""
    until = time.monotonic() + within
    while not ready():
        if child.exit_status is not None:
            raise StartError(f"{name} ended with status {child.exit_status}.\n{tail(log)}")
        if time.monotonic() > until:
            raise StartError(f"{name} was not ready after {within:.0f} seconds.\n{tail(log)}")
        time.sleep(_POLL_SECONDS)
