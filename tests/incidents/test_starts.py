"""What starts clocks is called as the policies call it, and by words where they call it nothing."""

from datetime import timedelta

import pytest

from incidents import starts
from incidents.models import Clock, Incident
from tests import factory
from tests.factory import AT, HOUR

TITLED = ("- id: initial\n", "- id: initial\n          title: Initial notification\n")


@pytest.fixture
def incident(db: None) -> Incident:
    """The first stage has a title of its own; the second waits for it."""
    factory.install(AT - timedelta(days=60), breach=factory.text("breach", TITLED))
    return factory.submit(factory.breach(AT - HOUR, harms=["privacy"]))


def final(incident: Incident) -> Clock:
    return factory.deadline(incident, "notify", "final")


def test_a_clock_waits_for_a_stage_by_its_title(incident: Incident) -> None:
    assert [str(each) for each in starts.of(final(incident))] == [
        "“Initial notification” being sent"
    ]


def test_a_clock_is_counted_from_a_stage_by_its_title(incident: Incident) -> None:
    factory.fulfil(factory.deadline(incident, "notify", "initial"), AT)
    assert str(starts.counted_from(final(incident))) == "“Initial notification” being sent"


def test_what_has_not_started_is_counted_from_nothing(incident: Incident) -> None:
    assert starts.counted_from(final(incident)) is None
