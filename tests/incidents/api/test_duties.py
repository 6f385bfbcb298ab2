"""One duty over REST, and a person's word on a decision not to notify."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from incidents.models import Incident
from tests import factory
from tests.factory import HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    at = clock.now()
    facts = factory.report(
        personal_data={"breach": True, "risk": "unlikely"},
        moments={"aware": factory.iso(at - HOUR)},
    )
    return factory.submit(facts, at=at)


@pytest.fixture
def counsel() -> APIClient:
    return factory.client(owner=factory.approver())


def path(incident: Incident, rest: str = "") -> str:
    return f"duties/{factory.duty(incident, 'notify').id}{rest}"


def judged(caller: APIClient, incident: Incident, word: str) -> Any:
    return factory.post(caller, path(incident, f"/{word}"), {"note": "Looked at."})


def test_it_says_why_it_does_not_apply_and_by_when_to_confirm(
    counsel: APIClient, incident: Incident
) -> None:
    found = factory.get(counsel, path(incident)).json()
    assert (found["state"], found["confirmation"]) == ("not_applicable", "unconfirmed")
    assert found["because"].startswith("personal_data.risk is unlikely")
    assert found["confirm_by"] is not None


def test_confirming_names_who_did(counsel: APIClient, incident: Incident) -> None:
    found = judged(counsel, incident, "confirmation").json()
    assert (found["confirmation"], found["confirmed_by"], found["confirmation_note"]) == (
        "confirmed",
        str(factory.approver()),
        "Looked at.",
    )


def test_contesting_opens_the_duty_with_its_clocks(counsel: APIClient, incident: Incident) -> None:
    found = judged(counsel, incident, "contest").json()
    assert (found["state"], found["because"]) == ("open", "")
    assert [stage["standing"] for stage in found["stages"]] == [
        "running",
        "not_started",
        "not_started",
    ]


@pytest.mark.parametrize("word", ["confirmation", "contest"])
def test_it_takes_the_scope(incident: Incident, word: str) -> None:
    responder = factory.client(INCIDENTS_READ, INCIDENTS_RESPOND)
    assert judged(responder, incident, word).status_code == 403


def test_and_a_person_with_the_role(incident: Incident) -> None:
    answer = judged(factory.client(), incident, "confirmation")
    assert (answer.status_code, answer.json()["code"]) == (403, "another-person-needed")


def test_unconfirmed_ones_can_be_listed(counsel: APIClient, incident: Incident) -> None:
    found = factory.get(counsel, "duties", confirmation="unconfirmed", policy="breach").json()
    assert [each["duty"] for each in found["results"]] == ["notify"]


def test_what_is_not_there_is_not_found(counsel: APIClient, incident: Incident) -> None:
    assert factory.get(counsel, f"duties/{incident.id}").status_code == 404


@pytest.mark.parametrize(("sign", "way"), [("", 1), ("-", -1)])
def test_questions_are_ordered_by_when_they_have_to_be_determined(
    counsel: APIClient, sign: str, way: int
) -> None:
    factory.install()
    for at in (clock.now(), clock.now() - HOUR):
        factory.submit(factory.report(personal_data={"breach": True}), at=at)
    rows = factory.get(counsel, "duties", ordering=f"{sign}determine_by").json()["results"]
    found = [each["determine_by"] for each in rows]
    assert len(found) > 1
    assert found == sorted(found)[::way]
