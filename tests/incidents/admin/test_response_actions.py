"""Snoozing and handing over on the page of an incident."""

from datetime import datetime

import pytest

from governance.accounts.models import User
from governance.ledger.models import Entry
from incidents import flow
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, desk, field, said, text

INCIDENTS = "incidents_incident"


def by(verb: str) -> str:
    return Entry.objects.get(verb=verb).actor


def test_the_page_names_the_lead(incident: Incident, officer: Desk) -> None:
    assert "Led by" in text(officer.page(INCIDENTS, incident.id))
    assert "Incident commander" in text(officer.page(INCIDENTS, incident.id))


def test_snoozing(incident: Incident, officer: Desk, now: datetime) -> None:
    until = (now + factory.HOUR).replace(microsecond=0)
    answer = officer.act(INCIDENTS, incident.id, "snooze", until=field(until), reason="Busy.")
    assert answer.status_code == 302
    incident.refresh_from_db()
    assert incident.snoozed_until == until
    assert by("incident.snoozed") == officer.actor
    assert "Snoozed until" in text(officer.page(INCIDENTS, incident.id))


def test_a_snooze_that_is_too_long_says_how_long_it_may_be(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    until = field(now + 9 * factory.HOUR)
    answer = officer.act(INCIDENTS, incident.id, "snooze", until=until, reason="x")
    assert answer.status_code == 422
    assert "4 hours at most" in said(answer)[0]


def test_what_is_acknowledged_offers_no_snooze(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    assert 'value="snooze"' in text(officer.page(INCIDENTS, incident.id))
    flow.acknowledge(incident, by=factory.PERSON, at=now)
    assert 'value="snooze"' not in text(officer.page(INCIDENTS, incident.id))


def test_handing_over_to_a_role(incident: Incident, officer: Desk) -> None:
    given = {"to": "role:executive", "reason": "My shift ends."}
    assert officer.act(INCIDENTS, incident.id, "hand_over", **given).status_code == 302
    incident.refresh_from_db()
    assert (incident.lead, by("incident.handed_over")) == ("role:executive", officer.actor)


def test_handing_over_to_a_person_shows_the_name(incident: Incident, officer: Desk) -> None:
    User.objects.create(username="ann", email="ann@example.org", roles=["responder"])
    given = {"to": "person:ann", "reason": "x"}
    assert officer.act(INCIDENTS, incident.id, "hand_over", **given).status_code == 302
    assert "Led by" in text(officer.page(INCIDENTS, incident.id))
    incident.refresh_from_db()
    assert incident.lead == f"user:{User.objects.get(username='ann').id}"


def test_only_people_who_can_be_told_and_may_respond_are_offered(
    incident: Incident, officer: Desk
) -> None:
    for name, email, role in [
        ("ann", "ann@example.org", "responder"),
        ("mute", "", "responder"),
        ("reader", "reader@example.org", "auditor"),
    ]:
        User.objects.create(username=name, email=email, roles=[role])
    page = text(officer.page(INCIDENTS, incident.id))
    found = [name for name in ("ann", "mute", "reader") if f'value="person:{name}"' in page]
    assert found == ["ann"]


@pytest.mark.parametrize("action", ["snooze", "hand_over"])
def test_an_auditor_may_do_neither(incident: Incident, action: str) -> None:
    assert desk("auditor").act(INCIDENTS, incident.id, action).status_code == 403


def test_what_waits_is_shown_with_the_reason(incident: Incident, officer: Desk) -> None:
    why = "Held back: the quiet hours of SEV3 last until 2026-11-24 06:00 UTC."
    incident.timers.filter(kind="escalation").update(kind="held", outcome=why)
    page = text(officer.page(INCIDENTS, incident.id))
    assert "Held-back message" in page
    assert why in page
