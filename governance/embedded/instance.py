"""A whole Bylaw on one machine: servers, mail catcher, web, worker, beat.

1. the servers whose address the environment does not give
2. `manage.py prepare`: migrations, static files, policies, the first administrator
3. worker, beat and web, watched from then on
4. readiness
"""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import redis

from governance.embedded import commands, probe
from governance.embedded.addresses import Web, own_port
from governance.embedded.postgres import Postgres
from governance.embedded.process import StartError
from governance.embedded.program import Program
from governance.embedded.supervisor import Supervisor
from governance.embedded.valkey import Valkey

_READY_SECONDS: Final = 180.0
_GIVEN_SECONDS: Final = 30.0


class Instance:
    """`var` holds everything it writes; `environment` is what the caller was started with."""

    def __init__(
        self, checkout: Path, var: Path, environment: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self._checkout = checkout
        self._run = var / "run"
        self._var = var
        self._say = say
        self.logs = var / "log"
        self.environment = dict(environment)
        self.supervisor = Supervisor(self.logs, say)

    # --- servers -------------------------------------------------------------------------------

    def start_servers(self) -> dict[str, str]:
        """Start what is not given; returns the addresses of all, given or started."""
        addresses = self._database() | self._broker() | self._mail()
        self.environment |= addresses
        return addresses

    def _database(self) -> dict[str, str]:
        given = self.environment.get("DATABASE_URL", "")
        if given:
            self._say("Using the PostgreSQL of DATABASE_URL.")
            return {"DATABASE_URL": given}
        server = Postgres(
            self._var / "postgres", log=self.logs / f"{Postgres.name}.log", say=self._say
        )
        self._say("Starting PostgreSQL.")
        self.supervisor.add(server)
        return {"DATABASE_URL": server.url()}

    def _broker(self) -> dict[str, str]:
        given = self.environment.get("REDIS_URL", "")
        if given:
            self._say("Using the Redis of REDIS_URL.")
            _await_redis(given)
            return {"REDIS_URL": given}
        server = Valkey(self._var / "valkey", log=self.logs / f"{Valkey.name}.log")
        self._say("Starting Valkey.")
        self.supervisor.add(server)
        return {"REDIS_URL": server.url()}

    def _mail(self) -> dict[str, str]:
        given = self.environment.get("SMTP_URL", "")
        if given:
            return {"SMTP_URL": given}
        port, caught = own_port(), self._var / "mail"
        self._say("Starting the mail catcher.")
        self._program(
            "mailcatcher",
            commands.manage("mailcatcher", "--port", str(port), "--dir", str(caught)),
            patience=2,
        )
        return {"SMTP_URL": f"smtp://127.0.0.1:{port}", "BYLAW_MAIL_CATCHER": str(caught)}

    # --- our own processes ---------------------------------------------------------------------

    def prepare(self) -> str:
        """Run `manage.py prepare`; returns what it says once, the first administrator's password.

        Its progress goes to our standard error. Raises StartError.
        """
        done = self._foreground(commands.here(commands.PREPARE), stdout=subprocess.PIPE)
        if done.returncode:
            raise StartError(f"manage.py prepare ended with status {done.returncode}; see above.")
        return done.stdout.decode(errors="replace").strip()

    def start_processes(self, web: Web) -> None:
        self.environment["BYLAW_WEB_BIND"] = web.bind
        self._program("worker", commands.here(commands.WORKER))
        self._program("beat", commands.here(commands.BEAT), patience=3)
        self._program("web", commands.here(commands.WEB))

    def await_ready(self, web: Web) -> None:
        """Return when /readyz answers 200, saying what is awaited. Raises StartError."""
        host, said = web.public.partition("://")[2], ""
        until = time.monotonic() + _READY_SECONDS
        while unready := probe.missing(web.local, host=host):
            if time.monotonic() > until:
                raise StartError(f"Not ready after {_READY_SECONDS:.0f} s. Logs: {self.logs}")
            awaited = ", ".join(unready)
            if awaited != said:
                self._say(f"Waiting for {awaited}.")
                said = awaited
            self.supervisor.look(time.monotonic())
            time.sleep(0.2)

    def manage(self, *arguments: str, capture: bool = False) -> subprocess.CompletedProcess[bytes]:
        """Run one management command against this instance, in the foreground."""
        stdout = subprocess.PIPE if capture else None
        return self._foreground(commands.manage(*arguments), stdout=stdout)

    def _foreground(
        self, command: Sequence[str], *, stdout: int | None
    ) -> subprocess.CompletedProcess[bytes]:
        # Its own session: Ctrl-C is for us, who end it.
        return subprocess.run(
            command,
            cwd=self._checkout,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            start_new_session=True,
            check=False,
        )

    def _program(self, name: str, command: Sequence[str], *, patience: float = 8.0) -> None:
        self.supervisor.add(
            Program(
                name=name,
                command=command,
                environment=self.environment | {"PYTHONUNBUFFERED": "1"},
                directory=self._checkout,
                pid_file=self._run / f"{name}.pid",
                log=self.logs / f"{name}.log",
                patience=patience,
            )
        )


def _await_redis(url: str) -> None:
    client = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    until = time.monotonic() + _GIVEN_SECONDS
    while True:
        try:
            client.ping()
        except redis.RedisError as error:
            if time.monotonic() > until:
                raise StartError(
                    f"REDIS_URL is set, and no server answers there: {error}. "
                    "Unset it to use the embedded one."
                ) from None
            time.sleep(0.5)
        else:
            client.close()
            return


def inherited() -> dict[str, str]:
    """Our environment without what must not reach Bylaw's processes."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")}
