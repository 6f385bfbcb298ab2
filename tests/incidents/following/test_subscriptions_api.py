"""Subscriptions over REST: who may make one, what it answers, the log, and telling again."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from governance import clock
from governance.connectors.webhook import endpoints
from incidents.models import Course, Subscription
from tests import factory
from tests.factory import AT, HOUR
from tests.governance.ledger import logs
from tests.incidents.following.receiving import LATER, publish, subscribe, told
from tests.live.web import WebServer

pytestmark = pytest.mark.usefixtures("house")
CHOICE = {"verbs": ["incident.reported"]}


@pytest.fixture
def web(settings: Settings) -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    settings.OUTBOUND_ALLOW = [server.name]
    yield server
    server.stop()


@pytest.fixture
def chat(house: None) -> None:
    endpoints.create(name="chat", url="https://chat.example.org/x", by=factory.PERSON, at=AT)


def caller(*more: str) -> APIClient:
    return factory.client("webhooks:manage", *(more or ("incidents:read", "policies:read")))


def put(client: APIClient, body: Any) -> Any:
    path = "/api/v1/webhook-endpoints/chat/subscription"
    return client.put(path, json.dumps(body).encode(), content_type="application/json")


def post(path: str, body: Any) -> Any:
    return factory.post(caller(), f"webhook-endpoints/chat/{path}", body)


def get(path: str, **query: str) -> Any:
    return factory.get(caller(), f"webhook-endpoints/chat/{path}", **query)


@pytest.mark.usefixtures("chat")
def test_subscribing_answers_with_the_choice_and_how_far_it_is() -> None:
    logs.seal()
    found = put(caller(), CHOICE).json()
    (course,) = get("courses").json()["results"]
    assert (found["endpoint"], found["verbs"], found["drills"]) == ("chat", CHOICE["verbs"], False)
    assert (found["state"], course["behind"], course["attempts"]) == ("active", 0, 0)
    assert get("subscription").json()["id"] == found["id"]


@pytest.mark.usefixtures("chat")
def test_subscribing_again_changes_the_choice_and_not_how_far_it_is() -> None:
    logs.seal()
    first = put(caller(), {**CHOICE, "after": "0"}).json()
    again = put(caller(), {"verbs": ["clock.*"], "systems": ["triage"]}).json()
    assert (again["id"], again["verbs"], again["systems"]) == (first["id"], ["clock.*"], ["triage"])
    assert get("courses").json()["results"][0]["place"] == 0


@pytest.mark.usefixtures("chat")
@pytest.mark.parametrize(
    ("scopes", "verbs", "status"),
    [
        (("ledger:read",), ["incident.reported"], 403),
        (("incidents:read",), ["incident.reported"], 200),
        (("incidents:read",), ["policy.approved"], 403),
        (("incidents:read",), ["*"], 403),
        (("incidents:read", "policies:read"), ["*"], 200),
    ],
)
def test_nobody_has_an_endpoint_told_what_they_may_not_read(
    scopes: tuple[str, ...], verbs: list[str], status: int
) -> None:
    assert put(caller(*scopes), {"verbs": verbs}).status_code == status


@pytest.mark.usefixtures("chat")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verbs": []},
        {"verbs": ["incident.exploded"]},
        {**CHOICE, "systems": []},
        {**CHOICE, "after": "5"},
        {**CHOICE, "state": "paused"},
        {**CHOICE, "created_by": "user:1"},
    ],
)
def test_what_cannot_be_subscribed_to_is_refused(body: Any) -> None:
    assert put(caller(), body).status_code == 422
    assert not Subscription.objects.exists()


def test_an_endpoint_without_one_has_none(chat: None) -> None:
    assert get("subscription").status_code == 404
    assert get("deliveries").status_code == 404


def test_pausing_and_going_on(web: WebServer) -> None:
    subscribe(web)
    assert post("subscription/pause", {}).status_code == 422
    assert post("subscription/pause", {"reason": "Moving."}).json()["state"] == "paused"
    assert post("subscription/pause", {"reason": "Moving."}).status_code == 409
    assert post("subscription/resume", {}).json()["state"] == "active"


def test_the_log_has_each_attempt_and_is_filtered(web: WebServer) -> None:
    factory.submit(factory.report())
    subscribe(web)
    logs.seal()
    web.status = 500
    publish()
    web.status = 200
    publish(at=LATER + HOUR)
    failed = get("deliveries", state="failed").json()["results"]
    assert [(each["status"], each["number"], each["state"]) for each in failed] == [
        (500, 1, "failed")
    ]
    assert len(get("deliveries", state="delivered").json()["results"]) == len(web.asked) - 1
    assert get("deliveries", since=factory.iso(LATER + 2 * HOUR)).json()["results"] == []


@pytest.mark.parametrize("query", [{"state": "dead"}, {"since": "2026-11-23T08:00:00"}])
def test_what_the_log_cannot_be_filtered_by_is_refused(
    web: WebServer, query: dict[str, str]
) -> None:
    subscribe(web)
    assert get("deliveries", **query).status_code == 422


def test_one_delivery_is_told_again(web: WebServer) -> None:
    factory.submit(factory.report())
    subscribe(web)
    logs.seal()
    publish()
    chosen = get("deliveries").json()["results"][0]
    web.asked.clear()
    assert post("replay", {"delivery": chosen["id"]}).status_code == 202
    publish(at=clock.now())
    assert told(web) == [chosen["verb"]]


@pytest.mark.parametrize("start", [{"after": "0"}, {"since": "2026-11-22T00:00:00Z"}])
def test_everything_since_is_told_again(web: WebServer, start: dict[str, str]) -> None:
    factory.submit(factory.report())
    subscribe(web)
    logs.seal()
    publish()
    before = told(web)
    assert post("replay", start).json()["upto"] == Course.objects.get(upto=None).place
    publish(at=clock.now())
    assert told(web) == before * 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"after": "0", "since": "2026-11-22T00:00:00Z"},
        {"delivery": "01890000-0000-7000-8000-000000000001"},
        {"since": "2026-11-22T00:00:00"},
    ],
)
def test_what_cannot_be_told_again_is_refused(web: WebServer, body: Any) -> None:
    subscribe(web)
    assert post("replay", body).status_code == 422
