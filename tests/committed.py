"""Rows that are committed, in a database of their own, and several who act on them at once."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from governance.errors import BylawError
from policies import releases
from tests import factory
from tests.live import servers
from tests.live.stack import wait_for


@pytest.fixture
def database(prepared_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a prepared database that nobody else uses."""
    name = f"committed_{servers.WORKER or 'only'}_{os.urandom(4).hex()}"
    with servers.database(name, template=prepared_database), django_db_blocker.unblock():
        yield name
    releases._pinned.clear()  # what this process knows to be stored was stored there


def at_once(database: str, *calls: Callable[[], Any]) -> list[Any]:
    """What the calls give, each in a thread with a connection of its own, all begun together."""
    together = Barrier(len(calls))

    def begin(call: Callable[[], Any]) -> Any:
        together.wait(timeout=60)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(factory.on_database, database, lambda c=c: begin(c)) for c in calls]
        return [future.result() for future in futures]


def tried_at_once(database: str, *calls: Callable[[], Any]) -> list[Any]:
    """The same, with the error in place of what a call gives that ends in one of ours."""
    return at_once(database, *(lambda c=c: _tried(c) for c in calls))  # type: ignore[misc]


def once(database: str, call: Callable[[], Any]) -> Any:
    (found,) = at_once(database, call)
    return found


def _tried(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except BylawError as error:
        return error


def one_in_the_other(
    database: str, first: Callable[[], Any], second: Callable[[], Any]
) -> tuple[Any, Any]:
    """What two calls give of which the second begins before what the first did is committed, and
    waits for that. Raises AssertionError where it does not."""
    done = Event()

    def begin() -> Any:
        with transaction.atomic():
            found = first()
            done.set()
            assert wait_for(_keeps_somebody_waiting, within=30), "The other did not wait."
        return found

    def follow() -> Any:
        assert done.wait(timeout=60)
        return second()

    one, other = at_once(database, begin, follow)
    return one, other


def _keeps_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return cursor.fetchone() is not None
