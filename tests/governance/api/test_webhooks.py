"""Webhook endpoints over REST."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.connectors.webhook.models import WebhookEndpoint
from governance.outbox.models import Message
from tests import factory

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.org/in"
PAGER = {"name": "pager", "url": URL, "description": "The night watch"}


@pytest.fixture
def caller() -> APIClient:
    return factory.client("webhooks:manage")


@pytest.fixture
def pager(caller: APIClient) -> str:
    """The secret of the endpoint `pager`."""
    secret: str = factory.post(caller, "webhook-endpoints", PAGER).json()["secret"]
    return secret


def post(caller: APIClient, path: str, body: Any = None) -> Any:
    return factory.post(caller, f"webhook-endpoints/pager/{path}", body or {})


def patch(caller: APIClient, body: Any) -> Any:
    raw = json.dumps(body).encode()
    path = "/api/v1/webhook-endpoints/pager"
    return caller.patch(path, raw, content_type="application/json")


def test_making_one_answers_with_its_secret(caller: APIClient) -> None:
    answer = factory.post(caller, "webhook-endpoints", PAGER)
    assert (answer.status_code, answer["Location"]) == (201, "/api/v1/webhook-endpoints/pager")
    assert answer.json()["secret"].startswith("whsec_")


def test_no_other_answer_has_the_secret(caller: APIClient, pager: str) -> None:
    whole = factory.get(caller, "webhook-endpoints/pager")
    every = factory.get(caller, "webhook-endpoints")
    for answer in (whole, every, post(caller, "test")):
        assert pager.removeprefix("whsec_") not in answer.content.decode()
        assert "sealed" not in answer.content.decode()


def test_the_list_shows_each_with_when_its_secrets_sign(caller: APIClient, pager: str) -> None:
    (found,) = factory.get(caller, "webhook-endpoints").json()["results"]
    assert (found["name"], found["url"], found["active"]) == ("pager", URL, True)
    assert [secret["ends_at"] for secret in found["secrets"]] == [None]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"name": "Pager"}, 422),
        ({"url": "http://hooks.example.org/"}, 422),
        ({"url": ""}, 422),
        ({"secret": "whsec_mine"}, 422),
    ],
)
def test_what_cannot_be_used_is_refused(
    caller: APIClient, changes: dict[str, str], status: int
) -> None:
    answer = factory.post(caller, "webhook-endpoints", {**PAGER, **changes})
    assert answer.status_code == status
    assert not WebhookEndpoint.objects.exists()


def test_a_name_is_taken_once(caller: APIClient, pager: str) -> None:
    answer = factory.post(caller, "webhook-endpoints", PAGER)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_one_thing_can_be_changed_alone(caller: APIClient, pager: str) -> None:
    answer = patch(caller, {"description": "Days, too"})
    assert (answer.status_code, answer.json()["url"], answer.json()["description"]) == (
        200,
        URL,
        "Days, too",
    )


def test_the_name_cannot_be_changed(caller: APIClient, pager: str) -> None:
    assert patch(caller, {"name": "other"}).status_code == 422


def test_a_rotation_answers_with_the_new_secret(caller: APIClient, pager: str) -> None:
    answer = post(caller, "rotation", {"overlap_hours": 2})
    assert answer.status_code == 201
    assert answer.json()["secret"] not in {pager, ""}
    assert len(answer.json()["secrets"]) == 2


def test_an_overlap_beyond_a_week_is_refused(caller: APIClient, pager: str) -> None:
    assert post(caller, "rotation", {"overlap_hours": 169}).status_code == 422


def test_it_is_disabled_and_enabled(caller: APIClient, pager: str) -> None:
    assert post(caller, "disable").json()["active"] is False
    assert post(caller, "disable").status_code == 409
    assert post(caller, "enable").json()["active"] is True


def test_a_test_event_is_a_message_to_look_at(caller: APIClient, pager: str) -> None:
    answer = post(caller, "test")
    message = Message.objects.get()
    assert (answer.status_code, answer.json()["message"]) == (
        202,
        f"/api/v1/messages/{message.id}",
    )


def test_one_that_is_none_is_not_found(caller: APIClient) -> None:
    assert factory.get(caller, "webhook-endpoints/nothing").status_code == 404


@pytest.mark.parametrize("path", ["", "/pager", "/pager/rotation", "/pager/test"])
def test_endpoints_are_for_who_may_manage_them(path: str) -> None:
    caller = factory.client("incidents:read", "incidents:respond", "policies:write")
    ask = factory.get if path in {"", "/pager"} else lambda who, where: factory.post(who, where, {})
    assert ask(caller, f"webhook-endpoints{path}").status_code == 403
