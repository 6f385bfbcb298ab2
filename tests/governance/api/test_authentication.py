"""Who may call: keys of tools, sessions of people, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.accounts import keys, people
from governance.accounts.models import ApiKey, User
from governance.ledger import ledger
from tests import factory

pytestmark = pytest.mark.django_db


def with_header(value: str) -> Any:
    return APIClient().get("/api/v1/me", headers={"Authorization": value})


def person(*roles: str) -> User:
    return people.create(
        username="p",
        password="correct horse battery",
        email="p@example.org",
        roles=roles,
        administrator=False,
        by=ledger.system("test"),
        at=clock.now(),
    )


def test_a_key_is_enough() -> None:
    answer = with_header(f"Bearer {factory.key('incidents:read')}")
    assert (answer.status_code, answer.json()["scopes"]) == (200, ["incidents:read"])


def test_the_word_bearer_may_be_in_any_case() -> None:
    assert with_header(f"bearer {factory.key()}").status_code == 200


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer nonsense", "Bearer bylaw_00000000_x", "Basic YTpi", "bylaw_a_b"],
)
def test_without_a_good_key_it_is_401_and_says_how(header: str) -> None:
    answer = with_header(header)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="bylaw"'
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not-authenticated"


def test_an_expired_key_is_401() -> None:
    plain = factory.key()
    ApiKey.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert with_header(f"Bearer {plain}").status_code == 401


def test_a_revoked_key_is_401() -> None:
    plain = factory.key()
    keys.revoke(ApiKey.objects.get(), by=factory.PERSON, at=clock.now())
    assert with_header(f"Bearer {plain}").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "incidents", "incidents:read"),
        ("POST", "incidents", "incidents:report"),
        ("GET", "incidents/INC-2026-000001", "incidents:read"),
        ("POST", "incidents/INC-2026-000001/amendments", "incidents:respond"),
        ("POST", "incidents/INC-2026-000001/moments", "incidents:respond"),
        ("POST", "incidents/INC-2026-000001/acknowledgement", "incidents:respond"),
        ("POST", "incidents/INC-2026-000001/state", "incidents:respond"),
        ("GET", "duties", "incidents:read"),
        ("GET", "clocks", "incidents:read"),
        ("GET", f"clocks/{factory.PERSON.id}", "incidents:read"),
        ("POST", f"clocks/{factory.PERSON.id}/fulfilment", "incidents:respond"),
        ("POST", f"submissions/{factory.PERSON.id}/correction", "incidents:report"),
        ("GET", "statistics", "incidents:read"),
        ("GET", "policies", "policies:read"),
        ("GET", f"policies/{factory.PERSON.id}", "policies:read"),
        ("GET", "release", "policies:read"),
        ("GET", "erasures", "ledger:read"),
        ("POST", "incidents/INC-2026-000001/erasures", "data:erase"),
        ("POST", f"people/{factory.PERSON.id}/erasures", "data:erase"),
        ("POST", f"erasures/{factory.PERSON.id}/approval", "data:erase"),
        ("GET", "legal-holds", "incidents:read"),
        ("POST", "legal-holds", "holds:manage"),
        ("POST", f"legal-holds/{factory.PERSON.id}/release", "holds:manage"),
        ("GET", "incidents/INC-2026-000001/retention", "incidents:read"),
        ("GET", "ledger/entries", "ledger:read"),
        ("GET", f"ledger/entries/{factory.PERSON.id}", "ledger:read"),
    ],
)
def test_every_address_needs_its_scope(method: str, path: str, scope: str) -> None:
    others = {"incidents:report", "incidents:read", "incidents:respond", "policies:read"}
    caller = factory.client(*({*others, "ledger:read"} - {scope}))
    answer = caller.generic(method, f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")
    assert scope in answer.json()["detail"]


@pytest.mark.parametrize("scope", ["incidents:report", "incidents:read"])
def test_submissions_take_one_of_two_scopes(scope: str) -> None:
    path = f"submissions/{factory.PERSON.id}"
    assert factory.get(factory.client(scope), "submissions").status_code == 200
    assert factory.get(factory.client(scope), path).status_code == 404
    for address in ("submissions", path):
        answer = factory.get(factory.client("policies:read", "ledger:read"), address)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")
        assert scope in answer.json()["detail"]


def test_a_person_acts_with_a_session() -> None:
    user, caller = person("auditor"), APIClient()
    caller.force_login(user)
    assert caller.get("/api/v1/me").json() == {
        "actor": f"user:{user.id}",
        "name": "p",
        "scopes": ["evidence:export", "incidents:read", "ledger:read", "policies:read"],
        "within": {},
        "key": None,
        "roles": ["auditor"],
        "administrator": False,
        "second_factor": {"needed": False, "set_up": False},
    }


def test_a_tool_is_told_when_its_key_ends() -> None:
    key = ApiKey.objects.get(prefix=(plain := factory.key()).split("_")[1])
    told = with_header(f"Bearer {plain}").json()["key"]
    assert told == {
        "id": str(key.id),
        "prefix": key.prefix,
        "expires_at": factory.iso(key.expires_at),
    }


def test_a_session_alone_may_not_post() -> None:
    caller = APIClient(enforce_csrf_checks=True)
    caller.force_login(person("responder"))
    answer = factory.post(caller, "incidents", factory.report())
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


def test_a_key_needs_no_csrf_token() -> None:
    factory.install()
    caller = APIClient(enforce_csrf_checks=True)
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {factory.key()}")
    assert factory.post(caller, "incidents", factory.report()).status_code == 201
