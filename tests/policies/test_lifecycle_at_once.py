"""Two people at once: with rows that are committed, in a database of its own."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from governance import clock
from governance.errors import BylawError, Conflict
from policies import approvals
from policies.models import PolicyReview, PolicyVersion
from tests import factory
from tests.live import servers
from tests.policies.officers import author, counsel, draft, submitted

CALENDAR = factory.text("calendar")
NEXT = CALENDAR.replace("version: 1.0.0", "version: 1.1.0")


@pytest.fixture
def database(prepared_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    name = f"races_{servers.WORKER or 'only'}_{os.urandom(4).hex()}"
    with servers.database(name, template=prepared_database), django_db_blocker.unblock():
        yield name


def at_once(database: str, *calls: Callable[[], Any]) -> list[Any]:
    """What the calls give, or the error they end in, each in a thread, all begun together."""
    together = Barrier(len(calls))

    def begin(call: Callable[[], Any]) -> Any:
        together.wait(timeout=60)
        try:
            return call()
        except BylawError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(factory.on_database, database, lambda c=c: begin(c)) for c in calls]
        return [future.result() for future in futures]


def once(database: str, call: Callable[[], Any]) -> Any:
    (found,) = at_once(database, call)
    assert not isinstance(found, Exception), found
    return found


def approve(version: PolicyVersion, by: Callable[[], factory.Actor]) -> Callable[[], Any]:
    return lambda: approvals.approve([version], by=by(), at=clock.now())


def third() -> factory.Actor:
    return factory.person("third", "legal-counsel")


def test_of_two_approvals_at_once_one_counts(database: str) -> None:
    version = once(database, lambda: submitted(CALENDAR, at=clock.now()))
    once(database, lambda: (counsel(), third()))
    found = at_once(database, approve(version, counsel), approve(version, third))
    assert [type(each) for each in found if isinstance(each, Exception)] == [Conflict]
    acts = once(database, lambda: PolicyReview.objects.filter(act="approved").count())
    assert acts == 1


def test_two_versions_of_one_policy_approved_at_once_follow_each_other(database: str) -> None:
    versions = [once(database, lambda t=t: submitted(t, at=clock.now())) for t in (CALENDAR, NEXT)]
    once(database, lambda: (counsel(), third()))
    at_once(database, approve(versions[0], counsel), approve(versions[1], third))
    held = PolicyVersion.objects.filter(name="office", effective_until=None, status="approved")
    assert once(database, held.count) == 1


def test_of_two_drafts_of_one_number_one_is_made(database: str) -> None:
    once(database, author)
    call = lambda: draft(CALENDAR, at=clock.now())  # noqa: E731
    found = at_once(database, call, call)
    assert [type(each) for each in found if isinstance(each, Exception)] == [Conflict]
