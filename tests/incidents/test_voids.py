"""Incidents that were none: closed as void, on record, and opened again."""

from datetime import timedelta

import pytest

from governance.errors import NotAllowed
from governance.ledger.ledger import Actor
from incidents import flow, sweep, voids
from incidents.errors import WrongState
from incidents.models import Incident, Timer
from tests import factory
from tests.factory import AT, HOUR
from tests.incidents import noticing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policies() -> None:
    factory.install()


@pytest.fixture
def incident() -> Incident:
    """A breach, with a duty that applies."""
    return factory.submit(factory.breach(), at=AT)


def officer() -> Actor:
    return factory.person("officer", "compliance-officer")


def void(incident: Incident, by: Actor | None = None) -> Incident:
    return voids.void(incident, reason="A test.", by=by or officer(), at=AT + HOUR)


def reopen(incident: Incident) -> Incident:
    return voids.reopen(incident, reason="It was one.", by=officer(), at=AT + 2 * HOUR)


def states(incident: Incident) -> dict[str, str]:
    return dict(incident.duties.filter(shadow=False).values_list("duty", "state"))


def test_a_void_incident_is_closed_as_such(incident: Incident) -> None:
    found = void(incident)
    assert (found.state, found.closed_as, found.standing) == ("closed", "void", "Void")
    assert "incident.voided" in factory.verbs(incident)


def test_what_is_owed_is_called_off_with_the_reason(incident: Incident) -> None:
    void(incident)
    assert set(states(incident).values()) == {"cancelled"}
    clock = factory.deadline(incident, "notify", "initial")
    assert (clock.state, clock.cancelled_because) == (
        "cancelled",
        "The incident was voided: there was none.",
    )


def test_nothing_more_is_said_of_it(incident: Incident) -> None:
    void(incident)
    assert not Timer.objects.filter(incident=incident, state="pending").exists()
    sweep.run(at=AT + timedelta(days=2))
    assert "clock.overdue" not in factory.verbs(incident)


def test_it_changes_no_more(incident: Incident) -> None:
    void(incident)
    with pytest.raises(WrongState):
        factory.amend(incident, harms=["death"])


def test_who_may_not_approve_may_not_void(incident: Incident) -> None:
    with pytest.raises(NotAllowed):
        void(incident, factory.person("responder", "responder"))


def test_a_key_of_no_person_may_not_void(incident: Incident) -> None:
    with pytest.raises(NotAllowed):
        void(incident, factory.TOOL)


def reported_by(person: Actor) -> Incident:
    sent = factory.sent(factory.breach())
    body = {**sent.__dict__, "actor": factory.key_of(person)}
    return flow.report(type(sent)(**body), factory.breach(), at=AT).incident


def test_who_reported_it_does_not_void_it_while_a_duty_applies() -> None:
    incident = reported_by(officer())
    with pytest.raises(NotAllowed, match="somebody else"):
        void(incident)
    assert void(incident, factory.approver()).closed_as == "void"


def test_where_no_duty_applies_who_reported_it_may() -> None:
    incident = reported_by(officer())
    incident.duties.filter(state="open").update(shadow=True)
    assert void(incident).closed_as == "void"


def test_once_a_stage_was_sent_it_is_refused_and_says_what(incident: Incident) -> None:
    factory.fulfil(factory.deadline(incident, "notify", "initial"), AT + HOUR)
    with pytest.raises(WrongState, match="sent 2026-11-23 09:00 UTC"):
        void(incident)
    incident.refresh_from_db()
    assert incident.state == "open"


def test_a_draft_of_a_notice_ends(incident: Incident) -> None:
    notice = noticing.draft(factory.deadline(incident, "notify", "initial"))
    void(incident)
    notice.refresh_from_db()
    assert notice.state == "withdrawn"


# --- open again ----------------------------------------------------------------------------------


def test_reopened_it_owes_what_it_owed(incident: Incident) -> None:
    before = states(incident)
    due = factory.deadline(incident, "notify", "initial").conservative_due
    void(incident)
    found = reopen(incident)
    assert (found.state, found.closed_as, found.closed_at) == ("open", "", None)
    assert states(incident) == before
    clock = factory.deadline(incident, "notify", "initial")
    assert (clock.state, clock.conservative_due) == ("running", due)


def test_its_reminders_are_set_again(incident: Incident) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    void(incident)
    assert factory.pending(clock) == []
    reopen(incident)
    assert ("overdue", "") in [(kind, "") for kind, _ in factory.pending(clock)]


def test_it_has_to_be_acknowledged_anew(incident: Incident) -> None:
    flow.acknowledge(incident, by=officer(), at=AT)
    void(incident)
    found = reopen(incident)
    assert (found.acknowledged_at, found.lead) == (None, "role:incident-commander")
    assert found.timers.filter(kind="escalation", state="pending").exists()


def test_a_contested_duty_is_owed_again(incident: Incident) -> None:
    incident.duties.filter(duty="notify").update(
        confirmation="contested", contested_at=AT, contested_by=str(officer())
    )
    void(incident)
    reopen(incident)
    assert states(incident)["notify"] == "open"


def test_what_is_not_void_is_not_reopened(incident: Incident) -> None:
    with pytest.raises(WrongState, match="not closed as void"):
        reopen(incident)


def test_while_another_has_its_fingerprint_it_stays_void() -> None:
    facts = factory.report(signal={"fingerprint": "f"})
    first = factory.submit(facts, at=AT)
    void(first)
    factory.submit(facts, at=AT + HOUR)
    with pytest.raises(WrongState, match="same fingerprint"):
        reopen(first)
