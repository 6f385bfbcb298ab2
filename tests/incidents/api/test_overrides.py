"""A person's word on the severity over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from incidents.models import Incident
from tests import factory
from tests.factory import get, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    return factory.submit(factory.breach())


@pytest.fixture
def caller(incident: Incident) -> APIClient:
    return factory.client()


@pytest.fixture
def counsel() -> APIClient:
    return factory.client(owner=factory.approver())


def say(caller: APIClient, incident: Incident, level: str) -> Any:
    path = f"incidents/{incident.reference}/severity"
    return post(caller, path, {"level": level, "reason": "We know more."})


def severity(caller: APIClient, incident: Incident) -> Any:
    return get(caller, f"incidents/{incident.reference}").json()["severity"]


def test_a_more_severe_level_holds_and_says_what_the_policies_compute(
    caller: APIClient, incident: Incident
) -> None:
    answer = say(caller, incident, "SEV1")
    found = severity(caller, incident)
    assert (answer.status_code, answer.json()["state"]) == (201, "in_force")
    assert (found["level"], found["computed"]) == ("SEV1", "SEV2")
    assert found["override"]["reason"] == "We know more."
    assert found["because"] == ["Personal data were breached."]


def test_where_nobody_said_anything_both_are_the_same(
    caller: APIClient, incident: Incident
) -> None:
    found = severity(caller, incident)
    assert (found["level"], found["computed"], found["override"]) == ("SEV2", "SEV2", None)


def test_a_less_severe_level_is_found_in_the_list_and_approved_by_another(
    caller: APIClient, counsel: APIClient, incident: Incident
) -> None:
    say(caller, incident, "SEV3")
    (row,) = get(counsel, "severity-overrides", state="requested").json()["results"]
    answer = post(counsel, f"severity-overrides/{row['id']}/approval", {"note": "Seen."})
    assert (answer.json()["state"], answer.json()["decided_by"]) == (
        "in_force",
        str(factory.approver()),
    )
    assert severity(caller, incident)["level"] == "SEV3"


def test_who_asked_does_not_approve(counsel: APIClient, incident: Incident) -> None:
    row = say(counsel, incident, "SEV3").json()
    answer = post(counsel, f"severity-overrides/{row['id']}/approval", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "another-person-needed")


def test_a_refusal_and_a_withdrawal_leave_it(
    caller: APIClient, counsel: APIClient, incident: Incident
) -> None:
    row = say(caller, incident, "SEV3").json()
    assert post(counsel, f"severity-overrides/{row['id']}/refusal", {}).json()["state"] == "refused"
    row = say(caller, incident, "SEV3").json()
    path = f"severity-overrides/{row['id']}/withdrawal"
    assert post(caller, path, {"note": "By mistake."}).json()["state"] == "withdrawn"
    assert severity(caller, incident)["level"] == "SEV2"


def test_a_level_that_there_is_not_says_the_nearest(caller: APIClient, incident: Incident) -> None:
    answer = say(caller, incident, "SEV11")
    assert answer.status_code == 422
    assert "Did you mean 'SEV1'" in answer.json()["detail"]


def test_the_same_once_more_is_a_conflict(caller: APIClient, incident: Incident) -> None:
    say(caller, incident, "SEV1")
    assert say(caller, incident, "SEV1").status_code == 409


def test_one_can_be_read_at_its_address(caller: APIClient, incident: Incident) -> None:
    answer = say(caller, incident, "SEV1")
    assert caller.get(answer["Location"]).json() == answer.json()


def test_the_reason_is_withheld_from_who_may_not_read_personal_data(
    caller: APIClient, incident: Incident
) -> None:
    say(caller, incident, "SEV1")
    reader = factory.client(INCIDENTS_READ, INCIDENTS_RESPOND)
    (row,) = get(reader, "severity-overrides").json()["results"]
    assert "We know more." not in str(row)
    assert "We know more." not in str(severity(reader, incident))
