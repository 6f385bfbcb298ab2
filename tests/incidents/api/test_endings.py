"""Voiding and merging over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from incidents.models import Incident
from tests import factory
from tests.factory import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client(owner=factory.person("officer", "compliance-officer"))


@pytest.fixture
def incident(caller: APIClient) -> Incident:
    return factory.submit(factory.breach(), at=AT)


@pytest.fixture
def other(caller: APIClient) -> Incident:
    return factory.submit(factory.breach(), at=AT)


def act(caller: APIClient, incident: Incident, what: str, **more: Any) -> Any:
    path = f"incidents/{incident.reference}/{what}"
    return factory.post(caller, path, {"reason": "Why.", **more})


def whole(caller: APIClient, incident: Incident) -> Any:
    return factory.get(caller, f"incidents/{incident.reference}").json()


def test_an_incident_is_voided_and_opened_again(caller: APIClient, incident: Incident) -> None:
    voided = act(caller, incident, "void").json()
    assert (voided["state"], voided["closed_as"]) == ("closed", "void")
    again = act(caller, incident, "void-reversal").json()
    assert (again["state"], again["closed_as"]) == ("open", "")


def test_the_list_finds_what_is_void(
    caller: APIClient, incident: Incident, other: Incident
) -> None:
    act(caller, incident, "void")
    found = factory.get(caller, "incidents", closed_as="void").json()["results"]
    assert [each["reference"] for each in found] == [incident.reference]


def test_voiding_takes_the_scope_to_approve(incident: Incident) -> None:
    assert act(factory.client("incidents:respond"), incident, "void").status_code == 403


def test_a_key_of_no_approver_does_not_void(caller: APIClient, incident: Incident) -> None:
    answer = act(factory.client(), incident, "void")
    assert (answer.status_code, answer.json()["code"]) == (403, "another-person-needed")


def test_a_duplicate_is_merged_as_the_preview_says(
    caller: APIClient, incident: Incident, other: Incident
) -> None:
    path = f"incidents/{incident.reference}/merge-preview"
    seen = factory.get(caller, path, into=other.reference).json()
    assert whole(caller, incident)["state"] == "open"
    done = act(caller, incident, "merge", into=other.reference)
    assert (done.status_code, done.json()) == (200, seen)
    assert whole(caller, incident)["merged_into"] == other.reference


def test_a_merge_is_taken_back(caller: APIClient, incident: Incident, other: Incident) -> None:
    act(caller, incident, "merge", into=other.reference)
    assert act(caller, incident, "merge-reversal").json()["state"] == "open"
    assert whole(caller, incident)["merged_into"] is None


def test_what_is_not_covered_is_409_and_named(caller: APIClient, other: Incident) -> None:
    death = factory.submit(factory.breach(harms=["death"]), at=AT)
    answer = act(caller, death, "merge", into=other.reference)
    assert (answer.status_code, answer.json()["code"]) == (409, "duties-not-covered")
    assert any("Report a death" in each for each in answer.json()["missing"])


def test_merging_into_nothing_is_said(caller: APIClient, incident: Incident) -> None:
    assert act(caller, incident, "merge", into="INC-1900-000001").status_code == 404
    assert act(caller, incident, "merge").status_code == 422
    path = f"incidents/{incident.reference}/merge-preview"
    assert factory.get(caller, path).status_code == 422
