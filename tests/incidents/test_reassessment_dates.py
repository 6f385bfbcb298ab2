"""Deadlines of an open incident under a newer version: counted anew, with both dates on record."""

import pytest

from governance.outbox.models import Message
from incidents import sweep
from incidents.models import Incident
from tests import factory
from tests.factory import AT, HOUR, MINUTE, deadline
from tests.incidents.reassessing import (
    NEXT,
    SHORTER,
    approve,
    breach,
    change,
    entry,
    sweep_at,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    opened = breach()
    Message.objects.update(state="sent", sent_at=factory.AT)
    return opened


def test_a_shorter_limit_moves_the_date_and_shows_both(incident: Incident) -> None:
    approve(SHORTER)
    sweep_at()
    assert deadline(incident, "notify", "initial").legal_due == AT + 6 * HOUR
    found = change(incident, "breach/notify")
    (stage,) = found["stages"]
    assert (found["what"], found["after"]["policy"]) == (
        "deadlines",
        "ObligationPolicy/breach@2.0.0",
    )
    assert [stage[side]["legal_due"] for side in ("before", "after")] == [
        "2026-11-23T16:00:00.000000Z",
        "2026-11-23T14:00:00.000000Z",
    ]


def test_a_date_that_comes_closer_is_told(incident: Incident) -> None:
    approve(SHORTER)
    sweep_at()
    assert told() == ["New policies change duties"]


def test_a_date_that_moves_away_is_not_told(incident: Incident) -> None:
    approve(factory.text("breach", NEXT, ("hours: 8", "hours: 9")))
    sweep_at()
    assert (deadline(incident, "notify", "initial").legal_due, told()) == (AT + 9 * HOUR, [])


def test_the_timers_follow_the_date(incident: Incident) -> None:
    approve(SHORTER)
    sweep_at()
    timers = deadline(incident, "notify", "initial").timers.filter(state="pending")
    assert {timer.due_at for timer in timers.filter(kind="overdue")} == {AT + 6 * HOUR}
    assert {timer.due_at for timer in timers.filter(step="50%")} == {AT + 3 * HOUR}


def test_a_reminder_that_was_given_is_not_given_again(incident: Incident) -> None:
    sweep.run(at=AT + 4 * HOUR + MINUTE)  # half of eight hours is over
    approve(SHORTER, at=AT + 5 * HOUR - 2 * MINUTE)
    sweep_at(AT + 5 * HOUR - 2 * MINUTE)
    reminders = deadline(incident, "notify", "initial").timers.filter(kind="reminder")
    assert list(reminders.filter(state="pending").values_list("step", flat=True)) == [
        "1 hour before"
    ]


def test_another_rule_and_calendar_are_frozen_with_what_was_before(incident: Incident) -> None:
    days = "days: 1, counting: calendar-days, calendar: office"
    approve(factory.text("breach", NEXT, ("hours: 8, counting: elapsed", days)))
    sweep_at()
    clock = deadline(incident, "notify", "initial")
    assert (clock.counting, clock.calendar, clock.zone) == (
        "calendar-days",
        "office@1.0.0",
        "Europe/Brussels",
    )
    body = entry(incident, "clock.counted")
    assert [body[side]["zone"] for side in ("before", "after")] == ["UTC", "Europe/Brussels"]  # type: ignore[index]


def test_an_alarm_goes_to_whom_the_new_matrix_names(incident: Incident) -> None:
    contact = ("legal@example.org", "lawyers@example.org")
    approve(factory.text("escalation", NEXT, contact))
    sweep_at()
    sweep.run(at=AT + 8 * HOUR)
    overdue = Message.objects.filter(subject__contains="OVERDUE")
    assert "lawyers@example.org" in overdue.values_list("destination", flat=True)
