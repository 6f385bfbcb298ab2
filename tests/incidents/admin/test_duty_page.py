"""The page of one duty: why, by when, what was decided and by whom."""

from datetime import datetime

import pytest

from incidents.models import Duty, Incident
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text

DUTIES = "incidents_duty"


@pytest.fixture
def declined(now: datetime) -> Duty:
    """A decision not to notify."""
    risk = {"breach": True, "risk": "unlikely"}
    facts = factory.report(personal_data=risk, moments={"aware": factory.iso(now)})
    return factory.duty(factory.submit(facts, at=now), "notify")


def test_it_says_what_is_owed_by_which_law_and_why(incident: Incident, officer: Desk) -> None:
    duty = factory.duty(incident, "notify")
    found = text(officer.page(DUTIES, duty.id))
    for each in ("Notify the authority", "Breach law", "Art. 1", "Legal counsel", duty.policy):
        assert each in found
    assert "personal_data.breach is yes — yes" in found
    for clock in duty.clocks.all():
        assert f"/incidents/clock/{clock.id}/change/" in found


def test_a_question_names_the_missing_fact_and_leads_to_where_it_is_added(
    now: datetime, officer: Desk
) -> None:
    asked = factory.submit(factory.report(personal_data={"breach": True}), at=now)
    found = text(officer.page(DUTIES, factory.duty(asked, "notify").id))
    assert "<code>personal_data.risk</code>" in found
    assert f"/incidents/incident/{asked.id}/change/#action-amend" in found


def test_a_superseded_duty_leads_to_what_replaces_it_and_back(now: datetime, officer: Desk) -> None:
    dead = factory.submit(factory.breach(now, harms=["death"]), at=now)
    serious, death = factory.duty(dead, "serious"), factory.duty(dead, "death")
    assert f"/incidents/duty/{death.id}/change/" in text(officer.page(DUTIES, serious.id))
    assert f"/incidents/duty/{serious.id}/change/" in text(officer.page(DUTIES, death.id))


def test_a_decision_not_to_notify_says_why_and_waits_for_a_word(
    declined: Duty, officer: Desk
) -> None:
    found = text(officer.page(DUTIES, declined.id))
    assert "personal_data.risk is unlikely, so that" in found
    assert "Nobody has confirmed this decision" in found


def test_an_officer_confirms_it(declined: Duty, officer: Desk) -> None:
    assert officer.act(DUTIES, declined.id, "confirm", note="Right.").status_code == 302
    declined.refresh_from_db()
    assert (declined.confirmation, declined.confirmed_by) == ("confirmed", officer.actor)
    found = text(officer.page(DUTIES, declined.id))
    assert "Confirmed not to apply by compliance-officer" in found
    assert "duty.decision_confirmed" in found


def test_an_officer_contests_it(declined: Duty, officer: Desk) -> None:
    assert officer.act(DUTIES, declined.id, "contest", note="It is likely.").status_code == 302
    declined.refresh_from_db()
    assert (declined.state, declined.confirmation) == ("open", "contested")
    assert "Held to apply by compliance-officer" in text(officer.page(DUTIES, declined.id))


def test_contesting_takes_a_reason(declined: Duty, officer: Desk) -> None:
    assert officer.act(DUTIES, declined.id, "contest").status_code == 422


@pytest.mark.parametrize("action", ["confirm", "contest"])
def test_a_responder_does_neither(declined: Duty, action: str) -> None:
    responder = desk("responder")
    assert f'id="action-{action}"' not in text(responder.page(DUTIES, declined.id))
    assert responder.act(DUTIES, declined.id, action, note="x").status_code == 403


def test_its_history_is_that_of_its_deadlines_and_dispensations_too(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    duty = factory.duty(incident, "notify")
    initial = factory.deadline(incident, "notify", "initial")
    factory.grant(initial, "pause", at=now, until=now + 9 * factory.HOUR)
    found = text(officer.page(DUTIES, duty.id))
    for verb in ("duty.opened", "clock.counted", "dispensation.approved"):
        assert verb in found


def test_the_page_of_the_incident_keeps_decisions_not_to_notify_apart(
    declined: Duty, officer: Desk
) -> None:
    found = text(officer.page("incidents_incident", declined.incident_id))
    assert "found not to apply: decisions not to notify" in found
    assert f"/incidents/duty/{declined.id}/change/" in found


def test_closing_says_how_many_are_unconfirmed(now: datetime, officer: Desk) -> None:
    quiet = factory.submit(factory.report(harms=[], personal_data={"breach": False}), at=now)
    officer.act("incidents_incident", quiet.id, "close", reason="Over.")
    shown = text(officer.client.get("/"))
    assert "Decisions not to notify left unconfirmed: 2." in shown
