"""Deciding again under another release than the one a duty was opened under."""

import pytest
from django.db import transaction

from incidents import decisions
from incidents.models import Incident
from policies import releases
from policies.release import Release
from tests import factory
from tests.factory import AT, HOUR, PERSON, deadline, duty, fulfil, pending

pytestmark = pytest.mark.django_db

SHORTER = (("hours: 8", "hours: 6"), ("1.0.0", "2.0.0"), ("title: Notify the", "title: Tell the"))
WITHOUT_FINAL = (
    ("        - id: final\n", ""),
    ("          limits: [{from: {submitted: initial}, hours: 24, counting: elapsed}]\n", ""),
    ("1.0.0", "2.0.0"),
)


@pytest.fixture
def incident() -> Incident:
    factory.install()
    return factory.submit(factory.breach(harms=["privacy"]))


def decide_under(release: Release, incident: Incident) -> None:
    with transaction.atomic():
        releases.pin(release, releases.members_at(AT + HOUR), at=AT + HOUR)
        decisions.again(incident, release, because="A new law.", by=PERSON, at=AT + HOUR)


def in_force(**edited: str) -> Release:
    factory.install(at=AT + HOUR, **edited)
    return releases.in_force(AT + HOUR)


def test_a_duty_takes_the_words_and_the_clocks_of_the_new_version(incident: Incident) -> None:
    decide_under(in_force(breach=factory.text("breach", *SHORTER)), incident)
    notify, initial = duty(incident, "notify"), deadline(incident, "notify", "initial")
    assert (notify.policy, notify.title) == ("ObligationPolicy/breach@2.0.0", "Tell the authority")
    assert (initial.title, initial.legal_due) == ("Tell the authority", AT + 6 * HOUR)
    assert ("overdue", "1") in pending(initial)
    assert "duty.repinned" in factory.verbs(incident)


def test_a_stage_that_the_new_version_has_not_is_cancelled(incident: Incident) -> None:
    decide_under(in_force(breach=factory.text("breach", *WITHOUT_FINAL)), incident)
    final = deadline(incident, "notify", "final")
    assert (final.state, final.cancelled_because) == (
        "cancelled",
        "The policy has no such stage now.",
    )


def test_a_stage_that_only_the_new_version_has_is_opened() -> None:
    factory.install(breach=factory.text("breach", *WITHOUT_FINAL[:2]))
    incident = factory.submit(factory.breach(harms=["privacy"]))
    decide_under(in_force(breach=factory.text("breach", ("1.0.0", "2.0.0"))), incident)
    assert deadline(incident, "notify", "final").waits_for == ["submitted:initial"]


def test_a_duty_that_no_policy_knows_any_more_stays_and_is_counted_as_before(
    incident: Incident,
) -> None:
    unknown = factory.text("breach", ("id: notify", "id: other"), ("1.0.0", "2.0.0"))
    decide_under(in_force(breach=unknown), incident)
    fulfil(deadline(incident, "notify", "initial"), AT + 2 * HOUR)
    final = deadline(incident, "notify", "final")
    assert (duty(incident, "notify").policy, final.legal_due) == (
        "ObligationPolicy/breach@1.0.0",
        AT + 26 * HOUR,
    )


def test_a_fulfilled_duty_keeps_the_version_it_was_fulfilled_under(incident: Incident) -> None:
    for stage in ("initial", "final"):
        fulfil(deadline(incident, "notify", stage), AT + HOUR)
    decide_under(in_force(breach=factory.text("breach", *SHORTER)), incident)
    assert duty(incident, "notify").policy == "ObligationPolicy/breach@1.0.0"
    assert duty(incident, "notify").state == "fulfilled"
