"""Recurring reports and several recipients over REST, from the report to the closed incident."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from tests import factory, schedules
from tests.factory import HOUR
from tests.schedules import DAY, WEEK

pytestmark = pytest.mark.django_db
PATHS = ("occurrence", "recipient_id", "title", "standing")


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def caller() -> APIClient:
    return factory.client()


def opened(caller: APIClient, name: str, aware: datetime) -> str:
    """The reference of an incident under this policy, with the questions of the house answered."""
    schedules.install(name)
    facts = schedules.report(aware, harms=["privacy"], personal_data={"breach": False})
    reference: str = factory.post(caller, "incidents", facts).json()["reference"]
    return reference


def stages(caller: APIClient, reference: str, duty: str) -> list[dict[str, Any]]:
    (found,) = factory.get(caller, "duties", incident=reference, duty=duty).json()["results"]
    listed: list[dict[str, Any]] = found["stages"]
    return listed


def send(caller: APIClient, stage: dict[str, Any], at: datetime) -> dict[str, Any]:
    answer = factory.post(
        caller, f"clocks/{stage['id']}/fulfilment", {"submitted_at": factory.iso(at)}
    )
    assert answer.status_code == 200, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def moment(caller: APIClient, reference: str, name: str, at: datetime) -> None:
    body = {"moment": name, "at": factory.iso(at), "basis": "The log."}
    assert factory.post(caller, f"incidents/{reference}/moments", body).status_code < 300


def test_reports_recur_until_the_end_and_the_last_one_closes(
    caller: APIClient, now: datetime
) -> None:
    reference = opened(caller, "model", now - 6 * WEEK)
    send(caller, stages(caller, reference, "track")[0], now - 6 * WEEK + HOUR)
    send(caller, stages(caller, reference, "track")[1], now - 3 * WEEK)
    moment(caller, reference, "resolved", now - DAY)
    found = stages(caller, reference, "track")
    assert [(each["title"], each["standing"]) for each in found] == [
        ("Track the incident", "met"),
        ("Intermediate report, no. 1", "met"),
        ("Intermediate report, no. 2", "cancelled"),
        ("Track the incident", "running"),
    ]
    assert datetime.fromisoformat(found[3]["legal_due"]) == now + 59 * DAY
    assert send(caller, found[3], now)["duty_state"] == "fulfilled"
    closing = {"state": "closed", "reason": "Done."}
    answer = factory.post(caller, f"incidents/{reference}/state", closing)
    assert answer.json()["state"] == "closed"


def test_an_open_recurring_report_keeps_the_incident_open(caller: APIClient, now: datetime) -> None:
    reference = opened(caller, "model", now - WEEK)
    send(caller, stages(caller, reference, "track")[0], now - WEEK + HOUR)
    closing = {"state": "closed", "reason": "Done."}
    answer = factory.post(caller, f"incidents/{reference}/state", closing)
    assert (answer.status_code, answer.json()["code"]) == (409, "duties-open")


def test_a_clock_names_its_occurrence_and_its_recipient(caller: APIClient, now: datetime) -> None:
    reference = opened(caller, "both", now - HOUR)
    first, second, _ = stages(caller, reference, "warn")
    assert [first[name] for name in PATHS] == [
        1,
        "team",
        "Early warning (Response team)",
        "running",
    ]
    assert (second["recipient_id"], second["recipient"]) == ("agency", "Security agency")


def test_two_recipients_are_answered_one_by_one(caller: APIClient, now: datetime) -> None:
    reference = opened(caller, "both", now - timedelta(hours=3))
    for stage in stages(caller, reference, "warn")[:2]:
        assert send(caller, stage, now - HOUR)["duty_state"] == "open"
    final = stages(caller, reference, "warn")[2]
    assert datetime.fromisoformat(final["legal_due"]) == now + 71 * HOUR
    assert send(caller, final, now)["duty_state"] == "fulfilled"


def test_a_late_classification_gives_four_hours_more(caller: APIClient, now: datetime) -> None:
    reference = opened(caller, "major", now - 30 * HOUR)
    assert stages(caller, reference, "major")[0]["standing"] == "overdue"
    moment(caller, reference, "classified", now)
    (found,) = stages(caller, reference, "major")
    assert (found["standing"], found["anchor"]) == ("running", "classified")


def test_a_clock_says_which_fact_would_settle_whether_it_is_owed(
    caller: APIClient, now: datetime
) -> None:
    reference = opened(caller, "people", now)
    assert [each["missing"] for each in stages(caller, reference, "inform")] == [
        [],
        ["personal_data.risk"],
    ]
