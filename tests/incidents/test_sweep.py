"""What time sets in motion: the ladder, reminders, overdue, questions, and what was left behind."""

from datetime import timedelta

import pytest
import redis

from governance import clock
from governance.celery import app
from governance.heartbeat import heartbeat
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import firing, flow, moments, sweep, tasks, undelivered
from incidents.models import Incident, Timer
from incidents.stages import alarms
from incidents.stages.fulfilling import Fulfilment
from incidents.timetable import Changes
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON, deadline
from tests.incidents.said import subjects, told

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def states(incident: Incident, kind: str) -> list[tuple[str, str]]:
    return list(incident.timers.filter(kind=kind).values_list("step", "state"))


# --- the ladder ----------------------------------------------------------------------------------


def test_the_ladder_is_climbed_until_somebody_acknowledges() -> None:
    incident = factory.submit(factory.report(harms=["death"]))
    assert told() == ["commander@example.org", "legal@example.org"]
    sweep.run(at=AT + 9 * MINUTE)
    assert told() == []
    sweep.run(at=AT + 10 * MINUTE)
    assert told() == ["executive@example.org"]
    flow.acknowledge(incident, by=PERSON, at=AT + 20 * MINUTE)
    sweep.run(at=AT + 30 * HOUR)
    assert "Nobody has acknowledged" not in " ".join(subjects())


def test_a_step_that_reaches_nobody_is_skipped_at_once() -> None:
    incident = factory.submit(factory.report(harms=["death"]))
    sweep.run(at=AT + 10 * MINUTE)
    told()
    sweep.run(at=AT + 30 * MINUTE)  # the vacant step
    assert told() == []
    sweep.run(at=AT + 30 * MINUTE + SECOND)
    assert told() == ["compliance@example.org"]
    assert "message.skipped" in factory.verbs(incident)


def test_a_first_message_that_reaches_nobody_starts_the_ladder_at_once() -> None:
    lead = ("      lead: incident-commander\n      steps", "      lead: vacant\n      steps")
    text = factory.text("escalation", lead, ("1.0.0", "1.1.0"))
    factory.install(at=AT, escalation=text)
    factory.submit(factory.report(personal_data={"breach": True}))
    sweep.run(at=AT)
    assert told() == ["executive@example.org"]


def test_after_the_last_step_there_is_none() -> None:
    incident = factory.submit(factory.report(personal_data={"breach": True}))
    for hours in (1, 2, 3):
        sweep.run(at=AT + hours * HOUR)
    assert states(incident, "escalation") == [("1", "fired")]


def test_an_incident_whose_severity_was_lowered_keeps_climbing_its_own_ladder() -> None:
    incident = factory.submit(factory.breach(harms=["death"]))
    sweep.run(at=AT + 10 * MINUTE)
    flow.amend(incident, {"harms": ["injury"]}, reason="x", by=PERSON, at=AT + 15 * MINUTE)
    told()
    sweep.run(at=AT + 45 * MINUTE)
    assert told() == ["executive@example.org"]
    assert not Timer.objects.filter(attempts__gt=0).exists()


# --- clocks --------------------------------------------------------------------------------------


def breach() -> Incident:
    """One duty, acknowledged, so that only its clock speaks."""
    incident = factory.submit(factory.breach(system="chat-bot"))
    flow.acknowledge(incident, by=PERSON, at=AT)
    told()
    return incident


@pytest.mark.parametrize(
    ("after", "subject"),
    [
        (3 * HOUR, "Reminder: Notify the authority"),
        (4 * HOUR, "Reminder: Notify the authority"),
        (6 * HOUR, "At risk: Notify the authority"),
        (7 * HOUR, "Reminder: Notify the authority"),
        (8 * HOUR, "OVERDUE: Notify the authority"),
    ],
)
def test_a_clock_speaks_in_time(after: timedelta, subject: str) -> None:
    breach()
    sweep.run(at=AT + after - SECOND)
    told()
    sweep.run(at=AT + after)
    assert set(subjects()) == {subject}


@pytest.mark.parametrize(
    ("after", "who"),
    [
        (4 * HOUR, ["legal@example.org"]),
        (6 * HOUR, ["compliance@example.org", "legal@example.org"]),
        (8 * HOUR, ["compliance@example.org", "legal@example.org"]),
    ],
)
def test_risk_and_lateness_are_told_to_more_than_the_owner(
    after: timedelta, who: list[str]
) -> None:
    breach()
    sweep.run(at=AT + after - SECOND)
    told()
    sweep.run(at=AT + after)
    assert told() == who


