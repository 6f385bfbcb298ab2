from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from governance.accounts import keys
from governance.ledger.models import Entry
from incidents import flow, moments
from incidents.models import Incident
from incidents.stages.intake import Sent
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text

INCIDENTS = "incidents_incident"


@pytest.fixture
def page(incident: Incident, officer: Desk) -> str:
    return text(officer.page(INCIDENTS, incident.id))


def test_it_gives_the_severity_with_its_reason_and_rule(page: str) -> None:
    assert "SEV2" in page
    assert "Personal data were breached." in page
    assert "<code>breach</code>" in page


def test_it_shows_duties_with_their_stages(incident: Incident, page: str) -> None:
    for clock in incident.clocks.filter(duty__policy_name="breach"):
        assert f"/incidents/clock/{clock.id}/change/" in page


def test_a_question_names_the_missing_fact_and_the_time_limit(now: datetime, officer: Desk) -> None:
    facts = factory.report(personal_data={"breach": True})
    incident = factory.submit(facts, at=now)
    found = text(officer.page(INCIDENTS, incident.id))
    assert "personal_data.risk" in found
    assert "Does it apply?" in found


def test_it_shows_the_facts_in_words(page: str) -> None:
    assert "Personal data › risk<span" in page
    assert "<code>personal_data.risk</code></span></dt><dd>high</dd>" in page


def test_it_shows_a_moment_with_its_basis(page: str) -> None:
    assert "Stated in the report." in page


def test_the_trace_says_what_was_seen(page: str) -> None:
    assert "personal_data.breach is yes — yes" in page


def test_it_says_what_will_happen_next(page: str) -> None:
    assert "Reminder" in page
    assert "Escalation step" in page


def test_it_says_what_was_cancelled_and_why(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    flow.acknowledge(incident, by=factory.PERSON, at=now)
    found = text(officer.page(INCIDENTS, incident.id))
    assert "that fired, were left out or were cancelled" in found
    assert "Acknowledged." in found


def test_it_shows_the_messages(page: str) -> None:
    assert "commander@example.org" in page


def test_the_timeline_names_the_tool(now: datetime, officer: Desk) -> None:
    key, _ = keys.mint(
        name="Chat gateway",
        scopes=["incidents:report"],
        by=factory.PERSON,
        expires_at=now + 24 * factory.HOUR,
        at=now,
    )
    facts = factory.report()
    sent = Sent(b"{}", "application/json", factory.Actor("api_key", key.prefix))
    incident = flow.report(sent, facts, at=now).incident
    assert "Chat gateway (API key)" in text(officer.page(INCIDENTS, incident.id))


def entry(incident: Incident) -> UUID:
    return Entry.objects.filter(incident_id=incident.id).exclude(verb="incident.read")[0].id


def test_the_timeline_leads_an_officer_to_the_audit_trail(incident: Incident, page: str) -> None:
    assert f"/ledger/entry/{entry(incident)}/" in page


def test_the_timeline_does_not_lead_a_responder_where_it_may_not_go(incident: Incident) -> None:
    found = text(desk("responder").page(INCIDENTS, incident.id))
    assert f"/ledger/entry/{entry(incident)}/" not in found


def test_shadow_duties_are_folded(now: datetime, officer: Desk) -> None:
    incident = factory.submit(factory.breach(now), at=now)
    assert incident.duties.filter(shadow=True).exists()
    assert "in shadow" in text(officer.page(INCIDENTS, incident.id))


def test_what_a_report_says_is_shown_as_text(now: datetime, officer: Desk) -> None:
    told = {"title": "<script>alert(1)</script>", "narrative": "<b>bold</b>"}
    incident = factory.submit(factory.report(incident=told), at=now)
    raw = officer.page(INCIDENTS, incident.id).content.decode()
    assert "<script>alert(1)" not in raw
    assert "<b>bold" not in raw


def test_its_queries_do_not_grow_with_its_history(
    incident: Incident, officer: Desk, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        by = factory.PERSON
        moments.record(incident, "aware", now - factory.HOUR, basis="log", by=by, at=now)
    officer.page(INCIDENTS, incident.id)  # the first look of the hour is put on record
    with django_assert_max_num_queries(31):
        officer.page(INCIDENTS, incident.id)
