"""Teams at the console."""

import pytest
from django.urls import reverse

from governance.accounts import roles, teams
from governance.accounts.models import ApiKey, Team
from tests import factory
from tests.incidents.admin.desk import Desk, desk, person, said, text

pytestmark = pytest.mark.django_db


def team(*systems: str) -> Team:
    made = teams.make("Care", by=factory.PERSON, at=factory.AT)
    return teams.give(made, systems, by=factory.PERSON, at=factory.AT) if systems else made


@pytest.fixture
def admin() -> Desk:
    return desk("administrator")


def test_a_team_is_made_and_shown(admin: Desk) -> None:
    path = reverse("admin:accounts_team_add")
    answer = admin.client.post(path, {"name": "Care", "description": "Wards"}, follow=True)
    assert "Wards" in text(answer)


def test_systems_are_given_one_a_line(admin: Desk) -> None:
    made = team()
    admin.act("accounts_team", made.id, "give", systems="triage\n chat-bot \n")
    assert teams.systems_of(made) == ["chat-bot", "triage"]


def test_systems_are_taken(admin: Desk) -> None:
    made = team("triage", "chat-bot")
    admin.act("accounts_team", made.id, "take", systems=["triage"])
    assert teams.systems_of(made) == ["chat-bot"]


def test_a_member_is_shown_on_both_pages(admin: Desk) -> None:
    made, user = team("triage"), person(name="robin")
    admin.act("accounts_team", made.id, "member", person="robin", roles=["responder"])
    assert "Responder" in text(admin.page("accounts_team", made.id))
    page = desk("reporter", administrator=True).page("accounts_user", user.id)
    assert "Care" in text(page)


def test_a_refusal_is_said(admin: Desk) -> None:
    made = team()
    answer = admin.act("accounts_team", made.id, "member", person="nobody", roles=["responder"])
    assert said(answer) == ["There is no person with the user name 'nobody'."]


def test_a_closed_team_offers_nothing(admin: Desk) -> None:
    made = team("triage")
    admin.act("accounts_team", made.id, "close", reason="Over.")
    assert "action-give" not in text(admin.page("accounts_team", made.id))


def test_officers_do_not_see_teams() -> None:
    assert desk("compliance-officer").list("accounts_team").status_code == 403


def test_a_key_is_bound_to_a_team_where_it_is_made() -> None:
    made = team("triage")
    form = {"name": "tool", "scopes": [roles.INCIDENTS_REPORT], "team": str(made.id), "days": 9}
    path = reverse("admin:accounts_apikey_add")
    assert desk(administrator=True).client.post(path, form).status_code == 201
    assert ApiKey.objects.get().team == made
