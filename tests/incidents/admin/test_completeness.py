"""How much of what a stage must report is there."""

from datetime import datetime
from typing import Any

import pytest

from incidents import contents, correspondence, selectors
from incidents.admin import completeness
from incidents.admin.completeness import Complete
from incidents.models import Clock, Incident
from tests import factory
from tests.incidents.admin.desk import Desk, text

_CONTENT = "content: [harms, impact.people_affected, the measures taken]\n          remind:"


@pytest.fixture
def clock(now: datetime) -> Clock:
    """It must report one known fact, one that nobody knows, and one in the law's own words."""
    edits = (("remind:", _CONTENT), ("version: 1.0.0", "version: 1.1.0"))
    factory.impose(now - factory.HOUR, breach=factory.text("breach", *edits))
    incident = factory.submit(factory.breach(now - factory.HOUR, harms=["privacy"]), at=now)
    return factory.deadline(incident, "notify", "initial")


def complete(clock: Clock, drafted: Any = None) -> Complete:
    incident = clock.incident
    found = completeness.of(clock, incident.report, selectors.release_of(incident), drafted)
    assert found is not None
    return found


def test_a_known_fact_counts_as_there(clock: Clock) -> None:
    found = complete(clock)
    assert (found.there, found.required, found.drafted) == (1, 3, False)


def test_what_nobody_knows_is_named_apart_from_what_has_to_be_written(clock: Clock) -> None:
    found = complete(clock)
    assert found.missing == ["People affected"]
    assert found.to_write == ["the measures taken"]


def test_a_draft_says_what_it_lacks(clock: Clock, now: datetime) -> None:
    notice = correspondence.draft(clock, by=factory.PERSON, at=now)
    found = complete(clock, contents.of(notice))
    assert found.drafted
    assert found.to_write == ["the measures taken"]


def test_a_stage_without_contents_says_nothing(incident: Incident) -> None:
    clock = factory.deadline(incident, "notify", "final")
    release = selectors.release_of(incident)
    assert completeness.of(clock, incident.report, release, None) is None


def test_the_page_of_the_incident_names_what_is_missing(clock: Clock, officer: Desk) -> None:
    page = text(officer.page("incidents_incident", clock.incident_id))
    assert "1 of 3" in page
    assert "Nobody knows yet:" in page
