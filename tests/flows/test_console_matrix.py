"""The whole matrix of the console: a test for each of its cells.

The tables stand in `console_matrix`. A page or an action of the console that is in none of them
fails the first tests. Each cell calls the view that answers at the address, and renders nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest
from django.test import RequestFactory, override_settings
from django.urls import resolve

from governance.accounts.models import TeamSystem, User
from governance.api.withheld import Reader
from governance.ledger.models import Entry
from tests.flows.conftest import furnish
from tests.flows.console_matrix import EVERYBODYS, KINDS, OF_OTHERS, OTHERS, PAGES
from tests.flows.doors import doors
from tests.flows.matrix import OWNERSHIPS, ROLES, SENDERS_ONLY
from tests.flows.places import belongs, holds, own_report, people

#: What is done, to what, by whom, held where.
Cell = tuple[str, str, str, str]
_STOCK = ("/history/", "/delete/", "/<path:object_id>/")


@dataclass(frozen=True)
class World:
    """Somebody for each role and each place where it can be held, and where each page is."""

    people: dict[tuple[str, str], User]
    addresses: dict[str, str]


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
        furnish(tmp_path_factory.mktemp("console_matrix"), settings)
        yield World(people(), _addresses())


def _addresses() -> dict[str, str]:
    found = {door.route: door.address for door in doors() if door.view is None}
    entry = Entry.objects.filter(incident_id__isnull=False).earliest("id")
    return {**found, "ledger/entry/<path:object_id>/change/": f"/ledger/entry/{entry.id}/change/"}


# --- what is to be ------------------------------------------------------------------------------


def expected(wish: str, about: str, role: str, ownership: str) -> str:
    what, _, name = wish.partition(" ")
    if about in OTHERS:
        other = OTHERS[about]
        return _expected(other.kind, other.sees, other.opens, role, ownership)
    page = PAGES[about]
    if what in {"page", "take"} and role not in OF_OTHERS.get(about, role).split():
        found = _expected(page.kind, page.sees, page.sees, role, ownership)
        return "404" if found == "done" else found
    if page.kind == "sent" and what in {"page", "take"} and role in SENDERS_ONLY:
        return "done" if ownership == "own-report" else "404"
    match what:
        case "list":
            found = _expected(page.kind, page.sees, page.sees, role, ownership)
            return "done" if found == "404" else found
        case "page":
            return _expected(page.kind, page.sees, page.sees, role, ownership)
        case "take":
            return _expected(page.kind, page.sees, page.actions[name], role, ownership)
    able = page.makes if what == "make" else page.several[name]
    within = ownership == "everywhere" or page.kind == "object"
    return "done" if holds(role, able, ownership) and within else "403"


def _expected(kind: str, sees: str, able: str, role: str, ownership: str) -> str:
    if role not in sees.split():
        return "403"
    found = KINDS[kind][ownership]
    if found != "done":
        return found
    # What is of no system is changed by nobody who holds the right within a team.
    within = kind != "common" or ownership == "everywhere" or able == sees
    return "done" if holds(role, able, ownership) and within else "403"


# --- what is ------------------------------------------------------------------------------------


def answered(world: World, wish: str, about: str, role: str, ownership: str) -> str:
    with transaction.atomic():
        if ownership == "none":
            TeamSystem.objects.filter(system="triage").delete()
        user = User.objects.get(id=world.people[role, ownership].id)
        where = world.addresses
        if ownership == "own-report":
            where = {_one(about): own_report(user, where[_one(about)])}
        request = _request(where, wish, about)
        found = _verdict(request, user)
        transaction.set_rollback(True)
    # A list whose action one may not take is shown as if nothing had been asked of it.
    return "403" if wish.startswith("several") and found == "200" else found.replace("302", "done")


def _one(label: str) -> str:
    """The route of the page of one object."""
    return f"{label.lower().replace('.', '/')}/<path:object_id>/change/"


def _request(where: Mapping[str, str], wish: str, about: str) -> HttpRequest:
    what, _, name = wish.partition(" ")
    make = RequestFactory()
    if about in OTHERS:
        method, _, route = about.partition(" ")
        return make.generic(method, where[route])
    at = about.lower().replace(".", "/")
    one = where[_one(about)] if PAGES[about].one else ""
    match what:
        case "page":
            return make.get(one)
        case "take":
            return make.post(one, {"action": name})
        case "make":
            return make.get(f"/{at}/add/")
        case "several":
            key = one.split("/")[-3]
            return make.post(f"/{at}/", {"action": name, "_selected_action": [key]})
    return make.get(f"/{at}/")


def _verdict(request: Any, user: User) -> str:
    request.user, request.session = user, {}
    request._messages = CookieStorage(request)
    request._dont_enforce_csrf_checks = True
    view = resolve(request.path)
    try:
        answer = Reader(lambda asked: view.func(asked, *view.args, **view.kwargs))(request)
    except PermissionDenied:
        return "403"
    except Http404:
        return "404"
    assert answer.status_code < 500
    assert not answer.get("Location", "").startswith("/login/")
    if answer.get("Location") == "/":  # where the framework leads from what it does not find
        return "404"
    several = request.method == "POST" and "_selected_action" in request.POST
    if several and getattr(answer, "template_name", "") == "console/bulk.html":
        return "done"  # the page that says what will happen
    return str(answer.status_code) if several else "done"


def wishes() -> Iterator[tuple[str, str]]:
    for label, page in PAGES.items():
        yield from (("list", label), ("make", label))
        yield from ([("page", label)] if page.one else [])
        yield from ((f"take {name}", label) for name in page.actions)
        yield from ((f"several {name}", label) for name in page.several)
    yield from (("other", about) for about in OTHERS)


def cells() -> Iterator[Cell]:
    """Of a list or a form it matters only where the role is held; and that nobody owns the system
    is asked of pages alone, whose objects the actions are taken on."""
    for wish, about in wishes():
        kind = (OTHERS[about] if about in OTHERS else PAGES[about]).kind
        what = wish.partition(" ")[0]
        for role in ROLES:
            for ownership in OWNERSHIPS:
                asked = kind if what in {"page", "take", "other"} else "list"
                if belongs(asked, ownership) and (what, ownership) != ("take", "none"):
                    yield wish, about, role, ownership


@pytest.mark.parametrize(
    ("wish", "about", "role", "ownership"),
    [pytest.param(*cell, id=" ".join(cell)) for cell in cells()],
)
def test_cell(world: World, wish: str, about: str, role: str, ownership: str) -> None:
    assert answered(world, wish, about, role, ownership) == expected(wish, about, role, ownership)


def test_every_page_and_action_of_the_console_stands_in_the_matrix() -> None:
    there = {
        model._meta.label: {action.name for action in getattr(page, "page_actions", ())}
        for model, page in admin.site._registry.items()
    }
    assert there == {label: set(page.actions) for label, page in PAGES.items()}


def test_what_has_pages_stands_in_the_matrix() -> None:
    there = {
        model._meta.label: bool(getattr(page, "has_pages", False))
        for model, page in admin.site._registry.items()
    }
    assert there == {label: page.one for label, page in PAGES.items()}


def test_every_action_on_several_stands_in_the_matrix() -> None:
    there = {
        model._meta.label: {*(page.actions or ()), *getattr(page, "bulk", ())}
        for model, page in admin.site._registry.items()
    }
    assert there == {label: set(page.several) for label, page in PAGES.items()}


def test_every_other_page_stands_in_the_matrix(world: World) -> None:
    stock = {
        f"{label.lower().replace('.', '/')}/{end}"
        for label in PAGES
        for end in ("", "add/", "views/", "<path:object_id>/change/")
    }
    others = {about.partition(" ")[2] for about in OTHERS}
    routes = {route for route in world.addresses if not route.endswith(_STOCK)}
    assert routes - stock == others | EVERYBODYS
