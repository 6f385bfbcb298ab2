"""`manage.py prepare`: what must be done once before the service runs, and again after an update.

Idempotent, and safe to run twice at the same time: migrations hold an advisory lock.
Progress goes to standard error. Standard output carries what is said only once: the name and the
password of the first administrator.
"""

import fcntl
import hashlib
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

_LOCK: Final = 0x42594C41  # any number that nothing else locks
_STAMP: Final = ".sources"
_CONNECTION: Final = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert")
_WAIT_SECONDS: Final = 30


class Command(BaseCommand):
    help = "Wait for the database, migrate, collect static files, install policies, first login."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--wait",
            type=int,
            default=_WAIT_SECONDS,
            help="seconds to wait for the database (default: %(default)s)",
        )
        parser.add_argument(
            "--static-only",
            action="store_true",
            help="collect static files and nothing else, for building an image",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        self._collect_static_files()
        if options["static_only"]:
            return
        self._await_database(options["wait"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                self._prepare()
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])

    def _prepare(self) -> None:
        self._say("Bringing the database up to date.")
        call_command("migrate", interactive=False, verbosity=1, stdout=sys.stderr)
        self._say("Installing the shipped policies.")
        call_command("policies", "install", stdout=sys.stderr)
        call_command("create_first_administrator", stdout=self.stdout)

    def _await_database(self, seconds: int) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                _connect_once()
            except psycopg.OperationalError as error:
                if time.monotonic() > until:
                    raise CommandError(_unreachable(error)) from None
                time.sleep(0.5)
            else:
                return

    def _collect_static_files(self) -> None:
        """Nothing is written where nothing changed: an image's file system is read-only."""
        digest = _static_digest()
        if _collected(digest):
            return
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        with (settings.VAR_DIR / "static.lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            if not _collected(digest):
                self._say("Collecting static files.")
                call_command("collectstatic", interactive=False, verbosity=0, clear=True)
                (settings.STATIC_ROOT / _STAMP).write_text(digest)

    def _say(self, line: str) -> None:
        self.stderr.write(line, style_func=str)


def _connect_once() -> None:
    """Past the pool, which hides why it cannot connect behind a time-out of its own."""
    given = connection.get_connection_params()
    wanted = {key: given[key] for key in _CONNECTION if key in given}
    psycopg.connect(**wanted, connect_timeout=5).close()


def _collected(digest: str) -> bool:
    stamp: Path = settings.STATIC_ROOT / _STAMP
    return stamp.is_file() and stamp.read_text() == digest


def _static_digest() -> str:
    """Of all static files' names and content: times differ between an image and a checkout."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            content = hashlib.sha256(Path(storage.path(name)).read_bytes()).digest()
            digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()


def _unreachable(error: psycopg.OperationalError) -> str:
    database = settings.DATABASES["default"]
    host = database["HOST"] or "the local socket"
    return (
        f"No PostgreSQL answers at {host} for the database {database['NAME']}: {error}"
        "\nCheck DATABASE_URL; unset it to use the embedded server of `make run`."
    )
