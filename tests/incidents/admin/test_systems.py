"""The pages of systems, by the register in force."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from governance import clock
from governance.accounts import teams
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text

pytestmark = pytest.mark.django_db


def page(viewer: Desk, system: str) -> HttpResponse:
    return viewer.client.get(reverse("admin:incidents_incident_system", args=[system]))


def listing(viewer: Desk) -> str:
    return text(viewer.client.get(reverse("admin:incidents_incident_systems")))


def owned(system: str) -> None:
    by = {"by": factory.PERSON, "at": clock.now()}
    teams.give(teams.make("Night watch", **by), [system], **by)


def test_every_system_of_the_register_is_listed_with_its_team(
    incident: Incident, officer: Desk
) -> None:
    owned("triage")
    found = listing(officer)
    assert "Triage of patients" in found
    assert "Night watch" in found


def test_the_page_of_one_shows_its_open_incidents_and_what_the_register_states(
    incident: Incident, officer: Desk
) -> None:
    found = text(page(officer, incident.system))
    assert incident.reference in found
    assert "owner_team" in found


def test_it_shows_what_is_due(incident: Incident, officer: Desk) -> None:
    breach = factory.submit(factory.breach(clock.now()), at=clock.now())
    owed = text(page(officer, "triage")).split('id="owed"')[1]
    assert breach.reference in owed.split("</section>")[0]


def test_a_system_that_there_is_not_is_not_found(incident: Incident, officer: Desk) -> None:
    assert page(officer, "none").status_code == 404


def test_without_policies_the_list_says_where_systems_stand(db: None) -> None:
    assert "SystemRegister" in listing(desk("auditor"))
