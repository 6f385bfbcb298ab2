"""Duties, stages and moments are called as the policies call them, and by words where they call
them nothing."""

from datetime import timedelta

import pytest

from policies import titles
from policies.titles import Titles
from tests import factory
from tests.factory import AT

TITLED = ("- id: initial\n", "- id: initial\n          title: Initial notification\n")
PLACE = ("breach", "notify")


@pytest.fixture
def called(db: None) -> Titles:
    """The first stage has a title of its own."""
    factory.install(AT - timedelta(days=60), breach=factory.text("breach", TITLED))
    return titles.in_force(AT)


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


def test_a_duty_is_called_by_its_title_or_its_words(called: Titles) -> None:
    assert called.duty(PLACE) == "Notify the authority"
    assert called.duty(("breach", "never-heard")) == "never heard"


def test_what_is_proposed_is_called_as_proposed_and_the_rest_as_now(called: Titles) -> None:
    later = Titles({"aware": "We knew"}, {}, {("breach", "notify", "initial"): "First words"})
    both = called.followed_by(later)
    assert (both.moment("aware"), both.stage(PLACE, "initial")) == ("We knew", "First words")
    assert both.duty(PLACE) == "Notify the authority"
