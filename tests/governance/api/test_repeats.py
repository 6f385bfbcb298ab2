"""`Idempotency-Key` on whatever changes something: done once, answered as it was."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.connectors.webhook.models import WebhookEndpoint, WebhookSecret
from governance.idempotency import answers
from governance.idempotency.models import Answer
from governance.ledger.models import Entry
from tests import factory
from tests.committed import at_once

PAGER = {"name": "pager", "url": "https://hooks.example.org/in"}
KEY = {"Idempotency-Key": "made-1"}


@pytest.fixture
def caller(db: None) -> APIClient:
    return factory.client()


def make(caller: APIClient, body: Any = PAGER, **headers: str) -> Any:
    return factory.post(caller, "webhook-endpoints", body, **(headers or KEY))


def test_a_repeated_request_is_done_once(caller: APIClient) -> None:
    assert [make(caller).status_code for _ in range(3)] == [201] * 3
    assert WebhookEndpoint.objects.count() == 1
    assert Entry.objects.filter(verb="webhook_endpoint.created").count() == 1


def test_a_repeated_request_is_answered_as_before_and_says_so(caller: APIClient) -> None:
    first, again = make(caller), make(caller)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Location"] == first["Location"]
    assert {**again.json(), "secret": 0} == {**first.json(), "secret": 0}
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"


def test_a_repeated_answer_is_the_same_bytes(caller: APIClient) -> None:
    make(caller)
    path = "webhook-endpoints/pager/disable"
    first, again = (factory.post(caller, path, {}, **{"Idempotency-Key": "x"}) for _ in range(2))
    assert (again.content, again["Content-Type"]) == (first.content, first["Content-Type"])


def test_a_secret_is_neither_kept_nor_given_again(caller: APIClient) -> None:
    secret = make(caller).json()["secret"]
    kept = Answer.objects.get()
    assert secret.removeprefix("whsec_") not in str(kept.body)
    assert make(caller).json()["secret"] is None


def test_a_secret_of_a_rotation_is_not_kept_either(caller: APIClient) -> None:
    make(caller)
    path = "webhook-endpoints/pager/rotation"
    answered = [factory.post(caller, path, {}, **{"Idempotency-Key": "r"}) for _ in range(2)]
    assert answered[0].json()["secret"].startswith("whsec_")
    assert answered[1].json()["secret"] is None
    assert WebhookSecret.objects.count() == 2


@pytest.mark.parametrize("url", ["https://hooks.example.org/other"])
def test_another_body_under_the_same_key_is_refused(caller: APIClient, url: str) -> None:
    make(caller)
    answer = make(caller, {**PAGER, "url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


def test_another_address_under_the_same_key_is_refused(caller: APIClient) -> None:
    make(caller)
    answer = factory.post(caller, "webhook-endpoints/pager/disable", {}, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert WebhookEndpoint.objects.get().active


def test_the_same_json_written_otherwise_is_the_same_request(caller: APIClient) -> None:
    make(caller)
    raw = json.dumps(dict(reversed(PAGER.items())), indent=2).encode()
    assert make(caller, raw)["Idempotency-Replayed"] == "true"


def test_a_key_is_each_callers_own(caller: APIClient) -> None:
    make(caller)
    answer = make(factory.client(), {**PAGER, "name": "other"})
    assert answer.status_code == 201


def test_what_was_refused_leaves_the_key_free(caller: APIClient) -> None:
    assert make(caller, {"name": "pager"}).status_code == 422
    assert make(caller).status_code == 201
    assert not Answer.objects.exclude(status=201).exists()


@pytest.mark.parametrize("key", ["", " a", "ä", "x" * 201], ids=["empty", "space", "wide", "long"])
def test_a_key_that_is_none_is_refused(caller: APIClient, key: str) -> None:
    answer = make(caller, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-invalid")
    assert not WebhookEndpoint.objects.exists()


def test_whoever_lost_the_right_is_not_answered_again(caller: APIClient) -> None:
    make(caller)
    prefix = Answer.objects.get().actor.partition(":")[2]
    caller.credentials(HTTP_AUTHORIZATION="Bearer bylaw_" + prefix + "_wrong")
    assert make(caller).status_code == 401


def test_after_its_time_a_key_is_as_good_as_new(caller: APIClient) -> None:
    make(caller)
    Answer.objects.update(at=clock.now() - timedelta(hours=24))
    assert make(caller, {**PAGER, "name": "other"}).status_code == 201


def test_what_is_kept_goes_when_its_time_is_over(caller: APIClient) -> None:
    make(caller)
    at = clock.now()
    assert answers.expire(at=at + timedelta(hours=23)) == 0
    assert answers.expire(at=at + timedelta(hours=25)) == 1


def test_an_answer_that_was_blanked_is_not_done_again(caller: APIClient) -> None:
    make(caller)
    answers.blank()
    answer = make(caller)
    assert (answer.status_code, answer.json()["code"]) == (409, "answer-not-kept")
    assert "/api/v1/webhook-endpoints/pager" in answer.json()["detail"]
    assert WebhookEndpoint.objects.count() == 1


def test_an_erasure_blanks_what_was_answered(caller: APIClient) -> None:
    factory.install()
    incident = factory.submit(factory.report())
    path, body = f"incidents/{incident.reference}/acknowledgement", {}
    assert factory.post(caller, path, body, **KEY).status_code == 200
    asked = {"what": ["report"], "ground": "Art. 17", "reason": "Asked."}
    officer = factory.client(owner=factory.person("asks", "compliance-officer"))
    made = factory.post(officer, f"incidents/{incident.reference}/erasures", asked).json()
    other = factory.client(owner=factory.person("decides", "compliance-officer"))
    assert factory.post(other, f"erasures/{made['id']}/approval", {}).status_code == 200
    assert "It went wrong" not in str(Answer.objects.get().body)
    assert factory.post(caller, path, body, **KEY).json()["code"] == "answer-not-kept"


# --- at once --------------------------------------------------------------------------------------


def _make_once(key: str) -> Any:
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return make(caller)


def test_of_many_at_once_one_is_done_and_all_are_answered_alike(database: str) -> None:
    (key,) = at_once(database, factory.key)
    answered = at_once(database, *(lambda: _make_once(key) for _ in range(6)))
    assert {each.status_code for each in answered} == {201}
    assert len({each.json()["id"] for each in answered}) == 1
    assert sum("Idempotency-Replayed" not in each for each in answered) == 1


def test_who_waits_too_long_is_told_to_try_again(database: str) -> None:
    """Another connection holds the key, and does not end."""
    (key,) = at_once(database, factory.key)
    prefix = key.split("_")[1]
    with _held(database, f"api_key:{prefix}"):
        (answer,) = at_once(database, lambda: _make_once(key))
        assert (answer.status_code, answer.json()["code"]) == (409, "in-progress")
    (answer,) = at_once(database, lambda: _make_once(key))
    assert answer.status_code == 201


@contextmanager
def _held(database: str, actor: str) -> Iterator[None]:
    """A connection of its own with a row that is not committed; that it closes, as by a death,
    takes the row back."""
    place = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(f"{place}/{database}") as connection:
        connection.execute(
            "INSERT INTO idempotency_answer (actor, key, request, at, headers)"
            " VALUES (%s, %s, 'x', now(), '{}')",
            [actor, KEY["Idempotency-Key"]],
        )
        yield
        connection.rollback()
