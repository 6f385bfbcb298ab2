"""A program elsewhere as a witness: a real web server, and the reference library to verify with."""

import json
from datetime import timedelta

import pytest
from pytest_django import Settings
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from governance import clock
from governance.connectors.webhook import signatures
from governance.ledger import keys, notes
from governance.ledger.models import Checkpoint
from governance.witnesses import patience, registry, webhook
from governance.witnesses.contract import Receipt, Unwitnessed
from tests.live.web import WebServer

pytestmark = pytest.mark.django_db
KEY = bytes(range(32))


@pytest.fixture(autouse=True)
def configured(web: WebServer, settings: Settings) -> None:
    settings.WITNESS_WEBHOOK_URL = f"{web.url}/witness?token=hush"
    settings.WITNESS_WEBHOOK_KEY = KEY


def give(checkpoint: Checkpoint) -> Receipt:
    return registry.configured()["webhook"].witness.take(checkpoint, at=clock.now())


def test_the_note_arrives_as_it_was_signed(checkpoint: Checkpoint, web: WebServer) -> None:
    assert give(checkpoint).said == "HTTP 200"
    (asked,) = web.asked
    event = json.loads(asked.body)
    assert event["type"] == "ledger.checkpoint"
    found = notes.trusted(event["data"]["note"], keys.public())
    assert (found.size, found.root.hex()) == (event["data"]["size"], event["data"]["root"])


def test_the_receiver_verifies_who_sent_it(checkpoint: Checkpoint, web: WebServer) -> None:
    give(checkpoint)
    (asked,) = web.asked
    headers = dict(asked.headers.items())
    assert Webhook(signatures.written(KEY)).verify(asked.body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(signatures.written(KEY)).verify(
            asked.body.replace(b'"size":2', b'"size":3'), headers
        )
    with pytest.raises(WebhookVerificationError):
        Webhook(signatures.written(KEY[::-1])).verify(asked.body, headers)


def test_a_second_time_it_comes_under_the_same_id(checkpoint: Checkpoint, web: WebServer) -> None:
    give(checkpoint)
    give(checkpoint)
    assert len({each.headers["webhook-id"] for each in web.asked}) == 1


@pytest.mark.parametrize(("status", "said"), [(503, "HTTP 503"), (403, "HTTP 403"), (301, "301")])
def test_what_it_refuses_is_said(
    checkpoint: Checkpoint, web: WebServer, status: int, said: str
) -> None:
    web.status, web.body = status, b"not today"
    with pytest.raises(Unwitnessed, match=rf"{said}.*not today"):
        give(checkpoint)


def test_the_pause_that_it_asks_for_is_passed_on(checkpoint: Checkpoint, web: WebServer) -> None:
    web.status, web.headers = 503, {"retry-after": "120"}
    with pytest.raises(Unwitnessed) as refused:
        give(checkpoint)
    assert refused.value.retry_after == timedelta(minutes=2)


def test_one_that_is_slow_is_left_in_time(
    checkpoint: Checkpoint, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_SECONDS", 0.3)
    web.hold = 2
    with pytest.raises(Unwitnessed, match="no whole answer in time"):
        give(checkpoint)


def test_one_that_is_down_is_said_to_be_and_its_address_is_not(
    checkpoint: Checkpoint, web: WebServer
) -> None:
    web.stop()
    with pytest.raises(Unwitnessed, match=r"127\.0\.0\.1") as down:
        give(checkpoint)
    assert "hush" not in str(down.value)
    web.start()


def test_none_waits_for_longer_than_a_turn_may_last() -> None:
    assert webhook._SECONDS <= patience.SECONDS <= 10
