"""A list takes as many statements with many rows as with few, and follows the time it is asked
for."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from governance import clock
from incidents import selectors
from tests import factory
from tests.factory import HOUR

pytestmark = pytest.mark.django_db
LISTS = (
    "incidents",
    "clocks",
    "duties",
    "timers",
    "submissions",
    "messages",
    "ledger/entries",
)


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client()


def report(count: int) -> None:
    for _ in range(count):
        factory.submit(factory.breach(system="chat-bot"))


def statements(caller: APIClient, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert factory.get(caller, path, page_size="200").json()["results"]
    return len(captured)


@pytest.mark.parametrize("path", LISTS)
def test_its_statements_do_not_grow_with_its_rows(caller: APIClient, path: str) -> None:
    report(2)
    statements(caller, path)  # that it was read is on record from here on
    few = statements(caller, path)
    report(8)
    assert statements(caller, path) == few


def times(caller: APIClient, path: str, column: str, **query: str) -> list[str]:
    rows = factory.get(caller, path, **query).json()["results"]
    return [row[column] for row in rows]


@pytest.fixture
def reported(caller: APIClient) -> None:
    """Incidents that were reported in another order than their keys were made in."""
    now = clock.now()
    for hours in (1, 3, 2):
        factory.submit(factory.report(), at=now - hours * HOUR)


@pytest.mark.parametrize(
    ("path", "column", "name", "hours"),
    [
        ("incidents", "reported_at", "since", -9),
        ("incidents", "reported_at", "until", 1),
        ("submissions", "received_at", "since", -9),
        ("timers", "due_at", "due_since", -9),
        ("timers", "due_at", "due_before", 999),
    ],
)
def test_rows_of_a_span_come_by_its_time(
    caller: APIClient, reported: None, path: str, column: str, name: str, hours: int
) -> None:
    at = factory.iso(clock.now() + timedelta(hours=hours))
    found = times(caller, path, column, **{name: at})
    assert len(found) >= 3
    assert found == sorted(found, reverse=True)


def test_entries_of_a_span_come_by_its_time(caller: APIClient, reported: None) -> None:
    rows = factory.get(caller, "ledger/entries", until=factory.iso(clock.now())).json()["results"]
    found = [row["record"]["at"] for row in rows]
    assert found == sorted(found, reverse=True)


def test_clocks_that_are_due_before_come_by_it(caller: APIClient) -> None:
    for hours in (1, 3, 2):
        factory.submit(factory.breach(clock.now() - hours * HOUR), at=clock.now())
    at = factory.iso(clock.now() + timedelta(days=99))
    found = times(caller, "clocks", "conservative_due", due_before=at)
    assert len(found) >= 3
    assert found == sorted(found)


def test_pages_of_a_span_leave_nothing_out(caller: APIClient, reported: None) -> None:
    url, seen = f"/api/v1/incidents?page_size=1&until={factory.iso(clock.now())}", []
    while url:
        page: Any = caller.get(url).json()
        seen += [row["reported_at"] for row in page["results"]]
        url = page["next"]
    assert len(set(seen)) == len(seen) == 3


def test_the_parts_of_the_board_are_the_board(caller: APIClient) -> None:
    report(3)
    parts = selectors.board_parts(selectors.board())
    assert [row.id for part in parts for row in part] == [row.id for row in selectors.board()]
