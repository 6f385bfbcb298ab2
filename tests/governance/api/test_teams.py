"""Teams over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.accounts import roles
from governance.accounts.models import Membership
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    return factory.client(roles.TEAMS_MANAGE)


def make(caller: APIClient, name: str = "Care") -> dict[str, Any]:
    found: dict[str, Any] = factory.post(caller, "teams", {"name": name}).json()
    return found


def test_a_team_is_found_where_it_was_said_to_be(caller: APIClient) -> None:
    answer = factory.post(caller, "teams", {"name": "Care"})
    assert answer.status_code == 201
    assert caller.get(answer["Location"]).json()["name"] == "Care"


def test_a_name_is_changed_and_the_rest_stays(caller: APIClient) -> None:
    id_ = make(caller)["id"]
    changed = caller.patch(f"/api/v1/teams/{id_}", {"description": "Wards"}, format="json")
    assert (changed.json()["name"], changed.json()["description"]) == ("Care", "Wards")


def test_systems_are_given_and_taken(caller: APIClient) -> None:
    id_ = make(caller)["id"]
    given = factory.post(caller, f"teams/{id_}/given-systems", {"systems": ["b", "a"]})
    assert given.json()["systems"] == ["a", "b"]
    taken = factory.post(caller, f"teams/{id_}/taken-systems", {"systems": ["a"]})
    assert taken.json()["systems"] == ["b"]


def test_what_another_team_owns_is_a_conflict(caller: APIClient) -> None:
    one, two = make(caller)["id"], make(caller, "Sales")["id"]
    factory.post(caller, f"teams/{one}/given-systems", {"systems": ["a"]})
    answer = factory.post(caller, f"teams/{two}/given-systems", {"systems": ["a"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_member_has_the_roles_that_were_given(caller: APIClient) -> None:
    factory.person("robin")
    given = {"person": "robin", "roles": ["responder"]}
    answer = factory.post(caller, f"teams/{make(caller)['id']}/members", given)
    assert answer.json()["members"][0]["roles"] == ["responder"]


def test_a_member_without_roles_is_gone(caller: APIClient) -> None:
    factory.person("robin")
    path = f"teams/{make(caller)['id']}/members"
    for held in (["responder"], []):
        factory.post(caller, path, {"person": "robin", "roles": held})
    assert not Membership.objects.exists()


def test_a_closed_team_stays_to_be_read(caller: APIClient) -> None:
    id_ = make(caller)["id"]
    factory.post(caller, f"teams/{id_}/closure", {"reason": "Over."})
    assert factory.get(caller, f"teams/{id_}").json()["closed_at"] is not None


def test_without_the_scope_nobody_manages_teams() -> None:
    others = set(roles.SCOPES) - {roles.TEAMS_MANAGE}
    assert factory.post(factory.client(*others), "teams", {"name": "Care"}).status_code == 403
