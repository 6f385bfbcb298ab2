"""Playbook and review on the page of an incident and in the API's answer."""

from datetime import datetime, timedelta

import pytest

from governance import clock
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, text
from tests.policies import response

INCIDENTS = "incidents_incident"


@pytest.fixture
def advised(db: None) -> Incident:
    """A breach under policies that have a playbook and a review for it."""
    now = clock.now()
    documents = {name: response.text(name) for name in ("playbook", "review")}
    factory.install(now - timedelta(days=60), **documents)
    return factory.submit(factory.breach(now - factory.HOUR), at=now - factory.MINUTE)


@pytest.fixture
def page(advised: Incident, officer: Desk) -> str:
    return text(officer.page(INCIDENTS, advised.id))


def test_the_page_shows_each_step_of_the_playbook(advised: Incident, page: str) -> None:
    assert "Lock the intruder out" in page
    assert "preserve evidence" in page
    assert "MANAGE 2.4" in page
    assert f"{advised.reported_at + factory.HOUR:%Y-%m-%d %H:%M} UTC" in page


def test_the_page_says_what_the_review_waits_for(page: str) -> None:
    assert "Waits for the moment <em>It was classified</em>. Led by Compliance officer." in page


def test_the_page_shows_when_the_review_is_due(advised: Incident, officer: Desk) -> None:
    factory.record(advised, "classified", clock.now() - factory.HOUR, at=clock.now())
    assert 'Due <strong class="by-nowrap">in 19 d' in text(officer.page(INCIDENTS, advised.id))


def test_a_playbook_that_may_apply_is_marked(advised: Incident, officer: Desk) -> None:
    factory.amend(advised, clock.now(), personal_data=None, harms=["death"])
    assert "These facts would settle it: <code>personal_data.breach</code>" in text(
        officer.page(INCIDENTS, advised.id)
    )


def test_without_a_playbook_or_review_the_page_says_so(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    found = text(officer.page(INCIDENTS, incident.id))
    assert "No playbook in force applies to this incident." in found
    assert "No policy in force asks for a review at this severity." in found


def test_the_api_answers_with_playbooks_and_reviews(advised: Incident) -> None:
    found = factory.get(factory.client(), f"incidents/{advised.reference}").json()
    (playbook,), (review,) = found["playbooks"], found["reviews"]
    assert (playbook["policy"], playbook["steps"][0]["role"]) == (
        "Playbook/breach@1.0.0",
        "responder",
    )
    assert (review["from"], review["due"]) == ("classified", None)
    assert [section["id"] for section in review["sections"]] == ["timeline", "luck"]
