"""Every clock that a change of its duty ends, brings back or makes count has its own entry."""

import json
from typing import Any

import pytest

from governance.ledger.models import Entry
from incidents.models import Clock, Incident
from tests import factory
from tests.factory import AT, HOUR, amend, deadline, duty, pending

pytestmark = pytest.mark.django_db


def entries(incident: Incident, verb: str) -> dict[str, Any]:
    """The entries of clocks with this verb, by stage."""
    found = Entry.objects.filter(incident_id=incident.id, verb=verb).order_by("id")
    return {body["after"]["stage"]: body for body in (json.loads(each.body) for each in found)}


@pytest.fixture
def incident() -> Incident:
    factory.install()
    return factory.submit(factory.breach(harms=["injury"]))


def test_each_clock_of_a_superseded_duty_is_recorded(incident: Incident) -> None:
    amend(incident, harms=["death"])
    found = entries(incident, "clock.cancelled")
    assert sorted(found) == ["investigate", "report"]
    report = found["report"]
    assert (report["before"]["state"], report["after"]["state"], report["reason"]) == (
        "running",
        "cancelled",
        "Another duty supersedes this one.",
    )


def test_a_cancelled_clock_says_why(incident: Incident) -> None:
    amend(incident, harms=["privacy"])
    assert deadline(incident, "serious", "report").cancelled_because == "The duty does not apply."


def test_each_clock_of_a_duty_that_comes_back_is_recorded(incident: Incident) -> None:
    amend(incident, harms=["death"])
    amend(incident, harms=["injury"])
    found = entries(incident, "clock.reopened")
    assert sorted(found) == ["investigate", "report"]
    assert found["report"]["before"]["state"] == "cancelled"
    assert found["report"]["after"]["legal_due"] == "2026-11-25T08:00:00.000000Z"


def test_what_was_sent_before_a_duty_was_superseded_is_not_cancelled(incident: Incident) -> None:
    factory.fulfil(deadline(incident, "serious", "investigate"), AT + HOUR)
    amend(incident, at=AT + 2 * HOUR, harms=["death"])
    assert sorted(entries(incident, "clock.cancelled")) == ["report"]


def test_each_clock_that_leaves_the_shadow_is_recorded() -> None:
    dates = """  applies_from:
    - {date: "2026-01-01", when: {impact.reversible: false}}
    - {date: "2990-01-01"}
  applies_when"""
    factory.install(coming=factory.text("coming", ("  applies_when", dates)))
    incident = factory.submit(factory.breach(impact={"reversible": True}))
    assert pending(deadline(incident, "announce", "report")) == [("reminder", "50%")]
    amend(incident, impact={"reversible": False})
    found = entries(incident, "clock.counted")
    assert list(found) == ["report"]
    assert found["report"]["reason"] == "The duty left the shadow; its clocks count from here on."
    assert duty(incident, "announce").state == "open"


def test_closing_says_on_each_clock_why_it_ended(incident: Incident) -> None:
    for clock in incident.clocks.filter(optional=False, duty__shadow=False).order_by("position"):
        factory.fulfil(clock, AT + HOUR)
    factory.change(incident, "closed", at=AT + 2 * HOUR)
    left = Clock.objects.filter(incident=incident, state="cancelled")
    assert set(left.values_list("cancelled_because", flat=True)) == {"The incident was closed."}
