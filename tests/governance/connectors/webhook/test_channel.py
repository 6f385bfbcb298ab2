"""Events over HTTP against a real server, checked by the receivers' own library."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import standardwebhooks
from pytest_django import Settings

from governance import clock
from governance.connectors.contract import DeliveryError
from governance.connectors.webhook import endpoints
from governance.connectors.webhook.channel import WebhookChannel
from governance.connectors.webhook.models import WebhookEndpoint
from tests.governance.connectors.webhook.hooks import BY, KEY, make, parcel
from tests.live.web import Asked, WebServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(settings: Settings) -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    settings.OUTBOUND_ALLOW = [server.name]
    yield server
    server.stop()


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def hook(web: WebServer, now: datetime) -> tuple[WebhookEndpoint, str]:
    """The endpoint `pager` at the server, and its secret."""
    return make(f"{web.url}/in", at=now)


def verified(asked: Asked, plain: str) -> Any:
    """What a receiver with this secret reads. Raises WebhookVerificationError."""
    return standardwebhooks.Webhook(plain).verify(asked.body, dict(asked.headers.items()))


def refused(**given: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        WebhookChannel().deliver(parcel(**given))
    return raised.value


def test_an_event_arrives_signed(web: WebServer, hook: tuple[WebhookEndpoint, str]) -> None:
    assert WebhookChannel().deliver(parcel()) == "HTTP 200"
    (asked,) = web.asked
    assert verified(asked, hook[1]) == {"type": "test", "word": "Grüße"}
    assert (asked.method, asked.path, asked.headers["content-type"]) == (
        "POST",
        "/in",
        "application/json",
    )


def test_a_changed_body_does_not_verify(web: WebServer, hook: tuple[WebhookEndpoint, str]) -> None:
    WebhookChannel().deliver(parcel())
    (asked,) = web.asked
    tampered = Asked(asked.method, asked.path, asked.headers, asked.body.replace(b"test", b"lie!"))
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verified(tampered, hook[1])


def test_every_attempt_has_the_same_id(web: WebServer, hook: tuple[WebhookEndpoint, str]) -> None:
    WebhookChannel().deliver(parcel())
    WebhookChannel().deliver(parcel())
    assert [asked.headers["webhook-id"] for asked in web.asked] == [str(KEY)] * 2


def test_while_a_secret_is_rotated_receivers_verify_with_either(
    web: WebServer, hook: tuple[WebhookEndpoint, str], now: datetime
) -> None:
    endpoint, old = hook
    new = endpoints.rotate(endpoint, by=BY, at=now)
    WebhookChannel().deliver(parcel())
    (asked,) = web.asked
    assert verified(asked, old) == verified(asked, new)
    assert len(asked.headers["webhook-signature"].split(" ")) == 2


def test_once_it_has_ended_the_old_secret_verifies_no_more(
    web: WebServer, hook: tuple[WebhookEndpoint, str], now: datetime
) -> None:
    endpoint, old = hook
    endpoints.rotate(endpoint, by=BY, at=now - timedelta(hours=25))
    WebhookChannel().deliver(parcel())
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verified(web.asked[0], old)


@pytest.mark.parametrize(("status", "permanent"), [(500, False), (429, False), (404, True)])
def test_the_status_decides_whether_to_try_again(
    web: WebServer, hook: object, status: int, *, permanent: bool
) -> None:
    web.status, web.body = status, b"because"
    error = refused()
    assert (error.permanent, "because" in str(error)) == (permanent, True)


def test_a_wish_to_wait_is_passed_on(web: WebServer, hook: object) -> None:
    web.status, web.headers = 503, {"Retry-After": "90"}
    assert refused().retry_after == timedelta(seconds=90)


def test_a_redirect_is_not_followed(web: WebServer, hook: object) -> None:
    web.status, web.headers = 307, {"Location": f"{web.url}/elsewhere"}
    assert refused().permanent
    assert len(web.asked) == 1


def test_an_endless_answer_is_not_read_to_its_end(web: WebServer, hook: object) -> None:
    web.body = b"x" * 5_000_000
    assert WebhookChannel().deliver(parcel()) == "HTTP 200"


def test_an_endpoint_that_is_down_is_tried_again(
    hook: tuple[WebhookEndpoint, str], settings: Settings
) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:9"]
    WebhookEndpoint.objects.update(url="http://127.0.0.1:9/")
    error = refused()
    assert (error.permanent, error.reach) == (False, "destination")


def test_an_answer_is_waited_for_within_the_lease(
    web: WebServer, hook: object, settings: Settings
) -> None:
    settings.OUTBOX_SEND_SECONDS = 0.3
    web.hold = 1.0
    error = refused()
    assert (error.permanent, error.reach) == (False, "destination")


def test_a_private_address_is_refused_for_good(
    web: WebServer, hook: object, settings: Settings
) -> None:
    settings.OUTBOUND_ALLOW = []
    WebhookEndpoint.objects.update(url=f"https://localhost:{web.port}/")
    error = refused()
    assert (error.permanent, "not a public address" in str(error), web.asked) == (True, True, [])


def test_a_disabled_endpoint_gets_nothing(
    web: WebServer, hook: tuple[WebhookEndpoint, str], now: datetime
) -> None:
    endpoints.disable(hook[0], by=BY, at=now)
    error = refused()
    assert (error.permanent, "disabled" in str(error), web.asked) == (True, True, [])


def test_an_endpoint_that_nobody_made_is_our_fault() -> None:
    error = refused(to="nothing")
    assert (error.permanent, error.ours) == (True, True)


def test_a_message_without_an_event_is_not_sent(web: WebServer, hook: object) -> None:
    assert refused(payload="").permanent
    assert web.asked == []


def test_another_key_of_ours_is_our_fault_and_loses_nothing(
    web: WebServer, hook: object, settings: Settings
) -> None:
    settings.SECRET_KEY = "another"
    error = refused()
    assert (error.permanent, error.ours, web.asked) == (False, True, [])


def test_what_is_sent_is_the_stored_text_to_the_byte(web: WebServer, hook: object) -> None:
    text = json.dumps({"b": 1, "a": [1.0, "é"]}, ensure_ascii=False)
    WebhookChannel().deliver(parcel(payload=text))
    assert web.asked[0].body == text.encode()
