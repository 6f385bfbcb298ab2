"""What waits for the morning, what never does, and why it was not sent."""

from datetime import datetime
from typing import Any

import pytest

from governance.outbox.models import Message
from incidents import flow, sweep
from incidents.models import Incident, Timer
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON
from tests.incidents.escalating import entry, house, low, told

pytestmark = pytest.mark.django_db
#: Quiet from 11:00 to 20:00 Brussels time: two hours after AT until eleven hours after it.
DAY = {"hours": {"from": "11:00", "to": "20:00"}, "zone": "Europe/Brussels"}
WITHIN = AT + 3 * HOUR
OVER = AT + 11 * HOUR


def quiet(level: str = "SEV3", **more: Any) -> None:
    steps = [{"after": "P1D", "notify": ["executive"]}]
    given = {"notify": ["executive"], "steps": steps}
    house(levels={level: {**given, "quiet": {**DAY, **more}}})


def reported(at: datetime = WITHIN, **facts: Any) -> Incident:
    given = {"harms": [], "personal_data": {"breach": False}, **facts}
    return factory.submit(factory.report(**given), at=at)


def held(incident: Incident) -> Timer:
    return incident.timers.get(kind="held")


def test_a_first_notice_waits_until_it_is_no_longer_quiet() -> None:
    quiet()
    reported()
    sweep.run(at=OVER - MINUTE)
    assert told() == []
    sweep.run(at=OVER)
    assert told() == ["executive", "responder"]


def test_the_row_and_the_trail_say_why_it_was_not_sent() -> None:
    quiet()
    incident = reported()
    assert held(incident).due_at == OVER
    assert held(incident).outcome == (
        "Held back: the quiet hours of SEV3 last until 2026-11-23 19:00 UTC."
    )
    assert "quiet hours of SEV3" in entry(incident, "message.held").body


def test_what_waited_says_so() -> None:
    quiet()
    reported()
    sweep.run(at=OVER)
    assert Message.objects.latest("id").because.endswith(
        "It waited until the quiet hours were over."
    )


def test_what_waits_is_not_taken_for_what_reaches_nobody() -> None:
    quiet()
    incident = reported()
    assert "message.skipped" not in factory.verbs(incident)
    assert incident.timers.get(kind="escalation").due_at == WITHIN + 24 * HOUR


def test_it_may_be_quiet_for_some_roles_only() -> None:
    quiet(roles=["responder"])
    reported()
    assert told() == ["executive"]
    sweep.run(at=OVER)
    assert told() == ["responder"]


def test_before_the_quiet_hours_nothing_waits() -> None:
    quiet()
    low()
    assert told() == ["executive", "responder"]


def test_another_level_does_not_wait() -> None:
    quiet()
    reported(harms=["death"])
    assert told() == ["commander", "legal"]


def test_a_message_about_what_is_due_before_the_morning_does_not_wait() -> None:
    quiet("SEV2")
    factory.submit(factory.breach(system="chat-bot", aware=WITHIN), at=WITHIN)  # due at OVER
    assert told() == ["commander", "executive"]


def test_a_message_about_what_must_be_found_out_before_the_morning_does_not_wait() -> None:
    quiet("SEV2")
    facts = factory.report(system="chat-bot", personal_data={"breach": True})
    factory.submit(facts, at=WITHIN)  # to be found out within six hours
    assert told() == ["commander", "executive"]


def reminded(aware: datetime) -> Incident:
    """A breach that was acknowledged; its initial notice is due eight hours after `aware`."""
    quiet("SEV2")
    incident = factory.submit(factory.breach(system="chat-bot", aware=aware))
    flow.acknowledge(incident, by=PERSON, at=AT)
    told()
    return incident


def test_reminders_wait_where_nothing_is_due() -> None:
    text = factory.text("breach", ("hours: 8,", "hours: 80,"), ("1.0.0", "1.0.1"))
    factory.install()
    factory.install(at=AT - HOUR, breach=text)
    incident = reminded(AT)
    sweep.run(at=WITHIN)  # our own target
    assert told() == []
    assert held(incident).clock is not None
    sweep.run(at=OVER)
    assert told() == ["legal"]


@pytest.mark.parametrize("hours", [3, 4, 6, 7, 8])
def test_nothing_of_a_deadline_within_the_quiet_hours_waits(hours: int) -> None:
    incident = reminded(AT)
    sweep.run(at=AT + hours * HOUR)
    assert told() != []
    assert not incident.timers.filter(kind="held").exists()


def test_what_is_at_risk_never_waits() -> None:
    text = factory.text("breach", ("hours: 8,", "hours: 20,"), ("1.0.0", "1.0.1"))
    factory.install()
    factory.install(at=AT - HOUR, breach=text)
    reminded(AT - 12 * HOUR)  # at risk three hours after AT, due at eight
    sweep.run(at=WITHIN)
    assert "At risk" in " ".join(Message.objects.values_list("subject", flat=True))


def test_a_reminder_that_waited_is_void_when_the_stage_was_met() -> None:
    text = factory.text("breach", ("hours: 8,", "hours: 80,"), ("1.0.0", "1.0.1"))
    factory.install()
    factory.install(at=AT - HOUR, breach=text)
    incident = reminded(AT)
    sweep.run(at=WITHIN)
    factory.fulfil(factory.deadline(incident, "notify", "initial"), WITHIN + HOUR)
    sweep.run(at=OVER)
    assert told() == []
    assert held(incident).state == "cancelled"


def test_a_step_that_waited_is_void_when_somebody_acknowledged() -> None:
    quiet()
    incident = low()
    incident.timers.filter(kind="escalation").update(due_at=WITHIN)
    told()
    sweep.run(at=WITHIN)
    assert told() == []
    flow.acknowledge(incident, by=PERSON, at=WITHIN + HOUR)
    sweep.run(at=OVER)
    assert told() == []
    assert held(incident).outcome == "The incident is acknowledged."


def test_a_raised_severity_is_told_at_once() -> None:
    quiet()
    incident = reported()
    factory.amend(incident, at=WITHIN + MINUTE, harms=["death"])
    assert told() == ["commander", "legal"]
