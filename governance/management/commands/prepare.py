"""`manage.py prepare`: what must be done once before the service runs, and again after an update.

Idempotent, and safe to run twice at the same time: migrations hold an advisory lock. With
BYLAW_OWNER_DATABASE_URL the owner of the tables migrates, and the role of DATABASE_URL gets its
rights, and is made where it is missing.
Progress goes to standard error. Standard output carries what is said only once: the name and the
password of the first administrator.
"""

import fcntl
import hashlib
import sys
import time
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from governance import checks, clock
from governance.access import deployment, grants
from governance.errors import BylawError

_LOCK: Final = 0x42594C41  # any number that nothing else locks
_OWNER: Final = "owner"
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
        self._refuse_unsafe()
        owner = connections[_OWNER] if _OWNER in settings.DATABASES else connection
        self._await_database(owner, options["wait"])
        with owner.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                self._prepare(owner)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])

    def _prepare(self, owner: BaseDatabaseWrapper) -> None:
        self._say("Bringing the database up to date.")
        migrate = partial(call_command, "migrate", interactive=False, stdout=sys.stderr)
        migrate(database=owner.alias, verbosity=1)
        if owner is not connection:
            self._give_rights(owner)
        deployment.record("prepare", at=clock.now())
        self._say("Installing the shipped policies.")
        call_command("policies", "install", stdout=sys.stderr)
        call_command("create_first_administrator", stdout=self.stdout)

    def _refuse_unsafe(self) -> None:
        if found := checks.refused():
            lines = [f"{each.id}: {each.msg} {each.hint}" for each in found]
            raise CommandError("\n".join(["This is not safe to serve:", *lines]))

    def _give_rights(self, owner: BaseDatabaseWrapper) -> None:
        """Every time: a migration may have brought tables."""
        given = settings.DATABASES["default"]
        role = given["USER"]
        try:
            if grants.make(role, given["PASSWORD"], owner):
                self._say(f"Made the database role {role}.")
            grants.apply(role, owner)
        except (BylawError, ProgrammingError) as error:
            raise CommandError(f"The role {role} cannot be given its rights: {error}") from error
        self._say(f"The database role {role} has the application's rights and no others.")

    def _await_database(self, database: BaseDatabaseWrapper, seconds: int) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                _connect_once(database)
            except psycopg.OperationalError as error:
                if time.monotonic() > until:
                    raise CommandError(_unreachable(database, error)) from None
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


def _connect_once(to: BaseDatabaseWrapper) -> None:
    """Past the pool, which hides why it cannot connect behind a time-out of its own."""
    given = to.get_connection_params()
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


def _unreachable(database: BaseDatabaseWrapper, error: psycopg.OperationalError) -> str:
    given = database.settings_dict
    host = given["HOST"] or "the local socket"
    variable = "DATABASE_URL" if database is connection else "BYLAW_OWNER_DATABASE_URL"
    return (
        f"No PostgreSQL answers at {host} for the database {given['NAME']}: {error}"
        f"\nCheck {variable}; without both, the embedded server of `make run` is used."
    )
