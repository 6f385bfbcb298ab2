"""Rows that are committed, in a database of their own, and several who act on them at once."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from governance.errors import BylawError
from policies import releases
from tests import factory
from tests.live import servers


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
