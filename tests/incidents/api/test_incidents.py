"""Incidents over REST: lists, details and changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from incidents.models import Incident
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client()


@pytest.fixture
def aware() -> datetime:
    """An hour before the database's present."""
    return clock.now() - timedelta(hours=1)


def opened(caller: APIClient, facts: dict[str, Any] | None = None) -> str:
    """The reference of a new incident."""
    answer = factory.post(caller, "incidents", facts or factory.report())
    reference: str = answer.json()["reference"]
    return reference


def change(caller: APIClient, reference: str, what: str, **body: Any) -> Any:
    return factory.post(caller, f"incidents/{reference}/{what}", body)


# --- reading -------------------------------------------------------------------------------------


def test_an_incident_is_found_by_reference_in_any_case_and_by_key(caller: APIClient) -> None:
    reference = opened(caller)
    key = str(Incident.objects.get().id)
    for name in (reference, reference.lower(), key):
        assert factory.get(caller, f"incidents/{name}").json()["reference"] == reference


def test_the_whole_incident_has_its_timeline_oldest_first(caller: APIClient) -> None:
    found = factory.get(caller, f"incidents/{opened(caller)}").json()
    assert [each["verb"] for each in found["timeline"]][:2] == [
        "incident.reported",
        "incident.classified",
    ]


def test_the_whole_incident_names_its_decision(caller: APIClient) -> None:
    found = factory.get(caller, f"incidents/{opened(caller)}").json()
    decision = Incident.objects.get().decisions.get()
    assert (found["decision"]["digest"], found["decision"]["release"]) == (
        decision.digest,
        factory.release().digest,
    )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 3),
        ({"severity": "SEV1"}, 1),
        ({"severity": "SEV3"}, 2),
        ({"system": "chat-bot"}, 1),
        ({"drill": "true"}, 1),
        ({"source": "monitor"}, 1),
        ({"state": "open"}, 3),
        ({"state": "closed"}, 0),
        ({"acknowledged": "true"}, 1),
        ({"acknowledged": "false"}, 2),
    ],
)
def test_incidents_are_filtered(caller: APIClient, query: dict[str, str], count: int) -> None:
    opened(caller, factory.report(harms=["death"], source={"name": "monitor"}))
    opened(caller, factory.report(system="chat-bot"))
    change(caller, opened(caller, factory.report(drill=True)), "acknowledgement")
    assert len(factory.get(caller, "incidents", **query).json()["results"]) == count


def test_incidents_are_filtered_by_time(caller: APIClient) -> None:
    before = factory.iso(clock.now())
    opened(caller)
    assert len(factory.get(caller, "incidents", since=before).json()["results"]) == 1
    assert factory.get(caller, "incidents", until=before).json()["results"] == []


def test_statistics_account_for_every_report(caller: APIClient) -> None:
    opened(caller)
    opened(caller, factory.report(harms=["death"]))
    factory.post(caller, "incidents", {})
    assert factory.get(caller, "statistics").json() == {
        "submissions": {
            "received": 0,
            "accepted": 2,
            "correlated": 0,
            "rejected": 1,
            "corrected": 0,
        },
        "incidents": 2,
        "severities": {"SEV1": 1, "SEV3": 1},
    }


# --- changing ------------------------------------------------------------------------------------


def test_an_amendment_answers_with_the_incident_as_it_is_then(caller: APIClient) -> None:
    reference = opened(caller)
    answer = change(caller, reference, "amendments", facts={"harms": ["death"]}, reason="Told.")
    assert answer.json()["severity"]["level"] == "SEV1"
    assert answer.json()["report"]["harms"] == ["death"]


def test_an_amendment_with_a_long_reason_is_taken(caller: APIClient) -> None:
    answer = change(caller, opened(caller), "amendments", facts={"harms": []}, reason="x" * 1000)
    assert answer.status_code == 200


