"""Snoozing and handing over: by whom, for how long, and what follows when nobody answers."""

from datetime import timedelta
from typing import Any

import pytest

from governance.errors import Invalid
from governance.ledger import readings
from governance.outbox.models import Message
from incidents import flow, sweep
from incidents.errors import WrongState
from incidents.models import Incident
from incidents.stages.handing import Lead
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON
from tests.incidents.escalating import at_length, death, entry, house, low, person, told

pytestmark = pytest.mark.django_db


def snooze(incident: Incident, after: timedelta, at: Any = AT) -> Incident:
    return flow.snooze(incident, AT + after, reason="On my way.", by=PERSON, at=at)


def hand(incident: Incident, to: Lead, at: Any = AT) -> Incident:
    return flow.hand_over(incident, to, reason="My shift ends.", by=PERSON, at=at)


# --- snoozing ------------------------------------------------------------------------------------


def test_a_snooze_puts_the_next_step_off_and_then_the_ladder_goes_on() -> None:
    house()
    incident = death()
    told()
    snooze(incident, HOUR)
    found = at_length(AT + 90 * MINUTE, step=10 * MINUTE)
    assert found == {"1:00:00": ["executive"], "1:30:00": ["compliance"]}


def test_a_snooze_is_on_the_row_and_in_the_trail() -> None:
    house()
    snoozed = snooze(death(), HOUR)
    assert snoozed.snoozed_until == AT + HOUR
    step = snoozed.timers.get(kind="escalation", state="pending")
    assert step.outcome == "Snoozed until 2026-11-23 09:00 UTC: On my way."
    assert readings.of(entry(snoozed, "incident.snoozed")).reason == "On my way."


def test_a_step_after_the_snooze_stays_where_it_is() -> None:
    house()
    incident = snooze(death(), 5 * MINUTE)
    assert incident.timers.get(kind="escalation").due_at == AT + 10 * MINUTE


def test_the_step_after_a_snooze_says_that_there_was_one() -> None:
    house()
    snooze(death(), HOUR)
    sweep.run(at=AT + HOUR)
    assert "snoozed until 2026-11-23 09:00 UTC" in Message.objects.latest("id").because


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(), "over already"),
        (4 * HOUR + MINUTE, "4 hours at most"),
    ],
)
def test_a_snooze_has_its_bounds(after: timedelta, words: str) -> None:
    house()
    incident = death()
    with pytest.raises(Invalid, match=words):
        snooze(incident, after)


def test_the_matrix_may_allow_less() -> None:
    house(levels={"SEV1": {"snooze_at_most": "PT30M"}})
    incident = death()
    with pytest.raises(Invalid, match=r"0\.5 hours"):
        snooze(incident, 31 * MINUTE)
    assert snooze(incident, 30 * MINUTE).snoozed_until == AT + 30 * MINUTE


def test_no_snooze_goes_past_the_next_due_time_of_a_duty() -> None:
    house()
    incident = factory.submit(factory.breach(aware=AT - 5 * HOUR))  # due in three hours
    with pytest.raises(Invalid, match="due at 2026-11-23 11:00 UTC"):
        snooze(incident, 3 * HOUR + MINUTE)
    assert snooze(incident, 3 * HOUR).snoozed_until == AT + 3 * HOUR


def test_what_is_acknowledged_is_not_snoozed() -> None:
    house()
    incident = death()
    flow.acknowledge(incident, by=PERSON, at=AT)
    with pytest.raises(WrongState):
        snooze(incident, HOUR)


def test_where_no_step_is_planned_there_is_nothing_to_snooze() -> None:
    house()
    incident = low()
    with pytest.raises(WrongState):
        snooze(incident, HOUR)


def test_a_raised_severity_ends_the_snooze() -> None:
    house(levels={"SEV3": {"steps": [{"after": "PT1H", "notify": ["executive"]}]}})
    incident = low()
    snooze(incident, 4 * HOUR)
    raised = factory.amend(incident, harms=["death"])
    assert raised.snoozed_until is None
    told()
    sweep.run(at=AT + HOUR + 10 * MINUTE)
    assert told() == ["executive"]


def test_a_snooze_silences_no_deadline() -> None:
    house()
    incident = factory.submit(factory.breach(aware=AT - 5 * HOUR))
    told()
    snooze(incident, 3 * HOUR)
    sweep.run(at=AT + HOUR)
    assert "legal" in told()


# --- handing over --------------------------------------------------------------------------------


def test_the_new_lead_is_told_and_has_to_acknowledge() -> None:
    house()
    incident = death()
    person("ann", "responder")
    flow.acknowledge(incident, by=PERSON, at=AT)
    told()
    handed = hand(incident, Lead("person", "ann"))
    message = Message.objects.get(state="pending")
    assert (message.destination, handed.acknowledged_at) == ("ann@example.org", None)
    assert "Acknowledge by: 2026-11-23 08:05 UTC" in message.text
    assert "My shift ends." in message.because


def test_without_an_answer_the_ladder_begins_anew() -> None:
    house()
    incident = death()
    flow.acknowledge(incident, by=PERSON, at=AT)
    told()
    hand(incident, Lead("role", "legal-counsel"))
    assert told() == ["legal"]
    found = at_length(AT + 30 * MINUTE, step=5 * MINUTE)
    assert found == {"0:05:00": ["executive"], "0:30:00": ["compliance"]}


def test_with_an_answer_it_does_not() -> None:
    house()
    incident = death()
    ann = person("ann", "responder")
    hand(incident, Lead("person", "ann"))
    taken = flow.acknowledge(incident, by=ann, at=AT + MINUTE)
    told()
    assert taken.lead == str(ann)
    assert at_length(AT + HOUR, step=5 * MINUTE) == {}


def test_a_hand_over_is_in_the_trail_with_both_leads() -> None:
    house()
    incident = death()
    flow.acknowledge(incident, by=PERSON, at=AT)
    handed = hand(incident, Lead("role", "executive"))
    assert handed.lead == "role:executive"
    body = entry(incident, "incident.handed_over").body
    assert str(PERSON) in body
    assert "role:executive" in body


def test_a_role_that_reaches_nobody_starts_the_ladder_at_once() -> None:
    house()
    incident = death()
    told()
    hand(incident, Lead("role", "vacant"))
    sweep.run(at=AT)
    assert told() == ["executive"]


def test_a_hand_over_again_is_told_again() -> None:
    house()
    incident = death()
    told()
    for _ in range(2):
        hand(incident, Lead("role", "executive"))
    assert told() == ["executive", "executive"]


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (Lead("role", "astronaut"), "no role 'astronaut'"),
        (Lead("person", "nobody"), "no open account"),
        (Lead("person", "auditor"), "may not respond"),
        (Lead("person", "mute"), "no e-mail address"),
    ],
)
def test_nobody_gets_it_who_cannot_take_it(to: Lead, words: str) -> None:
    house()
    incident = death()
    person("auditor", "auditor")
    factory.person("mute", "responder")
    with pytest.raises(Invalid, match=words):
        hand(incident, to)
    assert "incident.handed_over" not in factory.verbs(incident)


def test_a_step_that_a_sweep_set_meanwhile_belongs_to_the_ladder_that_is_over() -> None:
    house()
    incident = death()
    hand(incident, Lead("role", "executive"))
    told()
    stray = incident.timers.filter(kind="escalation", ladder=0)
    stray.update(state="pending", due_at=AT)  # as if it had been set in between
    sweep.run(at=AT)
    assert told() == []
    assert stray.get(step="1").outcome == "The escalation has begun anew."
