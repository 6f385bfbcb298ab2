"""Fetching feeds from a real web server: what is kept, when it is asked again, what faults do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from governance.heartbeat import heartbeat
from governance.ledger.models import Entry
from policies import feeds, tasks
from policies.models import OnCallFeed
from tests import factory
from tests.factory import AT, MINUTE
from tests.live.feeds import FeedServer, serving
from tests.policies.escalating.matrices import BRUSSELS, text
from tests.policies.escalating.test_feeds import ANN, SHIFT, calendar

pytestmark = pytest.mark.django_db
GOOD = calendar(f"{SHIFT}\n{ANN}").encode()
DAY = timedelta(days=1)


@pytest.fixture
def server(settings: Any) -> Iterator[FeedServer]:
    """A feed that the matrix in force names."""
    settings.OUTBOUND_ALLOW = ("127.0.0.1",)
    factory.install()
    with serving() as server:
        named = [{"id": "duty", "url": server.url, "zone": BRUSSELS}]
        factory.impose(AT, escalation=text(feeds=named))
        server.body = GOOD
        yield server


def work(later: timedelta = timedelta()) -> int:
    return feeds.work(now=lambda: AT + later)


def kept() -> OnCallFeed:
    return OnCallFeed.objects.get()


def verbs() -> list[str]:
    found = Entry.objects.filter(object_kind="feed").order_by("id")
    return list(found.values_list("verb", flat=True))


def test_a_feed_in_force_is_fetched_and_kept(server: FeedServer) -> None:
    assert work() == 1
    assert (kept().text.encode(), kept().fetched_at, kept().error) == (GOOD, AT, "")
    assert verbs() == ["feed.changed"]


def test_its_copy_is_found_by_its_address(server: FeedServer) -> None:
    work()
    (copy,) = feeds.copies([server.url]).values()
    assert (copy.text.encode(), copy.fetched_at) == (GOOD, AT)


def test_it_is_asked_again_after_five_minutes(server: FeedServer) -> None:
    counts = [work(minutes * MINUTE) for minutes in (0, 1, 4, 5)]
    assert counts == [1, 0, 0, 1]


def test_what_has_not_changed_is_not_sent_again(server: FeedServer) -> None:
    server.etag = '"one"'
    work()
    work(5 * MINUTE)
    assert server.asked == ["", '"one"']
    assert (kept().text.encode(), kept().fetched_at) == (GOOD, AT + 5 * MINUTE)
    assert verbs() == ["feed.changed"]


def test_another_text_is_an_entry(server: FeedServer) -> None:
    work()
    server.body = calendar().encode()
    work(5 * MINUTE)
    assert verbs() == ["feed.changed", "feed.changed"]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, GOOD, "status 500"),
        (302, GOOD, "status 302"),
        (200, b"<html>Sign in</html>", "no calendar"),
        (200, b"\xff", "utf-8"),
        (200, b" " * (feeds.LIMIT + 1), "longer than"),
    ],
)
def test_a_fault_keeps_the_last_good_copy_and_says_what_it_was(
    server: FeedServer, status: int, body: bytes, error: str
) -> None:
    work()
    server.status, server.body = status, body
    work(5 * MINUTE)
    assert (kept().text.encode(), kept().fetched_at) == (GOOD, AT)
    assert error in kept().error


def test_a_server_that_is_gone_is_a_fault(server: FeedServer) -> None:
    OnCallFeed.objects.create(
        url="http://127.0.0.1:9/gone.ics", name="gone", zone="UTC", named_at=AT, next_fetch_at=AT
    )
    while work():
        pass
    assert OnCallFeed.objects.get(name="gone").failures == 1


def test_after_faults_it_is_asked_less_and_less_often(server: FeedServer) -> None:
    server.status, waits, later = 503, [], timedelta()
    for _ in range(6):
        work(later)
        following = kept().next_fetch_at - AT
        waits.append((following - later) // MINUTE)
        later = following
    assert waits == [5, 10, 20, 40, 60, 60]


def test_faults_in_a_row_are_one_entry_and_so_is_their_end(server: FeedServer) -> None:
    work()
    server.status = 503
    for minutes in (5, 10, 20):
        work(minutes * MINUTE)
    server.status = 200
    work(60 * MINUTE)
    assert verbs() == ["feed.changed", "feed.failed", "feed.recovered"]
    assert (kept().error, kept().failures) == ("", 0)


def test_one_is_asked_at_a_time(server: FeedServer) -> None:
    OnCallFeed.objects.create(
        url="http://127.0.0.1:9/slow.ics",
        name="slow",
        zone="UTC",
        named_at=AT,
        next_fetch_at=AT,
        lease_until=AT + MINUTE,
    )
    assert work() == 0
    assert work(MINUTE) == 1


def test_one_whose_lease_ran_out_keeps_what_the_other_found(server: FeedServer) -> None:
    feeds._name(at=AT)
    late = feeds._claim(at=AT)
    assert late is not None
    work(MINUTE)
    feeds._keep(late, "BEGIN:VCALENDAR", "", at=AT + 2 * MINUTE)
    assert kept().text.encode() == GOOD


def test_what_no_matrix_has_named_for_long_is_not_asked_any_more(server: FeedServer) -> None:
    work()
    factory.impose(AT + MINUTE, escalation=text("1.2.0"))
    assert work(89 * DAY) == 1
    assert work(91 * DAY) == 0
    assert kept().text.encode() == GOOD


def test_a_service_without_policies_asks_nothing() -> None:
    assert work() == 0


def test_the_task_beats() -> None:
    tasks.feeds()
    assert "policies.feeds" in {pulse.job for pulse in heartbeat.pulses(at=AT) if pulse.age}
