"""API keys over REST: own ones, with no more than one has."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.accounts import teams
from governance.accounts.models import ApiKey, User
from tests import factory

pytestmark = pytest.mark.django_db


def lists(caller: APIClient) -> set[str]:
    return {each["name"] for each in factory.get(caller, "api-keys").json()["results"]}


def made(caller: APIClient, *scopes: str, **more: Any) -> Any:
    return factory.post(caller, "api-keys", {"name": "made", "scopes": scopes, **more})


@pytest.fixture
def tool() -> APIClient:
    return factory.client("keys:manage", "incidents:report")


def test_a_new_key_is_shown_once_and_works(tool: APIClient) -> None:
    answer = made(tool, "incidents:report")
    assert answer.status_code == 201
    caller = APIClient(headers={"Authorization": f"Bearer {answer.json()['key']}"})
    assert caller.get("/api/v1/me").json()["scopes"] == ["incidents:report"]
    assert "key" not in tool.get(answer["Location"]).json()


def test_no_key_has_more_scopes_than_its_maker(tool: APIClient) -> None:
    answer = made(tool, "incidents:report", "policies:approve")
    assert (answer.status_code, answer.json()["code"]) == (403, "another-person-needed")
    assert "policies:approve" in answer.json()["detail"]
    assert not ApiKey.objects.filter(name="made").exists()


def test_a_person_makes_a_key_within_the_own_roles() -> None:
    caller = APIClient()
    factory.person("maker", "responder")
    caller.force_login(User.objects.get(username="maker"))
    assert made(caller, "incidents:read").status_code == 201
    assert made(caller, "policies:write").status_code == 403


def test_a_key_of_a_team_acts_on_its_systems_only(tool: APIClient) -> None:
    by: dict[str, Any] = {"by": factory.PERSON, "at": clock.now()}
    care = teams.give(teams.make("Care", **by), ["triage"], **by)
    answer = made(tool, "incidents:report", team=str(care.id))
    assert answer.json()["team"] == str(care.id)
    caller = APIClient(headers={"Authorization": f"Bearer {answer.json()['key']}"})
    assert "incidents:report" not in caller.get("/api/v1/me").json()["scopes"]


def test_what_no_team_can_hold_is_in_no_key_of_a_team(tool: APIClient) -> None:
    care = teams.make("Care", by=factory.PERSON, at=clock.now())
    assert made(tool, "keys:manage", team=str(care.id)).status_code == 422


def test_a_team_that_there_is_not_is_404(tool: APIClient) -> None:
    missing = "01890000-0000-7000-8000-000000000009"
    assert made(tool, "incidents:report", team=missing).status_code == 404


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["incidents:everything"]}, "/scopes/0"),
        ({"days": 0}, "/days"),
        ({"days": 367}, "/days"),
        ({"digest": "00"}, "/digest"),
        ({"created_by": "user:1"}, "/created_by"),
    ],
)
def test_what_cannot_be_is_422(tool: APIClient, given: dict[str, Any], pointer: str) -> None:
    answer = made(tool, "incidents:report", **given)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


def test_one_sees_ones_own_and_who_manages_access_all(tool: APIClient) -> None:
    other = factory.person("other", "responder")
    factory.key("incidents:report", owner=other)
    ApiKey.objects.filter(created_by=str(other)).update(name="theirs")
    assert "theirs" not in lists(tool)
    assert "theirs" in lists(factory.client("access:manage", owner=factory.person("boss")))


@pytest.mark.parametrize("act", ["", "/rotation", "/revocation"])
def test_a_key_of_others_is_as_if_it_were_not_there(tool: APIClient, act: str) -> None:
    theirs = ApiKey.objects.get(
        prefix=factory.key("incidents:report", owner=factory.person("other")).split("_")[1]
    )
    body = {"reason": "Gone."} if act == "/revocation" else {}
    path = f"api-keys/{theirs.id}{act}"
    answer = factory.post(tool, path, body) if act else factory.get(tool, path)
    assert answer.status_code == 404
    assert ApiKey.objects.get(id=theirs.id).revoked_at is None


def test_a_tool_rotates_its_own_key() -> None:
    caller = factory.client("keys:manage")
    own = caller.get("/api/v1/me").json()["key"]["id"]
    answer = factory.post(caller, f"api-keys/{own}/rotation", {"overlap_hours": 0})
    assert answer.status_code == 201
    assert caller.get("/api/v1/me").status_code == 401
    fresh = APIClient(headers={"Authorization": f"Bearer {answer.json()['key']}"})
    assert fresh.get("/api/v1/me").json()["key"]["id"] == own


def test_nobody_gets_the_secret_of_a_key_that_may_do_more() -> None:
    boss = factory.client("access:manage", "keys:manage", owner=factory.person("boss"))
    key = ApiKey.objects.get(prefix=factory.key("policies:approve").split("_")[1])
    assert factory.post(boss, f"api-keys/{key.id}/rotation", {}).status_code == 403


def test_revoked_is_at_once_and_with_a_reason(tool: APIClient) -> None:
    answer = made(tool, "incidents:report").json()
    ended = factory.post(tool, f"api-keys/{answer['id']}/revocation", {"reason": "Leaked."})
    assert ended.json()["revoked_at"] is not None
    caller = APIClient(headers={"Authorization": f"Bearer {answer['key']}"})
    assert caller.get("/api/v1/me").status_code == 401
    again = factory.post(tool, f"api-keys/{answer['id']}/revocation", {"reason": "Leaked."})
    assert again.status_code == 409


@pytest.mark.parametrize("scope", ["incidents:read", "ledger:read", "webhooks:manage"])
def test_other_scopes_are_no_use(scope: str) -> None:
    caller = factory.client(scope)
    assert factory.get(caller, "api-keys").status_code == 403
    assert made(caller, scope).status_code == 403
