"""People over REST: who administers access gets no more of it that way."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from governance import clock
from governance.accounts import keys
from governance.accounts.models import ApiKey, User
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry
from tests import factory
from tests.factory import HOUR
from tests.governance.signon.people import QUICK, give_codes, is_in, sign_in

pytestmark = pytest.mark.django_db
WORDS = "seven-other-words-in-one-row"


@pytest.fixture
def boss() -> APIClient:
    return factory.client("access:manage", owner=factory.person("boss", "administrator"))


@pytest.fixture
def root() -> APIClient:
    return factory.client("access:manage", owner=factory.superuser("root"))


def made(caller: APIClient, **given: Any) -> Any:
    return factory.post(caller, "people", {"username": "new", **given})


def changed(caller: APIClient, user: User, **given: Any) -> Any:
    return caller.patch(f"/api/v1/people/{user.id}", given, format="json")


def user(name: str = "someone", *roles: str) -> User:
    factory.person(name, *roles)
    return User.objects.get(username=name)


def test_a_person_is_made_and_can_sign_in(boss: APIClient) -> None:
    with QUICK:
        answer = made(boss, roles=["responder"], password=WORDS, email="new@example.org")
        sign_in(client := Client(), name="new", password=WORDS)
        assert is_in(client)
    assert answer.status_code == 201
    assert boss.get(answer["Location"]).json()["roles"] == ["responder"]


def test_without_a_password_nobody_signs_in_by_one(boss: APIClient) -> None:
    made(boss, roles=["responder"])
    assert not User.objects.get(username="new").has_usable_password()


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"username": "a b"}, "/username"),
        ({"email": "nowhere"}, "/email"),
        ({"roles": ["king"]}, "/roles/0"),
        ({"is_superuser": True}, "/is_superuser"),
        ({"id": "1"}, "/id"),
    ],
)
def test_what_cannot_be_is_422(boss: APIClient, given: dict[str, Any], pointer: str) -> None:
    answer = made(boss, **given)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


def test_a_weak_password_is_422(boss: APIClient) -> None:
    assert made(boss, password="12345678").status_code == 422


def test_a_name_is_given_once(boss: APIClient) -> None:
    made(boss)
    assert made(boss).status_code == 409


def test_no_answer_holds_a_password(boss: APIClient) -> None:
    answer = made(boss, password=WORDS)
    assert "password" not in answer.json()
    assert "password" not in boss.get(answer["Location"]).json()


def test_roles_are_changed_and_what_is_not_given_stays(boss: APIClient) -> None:
    someone = user()
    assert changed(boss, someone, roles=["auditor"]).json()["roles"] == ["auditor"]
    assert changed(boss, someone, active=False).json()["roles"] == ["auditor"]
    assert Entry.objects.filter(verb="person.access_changed").count() == 2


def test_nobody_changes_the_own_access(boss: APIClient) -> None:
    answer = changed(boss, User.objects.get(username="boss"), roles=["legal-counsel"])
    assert (answer.status_code, answer.json()["code"]) == (403, "another-person-needed")


def test_only_a_superuser_makes_superusers(boss: APIClient, root: APIClient) -> None:
    assert made(boss, administrator=True).status_code == 403
    assert changed(boss, user(), administrator=True).status_code == 403
    assert made(root, administrator=True).status_code == 201


@pytest.mark.parametrize("act", ["sessions/end", "second-factors/reset"])
def test_only_a_superuser_touches_a_superuser(boss: APIClient, root: APIClient, act: str) -> None:
    root_id = User.objects.get(username="root").id
    body = {"reason": "Lost."} if act.endswith("reset") else {}
    assert factory.post(boss, f"people/{root_id}/{act}", body).status_code == 403


def test_a_key_of_no_person_makes_no_superuser() -> None:
    caller = factory.client("access:manage", owner=factory.TOOL)
    assert made(caller, administrator=True).status_code == 403


def test_sessions_are_ended_from_here(boss: APIClient) -> None:
    someone = user()
    client = Client()
    client.force_login(someone)
    assert client.get("/account/").status_code == 200
    answer = factory.post(boss, f"people/{someone.id}/sessions/end", {})
    assert answer.json() == {"ended": 1}
    assert client.get("/account/").status_code == 302


def test_lost_second_factors_are_taken_away_with_a_reason(boss: APIClient) -> None:
    someone = user()
    give_codes(someone)
    path = f"people/{someone.id}/second-factors/reset"
    assert factory.post(boss, path, {}).status_code == 422
    assert factory.post(boss, path, {"reason": "Phone lost."}).status_code == 200
    assert factory.post(boss, path, {"reason": "Phone lost."}).status_code == 409


def test_what_one_sees_of_people_is_on_record(boss: APIClient) -> None:
    factory.get(boss, "people")
    assert Entry.objects.filter(verb="person.listed").exists()


def test_other_scopes_are_no_use() -> None:
    caller = factory.client("keys:manage", "ledger:read")
    assert factory.get(caller, "people").status_code == 403
    assert made(caller).status_code == 403


# --- the keys that stand behind a person ------------------------------------------------------


def key(by: Actor, *scopes: str) -> ApiKey:
    at = clock.now()
    made_, _ = keys.mint(
        name="tool", scopes=scopes or ["incidents:read"], by=by, expires_at=at + HOUR, at=at
    )
    return made_


def test_an_account_lists_its_living_keys_and_those_made_with_them(boss: APIClient) -> None:
    maker = Actor("user", str(user().id))
    first = key(maker)
    second = key(Actor("api_key", first.prefix))
    keys.revoke(key(maker), by=factory.PERSON, at=clock.now())
    found = boss.get(f"/api/v1/people/{maker.id}").json()["keys"]
    assert [each["id"] for each in found] == [str(first.id), str(second.id)]


def test_what_a_key_may_do_beyond_its_maker_is_said(boss: APIClient) -> None:
    maker = user("someone", "auditor")
    key(Actor("user", str(maker.id)), "ledger:read", "incidents:respond")
    found = changed(boss, maker, roles=["auditor"]).json()["keys"]
    assert [each["beyond"] for each in found] == [["incidents:respond"]]


def test_an_account_is_closed_with_the_keys_that_are_named(boss: APIClient) -> None:
    maker = user()
    ended, kept = (key(Actor("user", str(maker.id))) for _ in range(2))
    answer = changed(boss, maker, active=False, revoke_keys=[str(ended.id)])
    assert [each["id"] for each in answer.json()["keys"]] == [str(kept.id)]
    assert ApiKey.objects.get(id=ended.id).revoked_at is not None


def test_with_the_key_of_another_nothing_is_done(boss: APIClient) -> None:
    maker, foreign = user(), key(factory.PERSON)
    assert changed(boss, maker, active=False, revoke_keys=[str(foreign.id)]).status_code == 404
    maker.refresh_from_db()
    assert maker.is_active
    assert ApiKey.objects.get(id=foreign.id).revoked_at is None
