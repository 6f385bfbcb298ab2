"""Snoozing and handing over by REST."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.accounts.models import User
from governance.accounts.roles import INCIDENTS_READ
from incidents.models import Incident
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client()


def opened(caller: APIClient) -> str:
    answer = factory.post(caller, "incidents", factory.report(harms=["death"]))
    reference: str = answer.json()["reference"]
    return reference


def change(caller: APIClient, reference: str, what: str, **body: Any) -> Any:
    return factory.post(caller, f"incidents/{reference}/{what}", body)


def soon(minutes: int = 30) -> str:
    return factory.iso(clock.now() + timedelta(minutes=minutes))


def test_an_incident_names_its_lead(caller: APIClient) -> None:
    found = factory.get(caller, f"incidents/{opened(caller)}").json()
    assert (found["lead"], found["snoozed_until"]) == ("role:incident-commander", None)


def test_a_snooze_answers_with_its_end(caller: APIClient) -> None:
    until = soon()
    answer = change(caller, opened(caller), "snooze", until=until, reason="On my way.")
    assert (answer.status_code, answer.json()["snoozed_until"]) == (200, until)


def test_a_snooze_beyond_its_bounds_is_422(caller: APIClient) -> None:
    answer = change(caller, opened(caller), "snooze", until=soon(241), reason="x")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "4 hours at most" in answer.json()["detail"]


def test_what_is_acknowledged_cannot_be_snoozed(caller: APIClient) -> None:
    reference = opened(caller)
    change(caller, reference, "acknowledgement")
    answer = change(caller, reference, "snooze", until=soon(), reason="x")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")


def test_a_hand_over_to_a_role(caller: APIClient) -> None:
    reference = opened(caller)
    change(caller, reference, "acknowledgement")
    answer = change(caller, reference, "handover", role="executive", reason="My shift ends.")
    assert (answer.status_code, answer.json()["lead"]) == (200, "role:executive")
    assert answer.json()["acknowledged_at"] is None


def test_a_hand_over_to_a_person(caller: APIClient) -> None:
    ann = User.objects.create(username="ann", email="ann@example.org", roles=["responder"])
    answer = change(caller, opened(caller), "handover", person="ann", reason="x")
    assert answer.json()["lead"] == f"user:{ann.id}"


@pytest.mark.parametrize(
    ("what", "body", "errors"),
    [
        ("snooze", {"reason": "x"}, {"/until": "required"}),
        ("snooze", {"until": "2026-11-24T09:00:00", "reason": "x"}, {"/until": "offset-missing"}),
        ("handover", {"reason": "x"}, {"/role": "one-of-two"}),
        ("handover", {"role": "a", "person": "b", "reason": "x"}, {"/role": "one-of-two"}),
        ("handover", {"role": "executive"}, {"/reason": "required"}),
    ],
)
def test_what_is_missing_is_named(
    caller: APIClient, what: str, body: dict[str, Any], errors: dict[str, str]
) -> None:
    answer = change(caller, opened(caller), what, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert factory.pointers(answer.json()) == errors


@pytest.mark.parametrize("what", ["snooze", "handover"])
def test_a_key_that_only_reads_may_do_neither(caller: APIClient, what: str) -> None:
    answer = change(factory.client(INCIDENTS_READ), opened(caller), what)
    assert (answer.status_code, Incident.objects.get().snoozed_until) == (403, None)
