"""The service under measurement: its own PostgreSQL with production durability, Valkey, gunicorn.

Everything lies in one directory that the caller throws away. Mail goes to the discard port unless
the worker runs, which gets a mail catcher.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg

from governance import env
from governance.embedded import commands, probe
from governance.embedded.addresses import own_port
from governance.embedded.postgres import DATABASE, Postgres
from governance.embedded.program import Program
from governance.embedded.valkey import Valkey

FLOOR_DATABASE: Final = "floor"
_DURABLE: Final = ("fsync", "synchronous_commit", "full_page_writes")
_READY_SECONDS: Final = 60.0
#: Without a worker no job ever ticks and due rows lie, so readiness never gets past these.
_NOT_AWAITED: Final = frozenset({"jobs", "lag"})


class ServerError(Exception):
    """The service cannot be measured; the message says what it said."""


@dataclass(frozen=True)
class TryOut:
    """An API key for everything, and a report that the shipped policies accept."""

    api_key: str
    body: dict[str, Any]


class Server(AbstractContextManager["Server"]):
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._logs = directory / "log"
        self.postgres_log = self._logs / "postgres.log"
        self.postgres = Postgres(directory / "postgres", log=self.postgres_log)
        self._valkey = Valkey(directory / "valkey", log=self._logs / "valkey.log")
        port = own_port()
        self.address = f"127.0.0.1:{port}"
        self.database_url = self.postgres.url(DATABASE)
        self.environment = self._environment()
        self.web = self._program("web", commands.WEB)
        self._background: list[Program] = []

    def __enter__(self) -> "Server":
        try:
            self.postgres.start()
            self._valkey.start()
            self.manage("prepare")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.stop_background()
        self._valkey.kill()
        self.postgres.stop()

    def start_web(self) -> None:
        """Start gunicorn as production does; returns when it takes reports."""
        self.web.start()
        self._await(lambda unready: not unready.keys() - _NOT_AWAITED)

    def start_worker(self, *, catcher: bool = True) -> None:
        """Start worker, beat and, unless there is a mail server already, a mail catcher; returns
        when the jobs have ticked."""
        programs: dict[str, Sequence[str]] = {"worker": commands.WORKER, "beat": commands.BEAT}
        if catcher:
            port = urlsplit(self.environment["SMTP_URL"]).port
            where = ("--port", str(port), "--dir", str(self._directory / "mail"))
            programs = {"mailcatcher": commands.manage("mailcatcher", *where), **programs}
        for name, command in programs.items():
            program = self._program(name, command)
            self._background.append(program)
            program.start()
        self._await(lambda unready: not unready)

    def stop_background(self) -> None:
        """Stop what `start_worker` started, and the web server."""
        for program in (self.web, *self._background):
            program.kill()
        self._background = []

    def try_out(self) -> TryOut:
        said = json.loads(self.manage("try_out"))
        return TryOut(said["api_key"], said["body"])

    def durability(self) -> dict[str, str]:
        """The settings that a commit rests on. Raises ServerError if one is off."""
        with psycopg.connect(self.database_url) as connection:
            found = {
                name: str(connection.execute(f"SHOW {name}").fetchone()[0])  # type: ignore[index]
                for name in _DURABLE
            }
        if set(found.values()) != {"on"}:
            raise ServerError(f"This PostgreSQL does not keep what it commits: {found}")
        return found

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            commands.manage(*arguments),
            cwd=env.CHECKOUT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServerError(f"manage.py {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def _await(self, ready: Callable[[dict[str, str]], bool]) -> None:
        until = time.monotonic() + _READY_SECONDS
        url = f"http://{self.address}"
        while not ready(unready := dict(probe.missing(url, host=self.address))):
            if self.web.exit_status is not None or time.monotonic() > until:
                end = (self._logs / "web.log").read_text(errors="replace")[-4000:]
                raise ServerError(f"The service is not ready: {unready}\n{end}")
            time.sleep(0.1)

    def _environment(self) -> dict[str, str]:
        """Nothing of the operator's own settings: what is measured is the default."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BYLAW_", "PG", "DJANGO_"))
        }
        return kept | {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self._valkey.url(),
            "SMTP_URL": f"smtp://127.0.0.1:{own_port()}",
            "BYLAW_VAR": str(self._directory / "var"),
            "BYLAW_SECRET_KEY": "only-for-this-benchmark-" + "0" * 40,
            "BYLAW_PUBLIC_URL": f"http://{self.address}",
            "BYLAW_WEB_BIND": self.address,
            "BYLAW_RATE_LIMIT": "0",  # one key sends everything
            "PYTHONUNBUFFERED": "1",
        }

    def _program(self, name: str, command: Sequence[str]) -> Program:
        return Program(
            name=name,
            command=commands.here(command),
            environment=self.environment,
            directory=env.CHECKOUT,
            pid_file=self._directory / "run" / f"{name}.pid",
            log=self._logs / f"{name}.log",
        )
