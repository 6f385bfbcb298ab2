"""Nobody writes a field that is not there to be written: it is refused, and never passed on."""

import json
from typing import Any, Final

import pytest

from governance.accounts.models import ApiKey, User
from governance.api.inputs import Strict
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import desk
from tests.security import walk

pytestmark = pytest.mark.usefixtures("house")
#: What an attacker would like to write, in the names that the tables have.
WANTED: Final = {
    "id": "01890000-0000-7000-8000-000000000009",
    "state": "closed",
    "severity": "SEV4",
    "is_superuser": True,
    "roles": ["administrator"],
    "scopes": ["policies:approve"],
    "requested_by": "user:somebody-else",
    "created_by": "user:somebody-else",
    "conservative_due": "2099-01-01T00:00:00Z",
}
#: A report is checked against the schema of the policies in force; of a draft that is deleted
#: nothing is read.
ELSEWHERE: Final = {
    ("post", "api/v1/incidents"),
    ("post", "api/v1/incidents/batch"),
    ("post", "api/v1/submissions/<uuid:id>/correction"),
    ("delete", "api/v1/policies/<uuid:id>"),
}


#: What administrators are there to write.
MEANT: Final = {("patch", "api/v1/people/<uuid:id>", "roles")}


def test_every_route_refuses_a_field_that_it_does_not_know() -> None:
    caller, passed, tried = walk.session(), {}, 0
    for door in walk.of_the_api():
        for method in walk.unsafe(door):
            if (method, door.route) in ELSEWHERE:
                continue
            answer = caller.generic(
                method.upper(), door.address, '{"smuggled": 1}', "application/json"
            )
            tried += 1
            if answer.status_code != 422 or b"/smuggled" not in answer.content:
                passed[f"{method} {door.route}"] = answer.status_code
    assert passed == {}
    assert tried > 60


def test_a_refused_field_is_named_with_those_that_there_are() -> None:
    caller = walk.tool()
    answer = factory.post(caller, "webhook-endpoints", {"name": "a", "url": "x", "active": False})
    assert factory.pointers(answer.json()) == {"/active": "unknown-field"}


@pytest.mark.parametrize("name", sorted(WANTED))
def test_no_route_takes_what_only_the_service_writes(name: str) -> None:
    """Unless it is the very thing that the route is there to take."""
    caller, taken = walk.session(), {}
    for door in walk.of_the_api():
        for method in walk.unsafe(door):
            takes = getattr(door.view, "takes", Strict)
            if (method, door.route) in ELSEWHERE or name in takes().fields:
                continue
            given = json.dumps({name: WANTED[name]})
            answer = caller.generic(method.upper(), door.address, given, "application/json")
            if answer.status_code < 400 and (method, door.route, name) not in MEANT:
                taken[f"{method} {door.route}"] = answer.status_code
    assert taken == {}


@pytest.mark.parametrize("name", ["severity", "state", "reference", "reported_at", "id"])
def test_a_report_says_nothing_of_what_the_service_decides(name: str) -> None:
    before = Incident.objects.count()
    answer = factory.post(walk.tool(), "incidents", factory.report(**{name: "SEV4"}))
    assert answer.status_code == 422
    assert Incident.objects.count() == before


def test_a_person_who_changes_another_gives_no_rights_that_the_form_does_not_show() -> None:
    victim = desk("reporter").user
    sent = {"roles": ["responder"], "active": "on", "is_superuser": "on", "password": "x"}
    walk.everybody().act("accounts_user", victim.id, "access", **sent)
    victim.refresh_from_db()
    assert (victim.roles, victim.is_superuser) == (["responder"], False)
    assert not victim.check_password("x")


def test_the_own_password_form_changes_the_password_and_nothing_else() -> None:
    somebody = desk("reporter")
    sent = {"is_superuser": "on", "roles": "administrator", "old_password": "no"}
    somebody.client.post("/password_change/", sent)
    fresh = User.objects.get(id=somebody.user.id)
    assert (fresh.is_superuser, fresh.roles) == (False, ["reporter"])


def test_a_key_that_is_made_at_the_console_has_its_own_secret_and_owner() -> None:
    sent = {"name": "ci", "scopes": ["incidents:report"], "days": "1"}
    forged = {"prefix": "forged", "digest": "0" * 64, "created_by": "user:somebody-else"}
    somebody = walk.everybody()
    somebody.client.post("/accounts/apikey/add/", sent | forged)
    made = ApiKey.objects.get(name="ci")
    assert made.prefix != "forged"
    assert made.digest != "0" * 64
    assert made.created_by == somebody.actor


def test_a_form_of_an_incident_writes_no_column_of_it() -> None:
    incident = Incident.objects.earliest("id")
    forged: dict[str, Any] = {"state": "closed", "severity": "SEV4", "title": "Nothing happened"}
    walk.everybody().act("incidents_incident", incident.id, "acknowledge", **forged)
    fresh = Incident.objects.get(id=incident.id)
    assert fresh.acknowledged_at is not None
    assert (fresh.state, fresh.severity, fresh.title) != tuple(forged.values())
    assert fresh.title == incident.title


def test_nobody_who_is_no_administrator_makes_one() -> None:
    officer = desk("compliance-officer")
    sent = {"username": "mallory", "password": "x" * 20, "roles": ["administrator"]}
    answer = officer.client.post("/accounts/user/add/", sent)
    assert answer.status_code == 403
    assert not User.objects.filter(username="mallory").exists()