def test_an_amendment_that_does_not_fit_says_where(caller: APIClient) -> None:
    answer = change(caller, opened(caller), "amendments", facts={"harms": ["deth"]}, reason="x")
    assert answer.status_code == 422
    assert factory.pointers(answer.json()) == {"/harms/0": "unknown-term"}


def test_a_moment_starts_a_clock(caller: APIClient, aware: datetime) -> None:
    reference = opened(caller, factory.breach(aware=None))
    answer = change(caller, reference, "moments", moment="aware", at=factory.iso(aware), basis="x")
    notify = next(each for each in answer.json()["duties"] if each["duty"] == "notify")
    assert notify["stages"][0]["standing"] == "running"
    assert answer.json()["moments"][0]["name"] == "aware"


def test_an_acknowledgement_names_its_time(caller: APIClient) -> None:
    answer = change(caller, opened(caller), "acknowledgement")
    assert answer.json()["acknowledged_at"] is not None


def test_a_second_acknowledgement_is_409(caller: APIClient) -> None:
    reference = opened(caller)
    change(caller, reference, "acknowledgement")
    answer = change(caller, reference, "acknowledgement")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")


def test_the_state_changes(caller: APIClient) -> None:
    answer = change(caller, opened(caller), "state", state="contained", reason="Switched off.")
    assert answer.json()["state"] == "contained"


def test_closing_with_open_duties_is_409_and_says_how_many(caller: APIClient) -> None:
    reference = opened(caller, factory.breach(harms=["privacy"], aware=None))
    answer = change(caller, reference, "state", state="closed", reason="Done.")
    assert (answer.status_code, answer.json()["code"]) == (409, "duties-open")
    assert answer.json()["open_duties"] == 1


@pytest.mark.parametrize(
    ("what", "body", "errors"),
    [
        ("amendments", {}, {"/facts": "required", "/reason": "required"}),
        ("amendments", {"facts": {}, "reason": "x"}, {"/facts": "empty"}),
        ("amendments", {"facts": {"a": 1}, "reason": "", "why": "x"}, {"/why": "unknown-field"}),
        ("amendments", {"facts": [], "reason": "x"}, {"/facts": "not_a_dict"}),
        ("moments", {"moment": "aware", "at": "today", "basis": "x"}, {"/at": "invalid"}),
        (
            "moments",
            {"moment": "aware", "at": "2026-01-01T00:00:00", "basis": "x"},
            {"/at": "offset-missing"},
        ),
        ("state", {"state": "gone", "reason": "x"}, {"/state": "invalid_choice"}),
        ("acknowledgement", {"by": "me"}, {"/by": "unknown-field"}),
    ],
)
def test_a_change_that_is_not_understood_is_422_with_every_place(
    caller: APIClient, what: str, body: dict[str, Any], errors: dict[str, str]
) -> None:
    answer = change(caller, opened(caller), what, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert factory.pointers(answer.json()) == errors


@pytest.mark.parametrize("body", [[], "x", 7])
def test_a_change_is_an_object(caller: APIClient, body: Any) -> None:
    answer = factory.post(caller, f"incidents/{opened(caller)}/state", body)
    assert (answer.status_code, factory.pointers(answer.json())) == (422, {"": "invalid"})


def test_a_moment_nobody_knows_is_422_with_the_nearest(caller: APIClient, aware: datetime) -> None:
    answer = change(
        caller, opened(caller), "moments", moment="awre", at=factory.iso(aware), basis="x"
    )
    assert answer.status_code == 422
    assert "Did you mean 'aware'?" in answer.json()["detail"]


@pytest.mark.parametrize("what", ["amendments", "moments", "acknowledgement", "state"])
def test_a_change_of_an_unknown_incident_is_404(caller: APIClient, what: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "amendments": {"facts": {"a": 1}, "reason": "x"},
        "moments": {"moment": "aware", "at": "2026-01-01T00:00:00Z", "basis": "x"},
        "acknowledgement": {},
        "state": {"state": "open", "reason": "x"},
    }
    assert change(caller, "INC-2026-999999", what, **bodies[what]).status_code == 404
