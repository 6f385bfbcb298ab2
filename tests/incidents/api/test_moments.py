"""Candidates for a moment over REST: recorded, seen, chosen, withdrawn."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock, ids
from tests import factory
from tests.factory import HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client()


@pytest.fixture
def aware() -> datetime:
    return clock.now() - timedelta(minutes=30)


@pytest.fixture
def reference(caller: APIClient, aware: datetime) -> str:
    body = factory.post(caller, "incidents", factory.breach(aware)).json()
    found: str = body["reference"]
    return found


def record(caller: APIClient, reference: str, at: datetime, **more: Any) -> Any:
    given = {"moment": "aware", "at": factory.iso(at), "basis": "The log.", **more}
    return factory.post(caller, f"incidents/{reference}/moments", given)


def moments(caller: APIClient, reference: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = factory.get(caller, f"incidents/{reference}/moments").json()[
        "results"
    ]
    return found


def due(incident: dict[str, Any]) -> datetime:
    stages = {duty["duty"]: duty["stages"] for duty in incident["duties"]}
    return datetime.fromisoformat(stages["notify"][0]["legal_due"])


def candidate(caller: APIClient, reference: str, at: datetime) -> str:
    record(caller, reference, at, decides=False)
    key: str = moments(caller, reference)[-1]["id"]
    return key


def test_a_record_decides_unless_it_says_otherwise(
    caller: APIClient, reference: str, aware: datetime
) -> None:
    answer = record(caller, reference, aware - HOUR, source="PagerDuty alert 4711")
    assert due(answer.json()) == aware + 7 * HOUR
    last = moments(caller, reference)[-1]
    assert (last["source"], last["counts"]) == ("PagerDuty alert 4711", True)


def test_a_candidate_stands_beside_the_one_that_counts(
    caller: APIClient, reference: str, aware: datetime
) -> None:
    answer = record(caller, reference, aware - HOUR, decides=False)
    assert due(answer.json()) == aware + 8 * HOUR
    assert [each["counts"] for each in moments(caller, reference)] == [True, False]


def test_the_one_that_counts_says_who_chose_it_and_why(caller: APIClient, reference: str) -> None:
    (found,) = moments(caller, reference)
    assert found["choice"]["because"] == "Stated in the report."
    assert found["choice"]["chosen_by"].startswith("api_key:")


def test_a_candidate_is_chosen(caller: APIClient, reference: str, aware: datetime) -> None:
    key = candidate(caller, reference, aware - HOUR)
    answer = factory.post(caller, f"moments/{key}/choice", {"because": "The log is right."})
    assert (answer.status_code, due(answer.json())) == (200, aware + 7 * HOUR)
    assert [each["counts"] for each in answer.json()["moments"]] == [False, True]


def test_what_would_move_is_seen_first(caller: APIClient, reference: str, aware: datetime) -> None:
    key = candidate(caller, reference, aware - HOUR)
    seen = factory.get(caller, f"moments/{key}/choice-preview").json()
    assert "breach/notify" in {change["duty"] for change in seen["changes"]}
    assert [each["counts"] for each in moments(caller, reference)] == [True, False]


def test_a_candidate_is_withdrawn_and_kept(
    caller: APIClient, reference: str, aware: datetime
) -> None:
    key = candidate(caller, reference, aware - HOUR)
    factory.post(caller, f"moments/{key}/withdrawal", {"because": "Wrong alert."})
    last = moments(caller, reference)[-1]
    assert (last["counts"], last["withdrawal"]["because"]) == (False, "Wrong alert.")


def test_what_counts_cannot_be_withdrawn(caller: APIClient, reference: str) -> None:
    (found,) = moments(caller, reference)
    answer = factory.post(caller, f"moments/{found['id']}/withdrawal", {"because": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")


@pytest.mark.parametrize("change", ["choice", "withdrawal"])
def test_a_decision_needs_its_reason(caller: APIClient, reference: str, change: str) -> None:
    (found,) = moments(caller, reference)
    answer = factory.post(caller, f"moments/{found['id']}/{change}", {})
    assert factory.pointers(answer.json()) == {"/because": "required"}


@pytest.mark.parametrize("change", ["choice", "withdrawal"])
def test_a_moment_that_is_none_is_not_found(caller: APIClient, change: str) -> None:
    answer = factory.post(caller, f"moments/{ids.new()}/{change}", {"because": "x"})
    assert answer.status_code == 404


@pytest.mark.parametrize("change", ["choice", "withdrawal"])
def test_a_reader_decides_nothing(caller: APIClient, reference: str, change: str) -> None:
    (found,) = moments(caller, reference)
    reader = factory.client("incidents:read")
    answer = factory.post(reader, f"moments/{found['id']}/{change}", {"because": "x"})
    assert answer.status_code == 403
