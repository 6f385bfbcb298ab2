"""The systems of the register over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from tests import factory
from tests.factory import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client("incidents:read")


def systems(caller: APIClient) -> dict[str, Any]:
    found = factory.get(caller, "systems").json()["results"]
    return {each["id"]: each for each in found}


def test_every_system_of_the_register_is_there_with_its_owner(caller: APIClient) -> None:
    found = systems(caller)
    assert {name: each["owner_team"] for name, each in found.items()} == {
        "chat-bot": "sales",
        "triage": "care",
    }
    assert found["triage"]["facts"]["risk_class"] == "high"


def test_open_incidents_are_counted_by_severity(caller: APIClient) -> None:
    factory.submit(factory.breach(), at=AT)
    factory.submit(factory.report(), at=AT)
    factory.submit(factory.report(drill=True), at=AT)
    assert systems(caller)["triage"]["open"] == {"count": 2, "severities": {"SEV2": 1, "SEV3": 1}}
    assert systems(caller)["chat-bot"]["open"] == {"count": 0, "severities": {}}


def test_one_system_says_how_many_incidents_it_has_had(caller: APIClient) -> None:
    incident = factory.submit(factory.report(harms=["privacy"], personal_data={"breach": False}))
    factory.change(incident, "closed")
    found = factory.get(caller, "systems/triage").json()
    assert (found["open"]["count"], found["incidents"]) == (0, 1)


def test_one_that_the_register_has_lost_is_there_while_it_has_incidents(
    caller: APIClient,
) -> None:
    factory.submit(factory.report(), at=AT)
    text = factory.text(
        "register", ("id: triage", "id: other"), ("version: 1.0.0", "version: 2.0.0")
    )
    factory.impose(clock.now(), register=text)
    assert (systems(caller)["triage"]["registered"], systems(caller)["other"]["registered"]) == (
        False,
        True,
    )


def test_an_unknown_system_is_404(caller: APIClient) -> None:
    assert factory.get(caller, "systems/unknown").status_code == 404


def test_who_may_only_report_reads_no_register(caller: APIClient) -> None:
    assert factory.get(factory.client("incidents:report"), "systems").status_code == 403