def test_a_message_says_when_it_is_due_and_why_it_comes() -> None:
    breach()
    sweep.run(at=AT + 8 * HOUR)
    text = Message.objects.filter(state="pending")[0].text
    assert "Legal end: 2026-11-23 16:00 UTC" in text
    assert "Why you get this: The legal period has expired" in text


def test_after_downtime_only_the_last_word_is_said() -> None:
    incident = breach()
    sweep.run(at=AT + 9 * HOUR)
    assert subjects() == ["OVERDUE: Notify the authority"] * 2
    assert states(incident, "reminder") == [
        ("our own target", "coalesced"),
        ("50%", "coalesced"),
        ("1 hour before", "coalesced"),
    ]


def test_overdue_is_said_again_every_day() -> None:
    incident = breach()
    for day in range(3):
        sweep.run(at=AT + 8 * HOUR + timedelta(days=day))
    assert states(incident, "overdue") == [
        ("1", "fired"),
        ("2", "fired"),
        ("3", "fired"),
        ("4", "pending"),
    ]


def test_a_target_after_the_due_time_does_not_silence_overdue() -> None:
    text = factory.text("breach", ("target: {hours: 3}", "target: {hours: 9}"), ("1.0.0", "1.0.1"))
    factory.impose(AT, breach=text)
    incident = breach()
    sweep.run(at=AT + 10 * HOUR)
    assert subjects() == ["OVERDUE: Notify the authority"] * 2
    assert ("2", "pending") in states(incident, "overdue")


def test_what_was_overdue_before_a_correction_back_and_forth_is_said_again() -> None:
    incident = breach()
    sweep.run(at=AT + 8 * HOUR)
    for aware in (AT + HOUR, AT):
        moments.record(incident, "aware", aware, basis="x", by=PERSON, at=AT + 9 * HOUR)
    sweep.run(at=AT + 9 * HOUR)
    sweep.run(at=AT + 9 * HOUR)
    assert ("2", "pending") in states(incident, "overdue")


def test_a_prompt_duty_is_said_every_day_whatever_its_target() -> None:
    incident = factory.submit(factory.report(harms=["injury"], moments={"aware": factory.iso(AT)}))
    investigate = deadline(incident, "serious", "investigate").timers
    sweep.run(at=AT + 31 * HOUR)
    assert list(investigate.values_list("step", "state")) == [
        ("1", "fired"),
        ("our own target", "coalesced"),
        ("2", "pending"),
    ]


def test_the_target_of_a_prompt_duty_is_said_in_its_time() -> None:
    incident = factory.submit(factory.report(harms=["injury"], moments={"aware": factory.iso(AT)}))
    sweep.run(at=AT + 29 * HOUR)
    sweep.run(at=AT + 30 * HOUR)
    target = deadline(incident, "serious", "investigate").timers.get(step="our own target")
    assert (target.state, target.attempts) == ("fired", 0)


def test_a_fulfilled_stage_is_silent() -> None:
    incident = breach()
    initial = deadline(incident, "notify", "initial")
    flow.fulfil(initial, Fulfilment(AT + HOUR), by=PERSON, at=AT + HOUR)
    sweep.run(at=AT + 9 * HOUR)
    assert told() == []


def test_a_timer_whose_clock_ended_meanwhile_is_cancelled() -> None:
    incident = breach()
    timers = deadline(incident, "notify", "initial").timers
    flow.fulfil(deadline(incident, "notify", "initial"), Fulfilment(AT), by=PERSON, at=AT)
    timers.update(state="pending")  # as if the sweep had set one in between
    sweep.run(at=AT + 9 * HOUR)
    overdue = timers.get(kind="overdue")
    assert (overdue.state, overdue.outcome) == ("cancelled", "The clock is fulfilled.")


def test_a_shadow_is_reminded_of_and_never_late() -> None:
    facts = {"harms": [], "personal_data": {"breach": False}}
    incident = factory.submit(factory.report(**facts, moments={"aware": factory.iso(AT)}))
    flow.acknowledge(incident, by=PERSON, at=AT)
    told()
    sweep.run(at=AT + 5 * HOUR)
    assert "In shadow: The rule applies from 2990-01-01." in Message.objects.latest("id").because
    told()
    sweep.run(at=AT + timedelta(days=3))
    assert subjects() == ["To confirm: not to notify"]  # of the law that binds us


def test_a_question_nobody_answered_is_said_with_what_is_missing() -> None:
    incident = factory.submit(factory.report(personal_data={"breach": True}))
    flow.acknowledge(incident, by=PERSON, at=AT)
    told()
    sweep.run(at=AT + 6 * HOUR)
    message = Message.objects.filter(state="pending")[0]
    assert "Still undetermined: Notify the authority" in message.subject
    assert message.because.endswith("Missing: personal_data.risk")


