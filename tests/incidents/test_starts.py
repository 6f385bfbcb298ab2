"""What starts clocks is called as the policies call it, and by words where they call it nothing."""

from datetime import timedelta

import pytest

from incidents import starts
from incidents.models import Clock, Incident
from policies import titles
from policies.titles import Titles
from tests import factory
from tests.factory import AT, HOUR

TITLED = ("- id: initial\n", "- id: initial\n          title: Initial notification\n")
PLACE = ("breach", "notify")


@pytest.fixture
def incident(db: None) -> Incident:
    """The first stage has a title of its own; the second waits for it."""
    factory.install(AT - timedelta(days=60), breach=factory.text("breach", TITLED))
    return factory.submit(factory.breach(AT - HOUR, harms=["privacy"]))


@pytest.fixture
def called(incident: Incident) -> Titles:
    return titles.of(factory.deadline(incident, "notify", "initial").release_id)


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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("aware", "“We became aware”"),
        ("never_heard_of", "“never heard of”"),
        ("submitted:final", "“final” being sent"),
        ("submitted:never-heard", "“never heard” being sent"),
        ("due:initial", "the end of “Initial notification”"),
    ],
    ids=["moment", "unknown-moment", "no-title-of-its-own", "unknown-stage", "passed"],
)
def test_an_anchor_has_its_words(called: Titles, name: str, expected: str) -> None:
    assert str(called.start(name, PLACE)) == expected


def test_a_stage_of_another_duty_is_not_taken_for_it(called: Titles) -> None:
    assert called.start("submitted:initial", ("breach", "serious")).title == "initial"


@pytest.mark.parametrize("release", [None, "0" * 64], ids=["none", "unknown"])
def test_without_a_release_ids_are_spoken(db: None, release: str | None) -> None:
    found = titles.of(release)
    assert (found.moment("aware"), found.start("submitted:initial", PLACE).title) == (
        "aware",
        "initial",
    )
