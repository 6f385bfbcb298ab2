"""The whole matrix of role, action and ownership: a test for each of its cells.

The table stands in `matrix`. A method of the API that is not in it fails the first test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.urls import get_resolver
from rest_framework.test import APIClient

from governance.accounts.models import TeamSystem, User
from governance.ledger.models import Entry
from incidents.models import Incident
from tests.flows.conftest import furnish
from tests.flows.doors import doors, patterns, read_whole
from tests.flows.matrix import (
    ABSENT,
    BODIES,
    INCIDENT,
    KINDS,
    NOT_PERSONAL,
    OWNERSHIPS,
    QUERIES,
    ROLES,
    ROUTES,
    SENDERS_ONLY,
    SOMEBODYS_KEY,
)
from tests.flows.places import belongs, holds, own_report, people

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: A 403 with another code is no matter of rights.
REFUSED = frozenset({"not-permitted", "system-out-of-reach", "personal-data-withheld"})
_API = "api/v1/"
Cell = tuple[str, str, str]


@dataclass(frozen=True)
class World:
    """Somebody for each role and each place where it can be held, and the address of each route."""

    people: dict[tuple[str, str], User]
    callers: dict[tuple[str, str], APIClient]
    addresses: dict[str, str]
    reference: str


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """In the place of the one that each test has for itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Made once; each cell leaves it as it was."""
    with override_settings():
        furnish(tmp_path_factory.mktemp("matrix"), settings)
        known = people()
        callers = {place: _client(user) for place, user in known.items()}
        yield World(known, callers, _addresses(), Incident.objects.earliest("id").reference)


def _addresses() -> dict[str, str]:
    found = {door.route.removeprefix(_API): door.address for door in doors() if door.view}
    entry = Entry.objects.filter(incident_id__isnull=False).earliest("id")
    route, address = "ledger/entries/<uuid:id>", f"/{_API}ledger/entries/{entry.id}"
    return {**found, route: address, f"{route}/proof": f"{address}/proof"}


def _client(user: User) -> APIClient:
    caller = APIClient(raise_request_exception=False)
    caller.force_authenticate(user)
    return caller


def expected(route: str, role: str, ownership: str) -> str:
    kind, able = ROUTES[route]
    if kind == "sent" and role in SENDERS_ONLY and ownership != "own-report":
        return "404"
    if kind != "anyone" and not holds(role, able, ownership):
        return "403"
    found = KINDS[kind][ownership]
    if route in SOMEBODYS_KEY and role != "adm":
        found = "404" if found == "done" else found
    if kind == "personal" and found == "done" and role in NOT_PERSONAL:
        return "403"
    return "404" if found == "done" and route in ABSENT else found


def answered(world: World, route: str, role: str, ownership: str) -> str:
    method, _, path = route.partition(" ")
    table = QUERIES if method == "GET" else BODIES
    sent = {
        name: world.reference if value == INCIDENT else value
        for name, value in table.get(route, {}).items()
    }
    with transaction.atomic():
        if ownership == "none":
            TeamSystem.objects.filter(system="triage").delete()
        address = world.addresses[path]
        if ownership == "own-report":
            address = own_report(world.people[role, ownership], address)
        send = getattr(world.callers[role, ownership], method.lower())
        given = {} if method == "GET" else {"format": "json"}
        answer = read_whole(send(address, sent, **given))
        transaction.set_rollback(True)
    if answer.status_code == 404:
        return "404"
    assert answer.status_code < 500
    code = answer.json()["code"] if answer.status_code == 403 else ""
    return "403" if code in REFUSED else "done"


def cells() -> Iterator[Cell]:
    for route, (kind, _) in ROUTES.items():
        for role in ROLES:
            for ownership in OWNERSHIPS:
                if belongs(kind, ownership):
                    yield route, role, ownership


@pytest.mark.parametrize(
    ("route", "role", "ownership"),
    [pytest.param(*cell, id=" ".join(cell)) for cell in cells()],
)
def test_cell(world: World, route: str, role: str, ownership: str) -> None:
    assert answered(world, route, role, ownership) == expected(route, role, ownership)


def test_every_method_of_every_address_stands_in_the_matrix() -> None:
    there = set()
    for route, view in _views():
        known = {name.upper() for name in view.http_method_names if hasattr(view, name)}
        there |= {f"{method} {route}" for method in known & set(METHODS)}
    assert there == set(ROUTES)


def _views() -> Iterator[tuple[str, Any]]:
    for route, pattern in patterns(get_resolver().url_patterns, ""):
        view = getattr(pattern.callback, "cls", None)
        if view is not None and route.startswith(_API):
            yield route.removeprefix(_API), view
