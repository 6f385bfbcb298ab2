"""Pauses: a period that stands still, and runs on by itself."""

from datetime import timedelta

import pytest

from governance.outbox.models import Message
from incidents import dispensations, sweep
from incidents.errors import DutiesOpen, WrongState
from incidents.models import Clock, Incident
from tests import factory
from tests.factory import AT, HOUR, ask, deadline, finish, grant, pending, record
from tests.incidents.dispensing.standing import now, standing
from tests.incidents.said import subjects

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_paused_clock_stands_still_and_says_nothing(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    subjects()
    sweep.run(at=AT + 50 * HOUR)
    assert not {each for each in subjects() if "Notify the authority" in each}
    assert standing(clock, 50 * HOUR) == "paused"


def test_the_time_that_was_left_is_left_after_it(clock: Clock) -> None:
    row = grant(clock, "pause", at=AT + 3 * HOUR, until=AT + 53 * HOUR)
    finish(row, at=AT + 13 * HOUR)
    assert now(clock).legal_due == AT + 18 * HOUR
    assert standing(clock, 13 * HOUR) == "running"


def test_the_sweep_resumes_it_by_itself(clock: Clock) -> None:
    row = grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    sweep.run(at=AT + 51 * HOUR)
    row.refresh_from_db()
    assert (row.state, row.ended_because) == ("ended", "Its end has come.")
    assert (now(clock).state, now(clock).legal_due) == ("running", AT + 58 * HOUR)


def test_whoever_owns_the_duty_hears_that_it_runs_on(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    subjects()
    sweep.run(at=AT + 51 * HOUR)
    assert "Ended: pause of Notify the authority" in subjects()


def test_a_sweep_that_comes_late_gives_no_time(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 11 * HOUR)
    sweep.run(at=AT + 99 * HOUR)
    assert now(clock).legal_due == AT + 18 * HOUR
    assert standing(clock, 99 * HOUR) == "overdue"


def test_a_pause_whose_resumption_fails_is_over_all_the_same(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 11 * HOUR)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(dispensations, "end_due", broken)
    subjects()
    sweep.run(at=AT + 19 * HOUR)
    assert now(clock).state == "paused"
    assert standing(clock, 19 * HOUR) == "overdue"
    assert "OVERDUE: Notify the authority" in subjects()


def test_a_resumption_that_failed_is_tried_again(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = grant(clock, "pause", at=AT + HOUR, until=AT + 11 * HOUR)
    with monkeypatch.context() as broken:
        broken.setattr(dispensations, "end_due", None)
        sweep.run(at=AT + 11 * HOUR)
    row.refresh_from_db()
    assert (row.attempts, row.retry_at) == (1, AT + 11 * HOUR + timedelta(seconds=2))
    sweep.run(at=AT + 12 * HOUR)
    assert now(clock).state == "running"


def test_after_it_the_alarms_come_as_late_as_the_dates(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    sweep.run(at=AT + 51 * HOUR)
    kinds = dict(clock.timers.filter(state="pending").values_list("step", "due_at"))
    assert kinds == {
        "our own target": AT + 53 * HOUR,
        "50%": AT + 54 * HOUR,
        "at risk": AT + 56 * HOUR,
        "1 hour before": AT + 57 * HOUR,
        "1": AT + 58 * HOUR,
    }


def test_it_may_reach_back_to_when_the_word_of_the_authority_came(clock: Clock) -> None:
    grant(clock, "pause", at=AT + 9 * HOUR, since=AT + 2 * HOUR, until=AT + 50 * HOUR)
    assert standing(clock, 9 * HOUR) == "paused"
    assert now(clock).legal_due == AT + 56 * HOUR


def test_what_was_overdue_before_it_cannot_stand_still(clock: Clock) -> None:
    row = ask(clock, "pause", at=AT + 9 * HOUR, until=AT + 50 * HOUR)
    with pytest.raises(WrongState, match="had expired"):
        dispensations.approve(row, note="", by=factory.approver(), at=AT + 9 * HOUR)


def test_counting_again_leaves_it_in_force(incident: Incident, clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    record(incident, "aware", AT - 2 * HOUR, at=AT + 5 * HOUR)
    found = now(clock)
    assert (found.state, found.counted_legal_due, found.legal_due) == (
        "paused",
        AT + 6 * HOUR,
        AT + 56 * HOUR,
    )


def test_new_facts_leave_it_in_force(incident: Incident, clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    factory.amend(incident, at=AT + 5 * HOUR, impact={"people_affected": 5000})
    assert (now(clock).state, now(clock).legal_due) == ("paused", AT + 58 * HOUR)


def test_a_moment_so_early_that_the_period_was_over_ends_the_silence(
    incident: Incident, clock: Clock
) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    record(incident, "aware", AT - 20 * HOUR, at=AT + 5 * HOUR)
    assert standing(clock, 5 * HOUR) == "overdue"
    assert ("overdue", "1") in pending(clock)


def test_a_clock_that_comes_back_comes_back_paused(incident: Incident, clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    factory.amend(incident, personal_data={"risk": "unlikely"})
    assert now(clock).state == "cancelled"
    factory.amend(incident, personal_data={"risk": "high"})
    assert (now(clock).state, now(clock).legal_due) == ("paused", AT + 58 * HOUR)


def test_a_report_sent_in_a_pause_ends_it_and_is_in_time(clock: Clock) -> None:
    row = grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    factory.fulfil(now(clock), AT + 40 * HOUR)
    row.refresh_from_db()
    assert (row.state, row.ended_at) == ("ended", AT + 40 * HOUR)
    assert (now(clock).legal_due, standing(clock, 99 * HOUR)) == (AT + 47 * HOUR, "met")


def test_an_extension_is_a_request_of_its_own(clock: Clock) -> None:
    first = grant(clock, "pause", at=AT + HOUR, until=AT + 11 * HOUR)
    second = grant(now(clock), "pause", at=AT + 9 * HOUR, until=AT + 31 * HOUR)
    first.refresh_from_db()
    assert (first.state, first.ended_at, second.since) == ("ended", AT + 9 * HOUR, AT + 9 * HOUR)
    assert now(clock).legal_due == AT + 38 * HOUR


def test_a_paused_clock_keeps_the_incident_open(incident: Incident, clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    with pytest.raises(DutiesOpen):
        factory.change(incident, "closed")


def test_what_the_law_wants_promptly_is_silent_in_a_pause_and_reminds_after_it() -> None:
    factory.install()
    found = factory.submit(factory.breach(harms=["injury"]))
    prompt = deadline(found, "serious", "investigate")
    grant(prompt, "pause", at=AT + HOUR, until=AT + 100 * HOUR)
    assert now(prompt).state == "paused"
    assert prompt.timers.filter(state="pending", due_at__lt=AT + 100 * HOUR).count() == 0
    assert prompt.timers.filter(state="pending", kind="reminder").exists()


def test_a_message_about_it_says_that_it_stands_still_and_what_was_counted(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    text = Message.objects.filter(subject__contains="Approved: pause")[0].text
    assert "the period stands still until 2026-11-25 11:00 UTC at the latest" in text
    assert "without it, the legal end was 2026-11-23 16:00 UTC" in text
