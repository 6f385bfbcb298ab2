"""The whole service as real processes: gunicorn, Celery worker and beat, with its own servers."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import psycopg
import redis
from psycopg import sql

from governance.embedded import commands, probe
from governance.embedded.addresses import own_port
from governance.embedded.program import Program
from governance.embedded.valkey import Valkey
from tests.live.mail import MailServer

Found = TypeVar("Found")

Rows = Callable[..., list[tuple[Any, ...]]]
"""What a statement with these values gives."""
# Not from governance.env, which reads the environment when it is imported: too early here.
CHECKOUT: Final = Path(__file__).resolve().parents[2]
_PROCESSES: Final = {"web": commands.WEB, "worker": commands.WORKER, "beat": commands.BEAT}
_READY_SECONDS: Final = 90.0


class Stack(AbstractContextManager["Stack"]):
    """`database_url` names a prepared database that nobody else uses."""

    def __init__(
        self, directory: Path, *, database_url: str, settings: Mapping[str, str] | None = None
    ) -> None:
        self.mail = MailServer()
        self.logs = directory / "log"
        self._valkey = Valkey(directory / "valkey", log=self.logs / "valkey.log")
        port = own_port()
        self.url = f"http://127.0.0.1:{port}"
        given = environment(directory, database_url) | {
            "REDIS_URL": self._valkey.url(),
            "SMTP_URL": self.mail.url,
            "BYLAW_PUBLIC_URL": self.url,
            "BYLAW_WEB_BIND": f"127.0.0.1:{port}",
            "BYLAW_WEB_WORKERS": "2",
            "BYLAW_TICK_SECONDS": "1",
            "BYLAW_OUTBOX_LEASE_SECONDS": "10",
        }
        self.environment = given | dict(settings or {})
        self._directory = directory
        self._programs = {
            name: self._program(name, commands.here(command))
            for name, command in _PROCESSES.items()
        }

    def __enter__(self) -> "Stack":
        try:
            self.mail.start()
            self._valkey.start()
            for program in self._programs.values():
                program.start()
            self.wait_until_ready()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        for program in self._programs.values():
            program.kill()
        self._valkey.kill()
        self.mail.stop()

    # --- faults --------------------------------------------------------------------------------

    def kill(self, name: str) -> None:
        """SIGKILL for `web`, `worker` or `beat` and all its children."""
        self._programs[name].kill()

    def stop(self, name: str) -> None:
        """SIGTERM, as an orderly shutdown sends it."""
        self._programs[name].stop()

    def start(self, name: str) -> None:
        self._programs[name].start()

    def restart(self, name: str) -> None:
        self.kill(name)
        self.start(name)

    def add(self, name: str, command: Sequence[str]) -> None:
        """One more process, with the environment of the others; `start` starts it."""
        self._programs[name] = self._program(name, command)

    def stop_valkey(self) -> None:
        """The broker goes away with everything in it."""
        self._valkey.kill()

    def start_valkey(self) -> None:
        """It comes back, empty, at the same address."""
        self._valkey.start()

    def flush_valkey(self) -> None:
        """Everything in the broker is gone, and it stays."""
        with redis.Redis.from_url(self._valkey.url()) as client:
            client.flushall()

    def cut_connections(self) -> int:
        """End every session that Bylaw's processes have with the database; returns how many."""
        ended = self.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return len(ended)

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Nobody can write to the table; who tries waits, in the middle of a transaction."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
            yield

    def wait_until_blocked(self, *, within: float = 60) -> bool:
        """Return once somebody waits for a lock; whether somebody does."""
        waiting = (
            "SELECT 1 FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(wait_for(lambda: self.rows(waiting), within=within))

    # --- use -----------------------------------------------------------------------------------

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return manage(self.environment, *arguments, check=check)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What one statement gives, in a connection and a transaction of its own."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            cursor = connection.execute(query, values)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    @contextmanager
    def at_one_instant(self) -> Iterator[Rows]:
        """What several statements give of one and the same state, whoever writes meanwhile."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield lambda query, *values: connection.execute(query, values).fetchall()

    def rewrite(self, statement: str, *values: Any) -> None:
        """As if it had been so all along: the triggers that keep rows look away."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement, values)  # type: ignore[call-overload]

    def unready(self) -> Mapping[str, str]:
        """What /readyz says is not, by name; empty when everything is."""
        return probe.missing(self.url, host=self.url.partition("://")[2])

    def wait_until_ready(self) -> None:
        left = wait_for(self.unready, until=lambda found: not found, within=_READY_SECONDS)
        if left:
            raise AssertionError(f"The stack is not ready: {left}\n{self.log('web')}")

    def log(self, name: str) -> str:
        """The end of a process's log, for a failing test's message."""
        file = self.logs / f"{name}.log"
        return file.read_text(errors="replace")[-8000:] if file.exists() else ""

    def _program(self, name: str, command: Sequence[str]) -> Program:
        return Program(
            name=name,
            command=command,
            environment=self.environment,
            directory=CHECKOUT,
            pid_file=self._directory / "run" / f"{name}.pid",
            log=self.logs / f"{name}.log",
        )


def environment(directory: Path, database_url: str) -> dict[str, str]:
    """What a process of its own needs; nothing of pytest's settings but the static files."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BYLAW_")}
    return kept | {
        "DATABASE_URL": database_url,
        "BYLAW_VAR": os.environ["BYLAW_VAR"],
        "BYLAW_LEDGER_KEYS": str(directory / "ledger"),
        "BYLAW_SECRET_KEY": os.environ["BYLAW_SECRET_KEY"],
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(directory),
    }


def manage(
    environment: Mapping[str, str], *arguments: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        commands.manage(*arguments),
        cwd=CHECKOUT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"manage.py {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}")
    return done


def wait_for(
    look: Callable[[], Found], *, until: Callable[[Found], bool] = bool, within: float = 30
) -> Found:
    """Look until it is as wanted, or `within` seconds are over; returns what was seen last."""
    end = time.monotonic() + within
    while not until(found := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return found
