"""How far subscribers are behind, as Prometheus is told it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from governance.connectors.webhook.models import WebhookEndpoint
from governance.outbox.models import Message
from incidents import changes
from incidents.following import subscriptions
from incidents.following.measures import tallies
from tests import factory
from tests.factory import AT, HOUR
from tests.governance.ledger import logs
from tests.incidents.following.receiving import publish, subscribe
from tests.live.web import WebServer

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def web(settings: Settings) -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    settings.OUTBOUND_ALLOW = [server.name]
    yield server
    server.stop()


def told(name: str, endpoint: str = "chat") -> int:
    return next(each for each in tallies(at=AT + HOUR) if each.name == name).counts[endpoint]


def test_who_was_told_of_nothing_is_behind_by_all_of_it(web: WebServer) -> None:
    subscribe(web)
    logs.seal()
    assert told("subscriber_behind_entries") == changes.size() > 0


def test_the_age_is_that_of_the_first_entry_that_was_not_told(web: WebServer) -> None:
    subscribe(web)
    logs.seal()
    publish()
    factory.submit(factory.report(), at=AT)
    logs.seal()
    assert told("subscriber_behind_seconds") == HOUR.total_seconds()


def test_who_was_told_of_everything_is_behind_by_nothing(web: WebServer) -> None:
    factory.submit(factory.report(), at=AT)
    subscribe(web)
    logs.seal()
    publish()
    assert told("subscriber_behind_entries") == told("subscriber_behind_seconds") == 0


def test_a_subscription_that_is_paused_falls_behind(web: WebServer) -> None:
    subscription = subscribe(web)
    subscriptions.pause(subscription, reason="Moved.", by=factory.PERSON, at=AT)
    factory.submit(factory.report(), at=AT)
    logs.seal()
    publish()
    assert told("subscriber_behind_entries") == changes.size()


def test_a_replay_puts_nobody_behind(web: WebServer) -> None:
    subscription = subscribe(web)
    logs.seal()
    publish()
    subscriptions.replay(subscription, 0, by=factory.PERSON, at=AT)
    assert told("subscriber_behind_entries") == 0


@pytest.mark.parametrize(
    ("state", "error", "count"),
    [("pending", "", 0), ("pending", "HTTP 500", 1), ("dead", "HTTP 410", 1), ("sent", "", 0)],
)
def test_what_an_endpoint_did_not_take_is_counted(
    web: WebServer, state: str, error: str, count: int
) -> None:
    subscribe(web)
    factory.submit(factory.breach())
    one = Message.objects.earliest("id")
    sent = AT if state == "sent" else None
    fields = {"channel": "webhook", "destination": "chat", "state": state, "sent_at": sent}
    Message.objects.filter(id=one.id).update(last_error=error, **fields)
    assert told("endpoint_undelivered_messages") == count


def test_addresses_of_people_are_no_endpoints(web: WebServer) -> None:
    subscribe(web)
    factory.submit(factory.breach())
    Message.objects.update(state="dead", last_error="SMTP 550")
    counts = next(
        each for each in tallies(at=AT) if each.name == "endpoint_undelivered_messages"
    ).counts
    assert set(counts) == set(WebhookEndpoint.objects.values_list("name", flat=True))
