"""POST /incidents/batch: several reports, each by itself."""

import json
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from incidents.models import Incident, Submission
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client("incidents:report")


def item(key: str, **facts: Any) -> dict[str, Any]:
    return {"idempotency_key": key, "report": factory.report(**facts)}


def send(caller: APIClient, *items: Any) -> Any:
    return factory.post(caller, "incidents/batch", {"reports": list(items)})


def results(caller: APIClient, *items: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = send(caller, *items).json()["results"]
    return found


def test_each_report_opens_its_incident_in_order(caller: APIClient) -> None:
    answer = send(caller, item("a"), item("b", personal_data={"breach": True}))
    assert answer.status_code == 207
    found = answer.json()["results"]
    assert [each["idempotency_key"] for each in found] == ["a", "b"]
    references = [each["incident"] for each in found]
    assert references == [each.reference for each in Incident.objects.order_by("id")]


def test_one_that_does_not_fit_stops_no_other(caller: APIClient) -> None:
    found = results(caller, item("a"), item("b", harm=[]), item("c"))
    assert [each["status"] for each in found] == [201, 422, 201]
    assert found[1]["problem"]["code"] == "invalid-report"
    assert factory.pointers(found[1]["problem"]) == {"/harm": "unknown-field"}


def test_a_refused_item_is_kept_and_can_be_corrected(caller: APIClient) -> None:
    (found,) = results(caller, item("a", harm=[]))
    path = f"submissions/{found['problem']['submission']}/correction"
    assert factory.post(caller, path, factory.report()).status_code == 201


def test_the_kept_body_is_the_report_alone(caller: APIClient) -> None:
    results(caller, item("a"))
    assert json.loads(bytes(Submission.objects.get().body)) == factory.report()


def test_a_retried_batch_opens_nothing_anew(caller: APIClient) -> None:
    first, second = (results(caller, item("a"), item("b")) for _ in range(2))
    assert [each["incident"] for each in first] == [each["incident"] for each in second]
    assert [each["replayed"] for each in (*first, *second)] == [False, False, True, True]
    assert Incident.objects.count() == 2


def test_the_key_of_an_item_is_that_of_a_single_report(caller: APIClient) -> None:
    (found,) = results(caller, item("a"))
    body = json.dumps(factory.report(), separators=(",", ":")).encode()
    single = factory.post(caller, "incidents", body, **{"Idempotency-Key": "a"})
    assert single.json()["reference"] == found["incident"]


def test_a_key_with_another_report_is_refused(caller: APIClient) -> None:
    found = results(caller, item("a"), item("a", drill=True))
    assert found[1]["problem"]["code"] == "idempotency-key-reused"


@pytest.mark.parametrize(
    "wrong",
    [
        "text",
        None,
        {"report": factory.report()},
        {"idempotency_key": "", "report": {}},
        {"idempotency_key": 7, "report": {}},
        {"idempotency_key": "k" * 201, "report": {}},
        {"idempotency_key": "k", "report": {}, "more": 1},
    ],
)
def test_an_item_of_another_form_is_refused_and_kept(caller: APIClient, wrong: Any) -> None:
    found = results(caller, wrong, item("a"))
    assert [each["status"] for each in found] == [422, 201]
    assert found[0]["problem"]["code"] == "invalid-item"
    kept = Submission.objects.get(id=found[0]["problem"]["submission"])
    assert (kept.status, json.loads(bytes(kept.body))) == ("rejected", wrong)


@pytest.mark.parametrize(
    "body", [[], {}, {"reports": {}}, {"reports": []}, {"reports": [1], "x": 1}]
)
def test_what_is_no_batch_is_refused_and_kept(caller: APIClient, body: Any) -> None:
    answer = factory.post(caller, "incidents/batch", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-batch")
    assert Submission.objects.get().status == "rejected"


def test_a_body_that_is_not_json_is_400_and_kept(caller: APIClient) -> None:
    answer = factory.post(caller, "incidents/batch", b"{")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-json")
    assert bytes(Submission.objects.get().body) == b"{"


def test_more_than_a_hundred_are_refused(caller: APIClient) -> None:
    answer = send(caller, *(item(f"k{number}") for number in range(101)))
    assert answer.json()["code"] == "invalid-batch"
    assert not Incident.objects.exists()


def test_a_body_over_the_limit_is_413(caller: APIClient) -> None:
    body = b" " * (settings.REPORT_BODY_LIMIT + 1)
    assert factory.post(caller, "incidents/batch", body).status_code == 413


def test_without_policies_every_report_waits() -> None:
    (found,) = results(factory.client(), item("a"))
    assert (found["status"], found["problem"]["code"]) == (503, "no-release")
    assert Submission.objects.get().status == "received"
