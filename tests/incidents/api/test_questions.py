"""What nobody knows yet, and answering it, over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from incidents import questions
from incidents.models import Incident
from tests import factory
from tests.factory import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client()


def asked(caller: APIClient, **query: str) -> dict[str, Any]:
    found = factory.get(caller, "questions", **query).json()["results"]
    return {each["fact"]: each for each in found}


def answer(caller: APIClient, incident: Incident, **answers: Any) -> Any:
    body = {"answers": answers, "reason": "We looked."}
    return factory.post(caller, f"incidents/{incident.reference}/answers", body)


def test_each_missing_fact_is_one_question_for_all_who_wait(caller: APIClient) -> None:
    one, two = (factory.submit(factory.report(), at=AT) for _ in range(2))
    found = asked(caller)
    assert set(found) == {"harms", "personal_data.breach", "personal_data.risk"}
    waiting = [(each["incident"], each["title"]) for each in found["harms"]["waiting"]]
    assert sorted(waiting) == sorted(
        (each.reference, title)
        for each in (one, two)
        for title in ("Report serious harm", "Report a death")
    )


def test_a_question_says_what_may_be_answered_by_when_and_whose_it_is(caller: APIClient) -> None:
    incident = factory.submit(factory.report(), at=AT)
    found = asked(caller)["harms"]
    assert found["terms"] == ["death", "injury", "privacy"]
    assert found["answerable"]
    limits = incident.duties.filter(missing=["harms"]).values_list("determine_by", flat=True)
    assert found["by"] == factory.iso(min(each for each in limits if each))
    assert {each["owner"] for each in found["waiting"]} == {"legal-counsel"}


def test_questions_are_of_one_incident_or_owner_where_asked(caller: APIClient) -> None:
    one, _ = (factory.submit(factory.report(), at=AT) for _ in range(2))
    found = asked(caller, incident=one.reference)
    assert {each["incident"] for each in found["harms"]["waiting"]} == {one.reference}
    assert asked(caller, owner="executive") == {}


def test_what_is_known_asks_nothing(caller: APIClient) -> None:
    factory.submit(factory.breach(harms=["privacy"]), at=AT)
    assert asked(caller) == {}


def test_of_very_many_the_first_are_told_and_the_rest_counted(
    caller: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "MOST", 2)
    factory.submit(factory.report(), at=AT)
    found = factory.get(caller, "questions").json()
    assert found["left_out"] == 1
    assert len({each["duty"] for one in found["results"] for each in one["waiting"]}) == 2


def test_an_unknown_filter_is_refused(caller: APIClient) -> None:
    assert factory.get(caller, "questions", onwer="x").status_code == 422


def test_an_answer_states_the_fact_and_decides_again(caller: APIClient) -> None:
    incident = factory.submit(factory.report(), at=AT)
    given = {"harms": ["death"], "personal_data.breach": False}
    found = answer(caller, incident, **given)
    assert found.status_code == 200
    assert found.json()["report"]["personal_data"] == {"breach": False}
    assert found.json()["severity"]["level"] == "SEV1"
    assert asked(caller) == {}


def test_an_answer_that_does_not_fit_changes_nothing(caller: APIClient) -> None:
    incident = factory.submit(factory.report(), at=AT)
    problem = answer(caller, incident, harms=["deth"])
    assert factory.pointers(problem.json()) == {"/harms/0": "unknown-term"}
    assert "harms" in asked(caller)


def test_an_answer_within_another_is_refused(caller: APIClient) -> None:
    incident = factory.submit(factory.report(), at=AT)
    given = {"personal_data": True, "personal_data.breach": True}
    assert answer(caller, incident, **given).status_code == 422
