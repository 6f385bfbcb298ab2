"""Several incidents at once from the list: what is said before, and what became of each."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from governance.ledger.models import Entry
from incidents import flow
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text

LIST = "admin:incidents_incident_changelist"


@pytest.fixture
def incidents(now: datetime) -> list[Incident]:
    return [factory.submit(factory.breach(now), at=now) for _ in range(3)]


def choose(who: Desk, incidents: list[Incident], action: str = "acknowledge", **more: Any) -> Any:
    chosen = [str(each.id) for each in incidents]
    return who.client.post(
        reverse(LIST), {"action": action, "index": "0", "_selected_action": chosen, **more}
    )


def taken() -> int:
    return Incident.objects.filter(acknowledged_at__isnull=False).count()


def test_what_will_happen_is_said_before_it_does(incidents: list[Incident], officer: Desk) -> None:
    asked = text(choose(officer, incidents))
    assert "You take the incident on and lead it; the escalation stops." in asked
    assert "Acknowledge: 3" in asked
    assert taken() == 0


def test_each_is_a_change_of_its_own(incidents: list[Incident], officer: Desk) -> None:
    shown = text(choose(officer, incidents, confirmed="yes"))
    assert taken() == 3
    assert Entry.objects.filter(verb="incident.acknowledged").count() == 3
    assert f"You have acknowledged {incidents[0].reference}." in shown


def test_one_that_somebody_has_is_left_and_the_others_are_done(
    incidents: list[Incident], officer: Desk, now: datetime
) -> None:
    first = incidents[0]
    flow.acknowledge(first, by=factory.person("faster", "responder"), at=now)
    shown = choose(officer, incidents, confirmed="yes")
    first.refresh_from_db()
    assert first.acknowledged_by != officer.actor
    assert "Done for 2 of 3." in text(shown)
    assert "Not possible for this one; nothing done." in text(shown)


def test_a_form_that_is_not_filled_in_changes_nothing(
    incidents: list[Incident], officer: Desk
) -> None:
    answer = choose(officer, incidents, "hand_over", confirmed="yes", to="", reason="Night.")
    assert answer.status_code == 422
    assert not Entry.objects.filter(verb="incident.handed_over").exists()


def test_several_are_handed_over_with_one_reason(incidents: list[Incident], officer: Desk) -> None:
    given = {"to": "role:executive", "reason": "Night."}
    shown = text(choose(officer, incidents, "hand_over", confirmed="yes", **given))
    assert "Done for 3 of 3." in shown
    assert Entry.objects.filter(verb="incident.handed_over").count() == 3


def test_who_only_reads_is_offered_nothing(incidents: list[Incident]) -> None:
    auditor = desk("auditor")
    choose(auditor, incidents, confirmed="yes")
    assert taken() == 0
    assert 'value="acknowledge"' not in text(auditor.client.get(reverse(LIST)))


def test_nothing_is_approved_for_several_at_once(officer: Desk) -> None:
    for model in ("incidents_notice", "policies_policyversion", "incidents_dispensation"):
        assert 'value="approve"' not in text(officer.list(model))
