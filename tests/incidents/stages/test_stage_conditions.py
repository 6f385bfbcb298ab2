"""Stages that are owed only under a condition: opened, ended and opened again as facts come."""

import json

import pytest

from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents.models import Incident
from tests import factory, schedules
from tests.factory import AT, HOUR, amend, duty, fulfil, pending
from tests.schedules import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policies() -> None:
    schedules.install("people")


def opened(risk: str | None) -> Incident:
    facts = {"personal_data": {"breach": False, "risk": risk}} if risk else {}
    return factory.submit(schedules.report(**facts))


def reasons(incident: Incident, verb: str) -> list[str]:
    found = Entry.objects.filter(incident_id=incident.id, verb=verb).order_by("id")
    return [json.loads(entry.body)["reason"] for entry in found]


@pytest.mark.parametrize(
    ("risk", "states"), [("high", ["running"]), (None, ["running"]), ("likely", [])]
)
def test_a_stage_has_a_clock_unless_its_condition_is_false(
    risk: str | None, states: list[str]
) -> None:
    assert schedules.states(opened(risk), "people") == states


def test_in_doubt_the_clock_says_which_fact_is_missing() -> None:
    assert clock(opened(None), "people").missing == ["personal_data.risk"]


def test_the_trail_of_the_duty_says_which_stage_is_not_owed_and_why() -> None:
    incident = opened("likely")
    inform = duty(incident, "inform")
    body = json.loads(Entry.objects.get(verb="duty.opened", object_id=inform.id).body)
    assert body["after"]["not_owed"] == {"people": "The condition of the stage does not hold."}


def test_a_fact_that_settles_the_doubt_leaves_the_due_time() -> None:
    incident = opened(None)
    amend(incident, personal_data={"risk": "high"})
    found = clock(incident, "people")
    assert (found.missing, found.legal_due) == ([], AT + 12 * HOUR)


def test_a_stage_that_becomes_owed_gets_its_clock_and_people_hear_of_it() -> None:
    incident = opened("likely")
    Message.objects.update(subject="before")
    amend(incident, personal_data={"risk": "high"})
    found = clock(incident, "people")
    assert (found.state, found.legal_due) == ("running", AT + 12 * HOUR)
    assert pending(found) == [("at_risk", "at risk"), ("overdue", "1")]
    assert reasons(incident, "clock.opened") == ["The policies were applied again."]
    told = Message.objects.exclude(subject="before")
    assert any("Notice to the people" in message.text for message in told)


def test_a_stage_that_is_not_owed_any_more_loses_its_clock_with_the_reason() -> None:
    incident = opened("high")
    amend(incident, personal_data={"risk": "likely"})
    found = clock(incident, "people")
    assert (found.state, pending(found)) == ("cancelled", [])
    assert found.cancelled_because == "The condition of the stage does not hold."
    assert reasons(incident, "clock.cancelled") == [found.cancelled_because]


def test_what_was_sent_stays_sent_when_it_is_not_owed_any_more() -> None:
    incident = opened("high")
    fulfil(clock(incident, "people"), AT + HOUR)
    amend(incident, personal_data={"risk": "likely"})
    assert clock(incident, "people").state == "fulfilled"


def test_a_stage_that_is_owed_again_has_its_clock_and_timers_again() -> None:
    incident = opened("high")
    before = pending(clock(incident, "people"))
    amend(incident, personal_data={"risk": "likely"})
    amend(incident, personal_data={"risk": "high"})
    found = clock(incident, "people")
    assert (found.state, found.cancelled_because, pending(found)) == ("running", "", before)
    assert reasons(incident, "clock.reopened") == ["The policies were applied again."]


def test_losing_the_last_stage_that_is_owed_fulfils_the_duty() -> None:
    incident = opened("high")
    fulfil(clock(incident, "authority"), AT + HOUR)
    assert duty(incident, "inform").state == "open"
    amend(incident, personal_data={"risk": "likely"})
    assert duty(incident, "inform").state == "fulfilled"


def test_a_fulfilled_duty_is_owed_again_with_a_further_stage() -> None:
    incident = opened("likely")
    fulfil(clock(incident, "authority"), AT + HOUR)
    assert duty(incident, "inform").state == "fulfilled"
    amend(incident, at=AT + 2 * HOUR, personal_data={"risk": "high"})
    assert (duty(incident, "inform").state, clock(incident, "people").state) == ("open", "running")


def test_a_fulfilled_duty_that_does_not_apply_any_more_owes_no_further_stage() -> None:
    incident = opened("likely")
    fulfil(clock(incident, "authority"), AT + HOUR)
    changed = {"impact": {"reversible": True}, "personal_data": {"risk": "high"}}
    amend(incident, at=AT + 2 * HOUR, **changed)
    assert duty(incident, "inform").state == "fulfilled"
    assert schedules.states(incident, "people") == []


AUTHORITY = """        - id: authority
          limits: [{from: aware, hours: 8, counting: elapsed}]
"""


def test_a_duty_that_applies_but_owes_nothing_is_not_open() -> None:
    schedules.install("people", (AUTHORITY, ""), ("1.0.0", "1.0.1"), at=AT)
    incident = opened("likely")
    assert duty(incident, "inform").state == "fulfilled"
    amend(incident, personal_data={"risk": "high"})
    assert duty(incident, "inform").state == "open"


def test_a_question_that_owes_nothing_stays_a_question() -> None:
    schedules.install("people", (AUTHORITY, ""), ("1.0.0", "1.0.1"), at=AT)
    facts = {"personal_data": {"breach": False, "risk": "high"}}
    incident = factory.submit(factory.report(moments={"aware": factory.iso(AT)}, **facts))
    amend(incident, personal_data={"risk": "likely"})
    assert schedules.states(incident, "people") == ["cancelled"]
    assert duty(incident, "inform").state == "undetermined"
