"""Stored objects against what the audit trail says of them: after whole stories nothing is wrong,
and whatever is changed behind the trail's back is named."""

import hashlib

import pytest

from governance.ledger.verification import course
from governance.ledger.verification.findings import Finding
from incidents import annotations, flow, links, sweep, team, voids
from incidents.models import Incident
from tests import factory
from tests.factory import AT, HOUR, PERSON
from tests.governance.ledger import logs
from tests.governance.ledger.logs import unhindered

pytestmark = pytest.mark.django_db
DAY = 24 * HOUR


@pytest.fixture
def incident() -> Incident:
    """With a decision, duties, clocks that moved, a waiver, a delay and what time said of them."""
    factory.install()
    found = factory.submit(factory.breach(harms=["death"]))
    flow.acknowledge(found, by=PERSON, at=AT)
    factory.amend(found, harms=["injury"])
    factory.record(found, "aware", AT - HOUR, at=AT + 2 * HOUR)
    factory.grant(factory.deadline(found, "notify", "initial"), "delay", at=AT, until=AT + DAY)
    factory.grant(factory.duty(found, "serious"), "waiver", at=AT + 2 * HOUR)
    sweep.run(at=AT + DAY)
    factory.amend(found, at=AT + DAY, harms=["death", "injury"])
    sweep.run(at=AT + 3 * DAY)
    logs.seal()
    return found


@pytest.fixture
def around(incident: Incident) -> Incident:
    """A second signal of another incident, which is linked; a role, a note and its correction."""
    facts = factory.report(signal={"fingerprint": "f"})
    other, _, _ = (factory.submit(facts, at=AT) for _ in range(3))
    words = {"reason": "Why.", "by": PERSON, "at": AT}
    flow.split(other.signals.latest("id"), **words)
    links.remove(links.add(incident, other, links.Kind.RELATED, **words), **words)
    links.add(incident, other, links.Kind.CAUSED, **words)
    factory.person("ada", "responder")
    team.assign(incident, "responder", "ada", **words)
    note = annotations.write(incident, "The cache.", about=AT, by=PERSON, at=AT)
    annotations.correct(note, "The queue.", about=None, by=PERSON, at=AT)
    voids.void(other, reason="A test.", by=factory.approver(), at=AT)
    logs.seal()
    return incident


def findings() -> list[Finding]:
    return course.run(course.begin()).kept


def found() -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in findings()]


def test_after_a_whole_story_nothing_is_wrong(incident: Incident) -> None:
    assert findings() == []


def test_a_severity_that_somebody_lowered_is_named(incident: Incident) -> None:
    unhindered("UPDATE incidents_incident SET severity = 'SEV9'")
    assert found() == [("object-changed", f"incident {incident.reference}")]


def test_after_all_that_stands_around_it_nothing_is_wrong(around: Incident) -> None:
    assert findings() == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE incidents_incidentlink SET removed_at = NULL", "link"),
        ("UPDATE incidents_incidentrole SET role = 'executive'", "role"),
        ("UPDATE incidents_signal SET count = 9", "signal"),
        ("UPDATE incidents_timelinenote SET text = 'Nobody.'", "note"),
        ("UPDATE incidents_incident SET closed_as = ''", "incident"),
    ],
)
def test_what_somebody_changed_around_it_is_named(
    around: Incident, change: str, named: str
) -> None:
    unhindered(change)
    assert {(code, where.split()[0]) for code, where in found()} == {("object-changed", named)}


def test_a_note_that_somebody_emptied_without_an_erasure_is_named(around: Incident) -> None:
    unhindered("UPDATE incidents_timelinenote SET text = '[erased]'")
    assert {code for code, _ in found()} == {"erasure-unrecorded"}


def test_an_incident_that_somebody_closed_is_named(incident: Incident) -> None:
    unhindered("UPDATE incidents_incident SET state = 'closed', closed_at = now()")
    assert ("object-changed", f"incident {incident.reference}") in found()


def test_a_deadline_that_somebody_moved_is_named(incident: Incident) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    unhindered(
        "UPDATE incidents_clock SET legal_due = legal_due + interval '1 day' WHERE id = %s",
        clock.id,
    )
    (finding,) = findings()
    assert (finding.code, finding.where) == ("object-changed", f"clock {clock.id}")
    assert "legal_due" in finding.what


def test_a_duty_that_somebody_settled_is_named(incident: Incident) -> None:
    duty = factory.duty(incident, "death")
    unhindered("UPDATE incidents_duty SET state = 'fulfilled' WHERE id = %s", duty.id)
    assert found() == [("object-changed", f"duty {duty.id}")]


def test_a_changed_decision_is_named(incident: Incident) -> None:
    decision = incident.decisions.earliest("id")
    unhindered(
        "UPDATE incidents_decision SET text = replace(text, 'death', 'dirth') WHERE id = %s",
        decision.id,
    )
    assert found() == [("decision-changed", f"decision {decision.id}")]


def test_changed_facts_are_named(incident: Incident) -> None:
    decision = incident.decisions.earliest("id")
    unhindered(
        "UPDATE incidents_decision SET facts = replace(facts, 'death', 'injury') WHERE id = %s",
        decision.id,
    )
    (finding,) = findings()
    assert "facts are not those" in finding.what


def test_a_decision_that_comes_out_differently_is_named(incident: Incident) -> None:
    """Its text and its entry agree, and its facts do not lead there."""
    decision = incident.decisions.earliest("id")
    facts = decision.facts.replace('"death"', '"privacy"')
    assert facts != decision.facts
    unhindered("UPDATE incidents_decision SET facts = %s WHERE id = %s", facts, decision.id)
    unhindered(
        "UPDATE ledger_entry SET body = replace(body, %s, encode(sha256(convert_to(%s, 'UTF8')),"
        " 'hex')) WHERE verb = 'incident.classified'",
        hashlib.sha256(decision.facts.encode()).hexdigest(),
        facts,
    )
    assert ("decision-differs", f"decision {decision.id}") in found()


def test_a_changed_body_of_a_report_is_named(incident: Incident) -> None:
    (submission,) = incident.submissions.all()
    unhindered("UPDATE incidents_submission SET body = %s", b"{}")
    assert found() == [("submission-changed", f"submission {submission.id}")]


def test_a_changed_policy_is_named(incident: Incident) -> None:
    unhindered(
        "UPDATE policies_policyversion SET text = replace(text, 'Notify', 'Inform')"
        " WHERE name = 'breach'"
    )
    codes = {code for code, where in found() if where.startswith("policy ObligationPolicy/breach")}
    assert codes == {"policy-changed"}


def test_a_release_of_other_versions_is_named(incident: Incident) -> None:
    unhindered("UPDATE policies_release SET members = members[2:]")
    assert "release-changed" in {code for code, _ in found()}
