"""Amending: new facts open, supersede and answer, and never relax."""

import json

import pytest

from governance.errors import Invalid
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import flow
from incidents.errors import Rejected
from incidents.models import Incident
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON, amend, deadline, duty, pending

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def test_new_facts_open_a_duty() -> None:
    incident = factory.submit(factory.report(harms=["privacy"]))
    amend(incident, harms=["injury"], moments={"aware": factory.iso(AT)})
    assert duty(incident, "serious").state == "open"
    assert deadline(incident, "serious", "report").legal_due == AT + 48 * HOUR


def test_new_facts_supersede_a_duty() -> None:
    incident = factory.submit(factory.breach(harms=["injury"]))
    amend(incident, harms=["death"])
    assert duty(incident, "serious").state == "superseded"
    assert deadline(incident, "serious", "report").state == "cancelled"
    assert pending(deadline(incident, "serious", "report")) == []
    assert deadline(incident, "death", "report").legal_due == AT + 12 * HOUR


def test_a_duty_that_comes_back_has_its_clock_and_timers_again() -> None:
    incident = factory.submit(factory.breach(harms=["injury"]))
    before = pending(deadline(incident, "serious", "report"))
    amend(incident, harms=["death"])
    amend(incident, harms=["injury"])
    clock = deadline(incident, "serious", "report")
    assert (clock.state, clock.legal_due) == ("running", AT + 48 * HOUR)
    assert pending(clock) == before == [("at_risk", "at risk"), ("overdue", "1")]


def test_new_facts_answer_a_question() -> None:
    incident = factory.submit(factory.breach())
    amend(incident, harms=["injury"])
    serious = duty(incident, "serious")
    assert (serious.state, serious.missing, serious.determine_by) == ("open", [], None)
    assert not serious.timers.filter(kind="question", state="pending").exists()


def test_a_question_that_lacks_other_facts_than_before_is_on_record() -> None:
    condition = "{all: [{harms: {includes_any: [death, injury]}}, {personal_data.risk: high}]}"
    second = ("version: 1.0.0", "version: 2.0.0")
    harm = factory.text("harm", second, ("{harms: {includes_any: [death, injury]}}", condition))
    factory.install(AT - HOUR, harm=harm)
    incident = factory.submit(factory.report())
    before = duty(incident, "serious").missing
    amend(incident, personal_data={"breach": True, "risk": "high"})
    body = json.loads(Entry.objects.get(verb="duty.question_changed").body)
    assert body["before"] == {"missing": before}
    assert body["after"]["missing"] == duty(incident, "serious").missing != before


def test_a_question_answered_with_no_is_closed() -> None:
    incident = factory.submit(factory.breach())
    amend(incident, harms=["privacy"])
    assert duty(incident, "serious").state == "not_applicable"
    assert deadline(incident, "serious", "report").state == "cancelled"


def test_a_fact_that_is_lost_relaxes_nothing() -> None:
    incident = factory.submit(factory.breach(harms=["injury"]))
    amend(incident, harms=None)
    assert duty(incident, "serious").state == "open"


def test_new_facts_raise_the_severity_and_tell_people() -> None:
    incident = factory.submit(factory.breach(harms=["injury"]))
    Message.objects.update(subject="before")
    assert amend(incident, harms=["death"]).severity == "SEV1"
    told = Message.objects.exclude(subject="before").values_list("destination", flat=True)
    assert factory.names(told) == ["commander@example.org", "legal@example.org"]


def test_a_raised_severity_has_its_own_ladder() -> None:
    incident = factory.submit(factory.breach(harms=["injury"]))
    amend(incident, harms=["death"])
    ladder = incident.timers.filter(kind="escalation", state="pending")
    assert [timer.due_at for timer in ladder] == [AT + HOUR + 10 * MINUTE]


def test_a_lowered_severity_leaves_the_higher_ladder() -> None:
    incident = factory.submit(factory.breach(harms=["death"]))
    assert amend(incident, harms=["injury"]).severity == "SEV2"
    ladder = incident.timers.filter(kind="escalation", state="pending")
    assert [timer.due_at for timer in ladder] == [AT + HOUR + 30 * MINUTE]


def test_a_severity_that_comes_back_has_its_ladder_again() -> None:
    incident = factory.submit(factory.breach(harms=["death"]))
    amend(incident, harms=["injury"])
    amend(incident, at=AT + 2 * HOUR, harms=["death"])
    ladder = incident.timers.filter(kind="escalation", state="pending")
    assert [timer.due_at for timer in ladder] == [AT + 2 * HOUR + 10 * MINUTE]


def test_an_acknowledged_incident_whose_severity_falls_has_no_new_ladder() -> None:
    incident = factory.submit(factory.breach(harms=["death"]))
    flow.acknowledge(incident, by=PERSON, at=AT)
    amend(incident, harms=["injury"])
    assert not incident.timers.filter(kind="escalation", state="pending").exists()


def test_an_amendment_that_does_not_fit_changes_nothing() -> None:
    incident = factory.submit(factory.breach())
    with pytest.raises(Rejected) as raised:
        amend(incident, harms=["deth"], nonsense=1)
    assert len(raised.value.extra["errors"]) == 2  # type: ignore[arg-type]
    incident.refresh_from_db()
    assert (incident.report, incident.decisions.count()) == (factory.breach(), 1)


def test_another_system_is_another_system_everywhere() -> None:
    incident = factory.submit(factory.report())
    found = amend(incident, system="chat-bot")
    assert (found.system, found.system_name) == ("chat-bot", "Chat bot")
    assert Incident.objects.filter(system="chat-bot").exists()


def test_a_drill_stays_a_drill() -> None:
    incident = factory.submit(factory.report(drill=True))
    with pytest.raises(Invalid, match="A drill stays a drill"):
        amend(incident, drill=False)


def test_an_amendment_decides_under_the_release_of_the_report() -> None:
    incident = factory.submit(factory.report(harms=["privacy"]))
    later = factory.text("severity", ("1.0.0", "2.0.0"), ("default: SEV3", "default: SEV1"))
    factory.install(at=AT + MINUTE, severity=later)
    assert amend(incident, impact={"reversible": True}).severity == "SEV3"


def test_each_amendment_is_a_decision_of_its_own() -> None:
    incident = factory.submit(factory.report())
    amend(incident, harms=["privacy"])
    assert incident.decisions.count() == 2


def test_a_long_reason_is_kept_whole_in_the_trail() -> None:
    incident = factory.submit(factory.report())
    flow.amend(incident, {"harms": []}, reason="x" * 1000, by=PERSON, at=AT)
    assert "incident.amended" in factory.verbs(incident)


def test_a_duty_that_begins_to_bite_leaves_the_shadow() -> None:
    dates = """  applies_from:
    - {date: "2026-01-01", when: {impact.reversible: false}}
    - {date: "2990-01-01"}
  applies_when"""
    text = factory.text("coming", ("  applies_when", dates), ("1.0.0", "1.0.1"))
    factory.install(at=AT, coming=text)
    incident = factory.submit(factory.breach(impact={"reversible": True}))
    assert duty(incident, "announce").shadow
    amend(incident, impact={"reversible": False})
    assert not duty(incident, "announce").shadow
    kinds = [kind for kind, _ in pending(deadline(incident, "announce", "report"))]
    assert kinds == ["reminder", "at_risk", "overdue"]