def test_every_alarm_is_an_entry() -> None:
    incident = breach()
    sweep.run(at=AT + 8 * HOUR)
    assert "timer.overdue" in factory.verbs(incident)


# --- faults --------------------------------------------------------------------------------------


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Alarms about the title "Bad" fail."""
    fire = alarms.fire

    def broken(timer: Timer, changes: Changes, **given: object) -> object:
        if timer.incident.title == "Bad":
            raise RuntimeError("a fault of ours")
        return fire(timer, changes, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(alarms, "fire", broken)


def bad() -> Incident:
    facts = factory.breach(system="chat-bot")
    incident = factory.submit({**facts, "incident": {"title": "Bad", "narrative": "x"}})
    flow.acknowledge(incident, by=PERSON, at=AT)
    return incident


def test_a_timer_that_fails_is_put_off_and_stops_no_other(poison: None) -> None:
    failing, good = bad(), breach()
    told()
    sweep.run(at=AT + 3 * HOUR)
    assert told() == ["legal@example.org"]
    assert ("our own target", "fired") in states(good, "reminder")
    timer = failing.timers.get(step="our own target")
    assert (timer.state, timer.attempts, timer.retry_at) == (
        "pending",
        1,
        AT + 3 * HOUR + 2 * SECOND,
    )


def test_a_timer_that_fails_is_tried_less_and_less_often(poison: None) -> None:
    timer = bad().timers.get(step="our own target")
    waits, at = [], AT + 3 * HOUR
    for _ in range(11):
        sweep.run(at=at)
        timer.refresh_from_db()
        assert timer.retry_at is not None
        waits.append((timer.retry_at - at).total_seconds())
        at = timer.retry_at
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]


def test_nothing_of_a_failed_timer_remains(poison: None) -> None:
    incident = bad()
    sweep.run(at=AT + 8 * HOUR)
    assert "timer.overdue" not in factory.verbs(incident)


def test_a_second_sweep_at_the_same_time_finds_nothing() -> None:
    breach()
    assert firing.fire_due(by=sweep.SWEEP, at=AT + 3 * HOUR) == 1
    assert firing.fire_due(by=sweep.SWEEP, at=AT + 3 * HOUR) == 0


def test_a_step_that_fails_altogether_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    incident = breach()
    monkeypatch.setattr(undelivered, "tell", None)
    done = sweep.run(at=AT + 8 * HOUR)
    assert done.failed == ("undelivered",)
    assert "timer.overdue" in factory.verbs(incident)


# --- the tick ------------------------------------------------------------------------------------


def test_a_tick_goes_on_until_nothing_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing, "BATCH", 1)
    for _ in range(3):
        factory.submit(factory.breach(system="chat-bot", aware=AT - timedelta(days=300)))
    monkeypatch.setattr(clock, "now", lambda: AT)
    tasks.sweep()
    assert not Timer.objects.filter(state="pending", due_at__lte=AT).exists()


def test_a_tick_beats() -> None:
    tasks.sweep()
    pulses = {pulse.job: pulse.fresh for pulse in heartbeat.pulses(at=clock.now())}
    assert pulses["incidents.sweep"]


def test_a_tick_that_fired_wakes_the_delivery(
    broker: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.set_current()
    breach()
    monkeypatch.setattr(clock, "now", lambda: AT + 8 * HOUR)
    tasks.sweep()
    assert broker.llen("celery") == 1


def test_a_tick_with_nothing_due_wakes_nobody(broker: redis.Redis) -> None:
    app.set_current()
    tasks.sweep()
    assert broker.llen("celery") == 0


def test_a_tick_of_which_a_step_failed_does_not_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undelivered, "tell", None)
    tasks.sweep()
    pulses = {pulse.job: pulse.fresh for pulse in heartbeat.pulses(at=clock.now())}
    assert not pulses["incidents.sweep"]


def test_a_tick_leaves_a_long_backlog_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing, "BATCH", 1)
    monkeypatch.setattr(tasks, "PATIENCE", timedelta(0))
    for _ in range(3):
        factory.submit(factory.breach(system="chat-bot", aware=AT - timedelta(days=300)))
    monkeypatch.setattr(clock, "now", lambda: AT)
    tasks.sweep()
    assert Timer.objects.filter(state="pending", due_at__lte=AT).exists()


def test_the_sweep_signs_what_it_does() -> None:
    breach()
    sweep.run(at=AT + 8 * HOUR)
    assert Entry.objects.get(verb="timer.overdue").actor == "system:sweep"
