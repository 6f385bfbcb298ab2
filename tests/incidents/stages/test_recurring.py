"""Reports that come again until their end: each its own clock, the next with the last's receipt."""

import json

import pytest
from django.db import IntegrityError, transaction

from governance.ledger.models import Entry
from incidents import states
from incidents.models import Incident
from tests import factory, schedules
from tests.factory import AT, HOUR, duty, fulfil, pending, record
from tests.schedules import DAY, WEEK, clock

pytestmark = pytest.mark.django_db

SENT = AT + HOUR
DUE = SENT + 4 * WEEK


@pytest.fixture
def incident() -> Incident:
    """The first report is sent, and the first of those that come again runs."""
    schedules.install("model")
    opened = factory.submit(schedules.report())
    fulfil(clock(opened, "initial"), SENT)
    return opened


def entry(incident: Incident, verb: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        Entry.objects.filter(incident_id=incident.id, verb=verb).latest("id").body
    )
    return found


def test_the_first_is_numbered_and_counts_from_its_anchor(incident: Incident) -> None:
    first = clock(incident, "intermediate")
    assert (first.title, first.state, first.legal_due) == (
        "Intermediate report, no. 1",
        "running",
        DUE,
    )


def test_the_next_opens_with_the_submission_and_counts_from_it(incident: Incident) -> None:
    fulfil(clock(incident, "intermediate"), SENT + WEEK)
    following = clock(incident, "intermediate", occurrence=2)
    assert (following.title, following.state, following.legal_due) == (
        "Intermediate report, no. 2",
        "running",
        SENT + 5 * WEEK,
    )
    assert clock(incident, "intermediate").state == "fulfilled"


def test_lateness_does_not_push_the_schedule(incident: Incident) -> None:
    fulfil(clock(incident, "intermediate"), DUE + 3 * DAY)
    following = clock(incident, "intermediate", occurrence=2)
    assert (following.legal_due, following.anchor) == (DUE + 4 * WEEK, "due:intermediate")


def test_the_next_has_its_own_timers_and_the_last_none(incident: Incident) -> None:
    last = fulfil(clock(incident, "intermediate"), SENT + WEEK)
    following = clock(incident, "intermediate", occurrence=2)
    assert pending(following) == [("at_risk", "at risk"), ("overdue", "1")]
    assert pending(last) == []


def test_the_next_is_in_the_trail_with_its_due_time(incident: Incident) -> None:
    fulfil(clock(incident, "intermediate"), SENT + WEEK)
    found = entry(incident, "clock.opened")
    after = found["after"]
    assert isinstance(after, dict)
    assert (found["reason"], after["occurrence"], after["legal_due"]) == (
        "The stage 'intermediate' was submitted.",
        2,
        "2026-12-28T09:00:00.000000Z",
    )


def test_a_corrected_moment_moves_no_occurrence_that_counts_from_a_submission(
    incident: Incident,
) -> None:
    record(incident, "aware", AT - HOUR)
    assert clock(incident, "intermediate").legal_due == DUE


def test_the_end_cancels_the_running_one_with_its_reason(incident: Incident) -> None:
    record(incident, "resolved", SENT + WEEK, at=SENT + WEEK)
    first = clock(incident, "intermediate")
    assert (first.state, pending(first)) == ("cancelled", [])
    assert first.cancelled_because == "The moment 'resolved' has come, which ends these reports."
    assert entry(incident, "clock.cancelled")["reason"] == first.cancelled_because
    assert schedules.states(incident, "intermediate") == ["cancelled"]


def test_the_end_may_be_stated_by_an_amendment(incident: Incident) -> None:
    later = SENT + WEEK
    factory.amend(incident, at=later, moments={"resolved": factory.iso(later)})
    assert schedules.states(incident, "intermediate") == ["cancelled"]


def test_the_end_does_not_hide_one_that_was_missed_before_it(incident: Incident) -> None:
    resolved = DUE + DAY
    record(incident, "resolved", resolved, at=resolved)
    first = clock(incident, "intermediate")
    assert states.standing(first, at=resolved, shadow=False) == "overdue"
    fulfil(first, resolved + HOUR)
    assert schedules.states(incident, "intermediate") == ["fulfilled"]


def test_after_the_end_nothing_new_opens(incident: Incident) -> None:
    fulfil(clock(incident, "intermediate"), SENT + WEEK)
    record(incident, "resolved", SENT + 2 * WEEK, at=SENT + 2 * WEEK)
    fulfil(clock(incident, "final"), SENT + 3 * WEEK)
    assert schedules.states(incident, "intermediate") == ["fulfilled", "cancelled"]


def test_the_duty_is_open_until_the_last_report_after_the_end(incident: Incident) -> None:
    fulfil(clock(incident, "intermediate"), SENT + WEEK)
    record(incident, "resolved", SENT + 2 * WEEK, at=SENT + 2 * WEEK)
    final = clock(incident, "final")
    assert (duty(incident, "track").state, final.legal_due) == ("open", SENT + 2 * WEEK + 60 * DAY)
    fulfil(final, SENT + 3 * WEEK)
    assert duty(incident, "track").state == "fulfilled"


def test_a_duty_that_only_recurs_is_fulfilled_by_its_end() -> None:
    final = """        - id: final
          limits: [{from: resolved, days: 60, counting: elapsed}]
"""
    schedules.install("model", (final, ""))
    incident = factory.submit(schedules.report())
    fulfil(clock(incident, "initial"), SENT)
    assert duty(incident, "track").state == "open"
    record(incident, "resolved", SENT + WEEK, at=SENT + WEEK)
    assert duty(incident, "track").state == "fulfilled"
    assert factory.verbs(incident).count("duty.fulfilled") == 1


def test_a_duty_that_comes_back_goes_on_with_the_occurrence_it_had(incident: Incident) -> None:
    fulfil(clock(incident, "intermediate"), SENT + WEEK)
    factory.amend(incident, at=SENT + WEEK, impact={"reversible": True})
    assert schedules.states(incident, "intermediate") == ["fulfilled", "cancelled"]
    factory.amend(incident, at=SENT + WEEK + HOUR, impact={"reversible": False})
    assert schedules.states(incident, "intermediate") == ["fulfilled", "running"]
    following = clock(incident, "intermediate", occurrence=2)
    assert (following.legal_due, following.cancelled_because) == (SENT + 5 * WEEK, "")


def test_closing_needs_the_end(incident: Incident) -> None:
    factory.amend(incident, at=SENT, harms=["privacy"], personal_data={"breach": False})
    resolved = SENT + WEEK
    record(incident, "resolved", resolved, at=resolved)
    fulfil(clock(incident, "final"), resolved)
    assert factory.change(incident, "closed", at=resolved).state == "closed"


def test_the_database_insists_on_one_unfinished_occurrence(incident: Incident) -> None:
    another = clock(incident, "intermediate")
    another.id, another.occurrence = incident.id, 2
    with pytest.raises(IntegrityError, match="clock_one_unfinished"), transaction.atomic():
        another.save(force_insert=True)


def test_the_database_insists_on_each_occurrence_once(incident: Incident) -> None:
    another = clock(incident, "intermediate")
    another.id, another.state = incident.id, "cancelled"
    with pytest.raises(IntegrityError, match="clock_once"), transaction.atomic():
        another.save(force_insert=True)


def test_the_database_insists_on_counting_from_one(incident: Incident) -> None:
    with pytest.raises(IntegrityError, match="clock_occurrence_from_one"), transaction.atomic():
        incident.clocks.filter(stage="intermediate").update(occurrence=0)
