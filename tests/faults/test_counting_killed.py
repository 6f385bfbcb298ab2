"""A process that counts, and others that would, with rows that are committed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import psycopg

from governance import clock, env
from incidents.figures import counting
from incidents.figures.question import USUAL
from incidents.models import KeptFigures
from tests.committed import database as database  # a fixture
from tests.committed import once
from tests.live.stack import wait_for

State = KeptFigures.State
#: Another process: it counts what waits, as a worker does.
COUNTS: Final = """
import django
django.setup()
from incidents.figures import counting
counting.work()
"""


def asked() -> None:
    at = clock.now()
    KeptFigures.objects.create(
        key=USUAL.key, question=USUAL.as_dict(), wanted_at=at, requested_at=at
    )


def url(database: str) -> str:
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{database}"


@contextmanager
def stuck(database: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process in the midst of counting: of a table that somebody else has locked."""
    with psycopg.connect(url(database)) as other:
        other.execute("LOCK TABLE incidents_clock")
        given = {
            **os.environ,
            "DATABASE_URL": url(database),
            "DJANGO_SETTINGS_MODULE": "governance.settings",
        }
        process = subprocess.Popen([sys.executable, "-c", COUNTS], cwd=env.CHECKOUT, env=given)
        try:
            assert wait_for(lambda: waiting(database), within=60)
            yield process
        finally:
            process.kill()
            process.wait()


def waiting(database: str) -> bool:
    with psycopg.connect(url(database)) as other:
        found = other.execute(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'incidents_clock'::regclass"
        )
        return found.fetchone() is not None


def row() -> KeptFigures:
    return KeptFigures.objects.get(key=USUAL.key)


def test_nothing_is_counted_twice_at_once(database: str) -> None:
    once(database, asked)
    later = clock.now() + 2 * counting.LEASE
    with stuck(database):
        assert not once(database, lambda: counting.work(now=lambda: later))


def test_what_a_killed_process_left_is_counted_when_its_lease_is_over(database: str) -> None:
    once(database, asked)
    with stuck(database) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    left = once(database, row)
    assert (left.state, left.attempts) == (State.RUNNING, 1)
    assert not once(database, counting.work)
    later = left.lease_until + timedelta(seconds=1)
    assert wait_for(lambda: once(database, lambda: counting.work(now=lambda: later)), within=30)
    assert once(database, row).state == State.COUNTED
