"""One throw-away PostgreSQL and one Valkey for a test run, on addresses of its own.

The addresses are known before the servers run, because Django's settings are read first. Under
pytest-xdist the controller starts the servers and its workers inherit the addresses; without it
they start with the first test that needs them, so that tests of pure code start nothing.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from governance.embedded.postgres import Postgres
from governance.embedded.valkey import Valkey

DIRECTORY: Final = "BYLAW_TEST_DIRECTORY"
WORKER: Final = os.environ.get("PYTEST_XDIST_WORKER", "")


class Servers:
    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="bylaw-test-"))
        logs = self.directory / "log"
        self._postgres = Postgres(
            self.directory / "postgres", log=logs / "postgres.log", throw_away=True
        )
        self._valkey = Valkey(self.directory / "valkey", log=logs / "valkey.log")
        self._started = False

    def environment(self) -> dict[str, str]:
        return {
            DIRECTORY: str(self.directory),
            "DATABASE_URL": self._postgres.url(),
            "REDIS_URL": self._valkey.url(),
        }

    def start(self) -> None:
        if not self._started:
            self._started = True
            self._postgres.start()
            self._valkey.start()

    def stop(self) -> None:
        if self._started:
            self._valkey.stop()
            self._postgres.kill()  # nothing in it is worth a checkpoint
        self._postgres.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


def isolate(servers: Servers | None) -> None:
    """Point this process's environment at the test servers, and forget the operator's own settings.

    `servers` is None in an xdist worker, which takes a Valkey database of its own.
    """
    for name in list(os.environ):
        if name.startswith(("BYLAW_", "PG")) and name != DIRECTORY:
            del os.environ[name]
    if servers is not None:
        os.environ.update(servers.environment())
    else:
        number = int(WORKER.removeprefix("gw")) % 60 + 1
        os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{number}"
    var = Path(os.environ[DIRECTORY], "var")
    (var / "static").mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "SMTP_URL": "smtp://127.0.0.1:9",  # the discard port: nothing of ours listens there
        "BYLAW_VAR": str(var),
        "BYLAW_SECRET_KEY": "only-for-tests-" + "0" * 50,
        "BYLAW_DATABASE_POOL": "0",
    }


@contextmanager
def database(name: str, *, template: str = "template1") -> Iterator[str]:
    """A database of its own on the test server, copied from `template`; yields its URL."""
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    try:
        yield f"{base}/{name}"
    finally:
        with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
