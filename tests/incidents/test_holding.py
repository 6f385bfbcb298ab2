"""What was held back keeps its meaning: what it is about, which step it is, and for whom."""

import json
from datetime import timedelta
from typing import Any

import pytest
import yaml

from governance.accounts.models import User
from governance.outbox.models import Message
from incidents import flow, sweep
from incidents.models import Incident
from incidents.stages.handing import Lead
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON
from tests.incidents import said
from tests.incidents.escalating import house, told

pytestmark = pytest.mark.django_db
#: From AT + 2 to AT + 11 hours, and every day at those hours.
HOURS = {"hours": {"from": "11:00", "to": "20:00"}, "zone": "Europe/Brussels"}
DAY = timedelta(days=1)
WITHIN = AT + 3 * HOUR
OVER = AT + 11 * HOUR


def quiet(level: str, **more: Any) -> None:
    given = {"steps": [{"after": "P1D", "notify": ["executive"]}], **more}
    house(levels={level: {"quiet": HOURS, **given}})


def low() -> Incident:
    facts = factory.report(harms=[], personal_data={"breach": False})
    return factory.submit(facts, at=WITHIN)


def waiting() -> Incident:
    """A breach of which nobody has become aware; it reminds of that while it is quiet."""
    quiet("SEV2")
    incident = factory.submit(factory.breach(aware=None, harms=["privacy"]), at=WITHIN)
    flow.acknowledge(incident, by=PERSON, at=WITHIN)
    said.subjects()
    sweep.run(at=WITHIN + DAY)
    assert "Not started: Notify the authority" not in said.subjects()
    return incident


def test_a_reminder_of_a_clock_that_waits_comes_after_the_quiet_hours() -> None:
    waiting()
    sweep.run(at=OVER + DAY)
    assert "Not started: Notify the authority" in said.subjects()


def test_one_of_a_clock_that_started_meanwhile_is_void() -> None:
    factory.record(waiting(), "aware", WITHIN + DAY, at=WITHIN + DAY)
    said.subjects()
    sweep.run(at=OVER + DAY)
    assert "Not started: Notify the authority" not in said.subjects()


def test_programs_get_the_event_that_was_held_back() -> None:
    matrix = yaml.safe_load(factory.text("escalation"))["spec"]
    (responder,) = [each for each in matrix["roles"] if each["id"] == "responder"]
    responder["contacts"].append({"channel": "webhook", "to": "pager"})
    house(levels={"SEV3": {"quiet": HOURS}}, roles=matrix["roles"])
    low()
    sweep.run(at=OVER)
    event = Message.objects.get(channel="webhook")
    assert json.loads(event.payload)["type"] == "incident.reported"


def test_a_held_step_that_reaches_nobody_hastens_the_next() -> None:
    steps = [{"after": "P1D", "notify": ["vacant"]}, {"after": "P6D", "notify": ["executive"]}]
    quiet("SEV3", steps=steps)
    low()
    sweep.run(at=WITHIN + DAY)
    sweep.run(at=OVER + DAY - MINUTE)
    assert "executive" not in told()
    sweep.run(at=OVER + DAY)
    sweep.run(at=OVER + DAY + MINUTE)
    assert told() == ["executive"]


def test_a_held_step_of_an_older_ladder_says_nothing() -> None:
    quiet("SEV3", steps=[{"after": "P1D", "notify": ["executive"]}])
    incident = low()
    sweep.run(at=WITHIN + DAY)
    to = Lead("role", "responder")
    flow.hand_over(incident, to, reason="My shift ends.", by=PERSON, at=WITHIN + DAY + HOUR)
    sweep.run(at=OVER + DAY)
    step = incident.timers.get(kind="held", said__step=1)
    assert (step.state, step.outcome) == ("cancelled", "The escalation has begun anew.")


def test_whoever_leads_hears_of_new_duties_and_waits_with_the_roles() -> None:
    quiet("SEV2")
    lea = factory.person("lea", "responder")
    User.objects.filter(id=lea.id).update(email="lea@example.org")
    incident = factory.submit(factory.breach(aware=None, harms=["privacy"]), at=WITHIN)
    flow.acknowledge(incident, by=lea, at=WITHIN)
    told()
    factory.amend(incident, at=WITHIN + HOUR, harms=["privacy", "injury"])
    assert "lea" not in told()
    sweep.run(at=OVER)
    assert "lea" in told()
