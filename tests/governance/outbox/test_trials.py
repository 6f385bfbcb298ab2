"""A test event goes the way of every other message."""

import json
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from governance import clock
from governance.connectors.webhook import endpoints
from governance.errors import Conflict
from governance.ledger.models import Entry
from governance.outbox import outbox, trials
from governance.outbox.models import Message
from tests.governance.connectors.webhook.hooks import BY, make
from tests.live.web import WebServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(settings: Settings) -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    settings.OUTBOUND_ALLOW = [server.name]
    yield server
    server.stop()


def test_a_test_event_is_owed_recorded_and_sent(web: WebServer) -> None:
    at = clock.now()
    endpoint, _ = make(f"{web.url}/in", at=at)
    message = trials.send(endpoint, by=BY, at=at)
    assert outbox.deliver(outbox.claim(at=at, limit=9), now=clock.now) == 1
    assert json.loads(web.asked[0].body)["type"] == "webhook.test"
    assert web.asked[0].headers["webhook-id"] == str(message.id)
    assert Entry.objects.filter(verb="webhook_endpoint.tested").count() == 1


def test_every_request_is_an_event_of_its_own(web: WebServer) -> None:
    endpoint, _ = make(web.url)
    trials.send(endpoint, by=BY, at=clock.now())
    trials.send(endpoint, by=BY, at=clock.now())
    assert Message.objects.count() == 2


def test_a_disabled_endpoint_is_not_tested(web: WebServer) -> None:
    endpoint, _ = make(web.url)
    endpoints.disable(endpoint, by=BY, at=clock.now())
    with pytest.raises(Conflict):
        trials.send(endpoint, by=BY, at=clock.now())
    assert not Message.objects.exists()
