"""Which playbooks and reviews an incident gets, and when they are due."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policies import playbooks, reviews
from policies.release import Release
from tests import factory
from tests.policies import response

REPORTED = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
RELEASE: Release = factory.release(
    playbook=response.text("playbook"), review=response.text("review")
)


def found(level: str = "SEV1", **facts: Any) -> tuple[playbooks.Applicable, ...]:
    return playbooks.applicable(RELEASE, facts, level, reported_at=REPORTED)


@pytest.mark.parametrize(
    ("level", "breach", "count"),
    [("SEV1", True, 1), ("SEV2", True, 1), ("SEV3", True, 0), ("SEV1", False, 0)],
)
def test_a_playbook_applies_at_its_levels_when_its_condition_holds(
    level: str, breach: bool, count: int
) -> None:
    assert len(found(level, personal_data={"breach": breach})) == count


def test_steps_stand_in_order_and_are_due_after_the_report() -> None:
    (playbook,) = found(personal_data={"breach": True})
    assert [(each.step.id, each.due) for each in playbook.steps] == [
        ("lock-out", REPORTED + timedelta(hours=1)),
        ("keep-logs", None),
    ]


def test_a_playbook_that_may_apply_says_what_would_settle_it() -> None:
    (playbook,) = found()
    assert playbook.missing == ("personal_data.breach",)


def test_a_playbook_that_applies_stands_before_one_that_may() -> None:
    harm = response.text(
        "playbook", ("name: breach", "name: harm"), ("personal_data.breach: true", "harms: x")
    )
    release = factory.release(playbook=harm, second=response.text("playbook"))
    facts = {"harms": "x"}
    listed = playbooks.applicable(release, facts, "SEV1", reported_at=REPORTED)
    assert [each.policy for each in listed] == ["Playbook/harm@1.0.0", "Playbook/breach@1.0.0"]


def test_a_playbook_without_a_condition_applies_at_its_levels() -> None:
    always = response.text("playbook", ("  applies_when: {personal_data.breach: true}\n", ""))
    release = factory.release(playbook=always)
    assert len(playbooks.applicable(release, {}, "SEV1", reported_at=REPORTED)) == 1


def test_a_review_is_due_its_time_after_the_moment_it_starts_from() -> None:
    (review,) = reviews.owed(RELEASE, "SEV1", starts={"resolved": REPORTED})
    assert review.due == REPORTED + timedelta(days=10)


def test_a_review_waits_for_the_moment_it_starts_from() -> None:
    (review,) = reviews.owed(RELEASE, "SEV2", starts={"resolved": REPORTED})
    assert (review.due, review.demand.start) == (None, "classified")


def test_a_severity_that_no_template_names_owes_no_review() -> None:
    assert reviews.owed(RELEASE, "SEV3", starts={}) == ()
