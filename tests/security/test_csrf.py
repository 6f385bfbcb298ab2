"""What another site can make somebody's browser do here: nothing. Who is signed in is known by the
session; that it is the person who asks, only by the token."""

import json
import re
from typing import Final

import pytest
from django.test import Client

from governance.ledger.models import Entry
from governance.signon import urls as signon
from tests import factory
from tests.flows.doors import acts, state
from tests.security import walk

pytestmark = pytest.mark.usefixtures("house")
#: What a form of another site can send without being asked first (Fetch, CORS-safelisted).
SIMPLE: Final = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")
#: What stands in addresses of the own account.
IDS: Final = {"uuid": "01890000-0000-7000-8000-000000000009", "int": "1"}
#: What is written down when something is read: that it was, how often a link was used, and a
#: name that the entry commits to.
OF_READING: Final = {"incidents_exportshare", "ledger_personaldata"}
#: Entries of copies that were taken, and of a session that was not made by signing in.
COPIED: Final = {
    "evidence.downloaded",
    "evidence.share_used",
    "policy.exported",
    "session.adopted",
}


def test_every_unsafe_route_of_the_api_refuses_a_session_without_its_token() -> None:
    caller, passed, tried = walk.session(csrf=True), {}, 0
    before = state()
    for door in walk.of_the_api():
        for method in walk.unsafe(door):
            answer = caller.generic(method.upper(), door.address, b"{}", "application/json")
            tried += 1
            if answer.status_code != 403 or b"CSRF" not in answer.content:
                passed[f"{method} {door.route}"] = answer.status_code
    assert passed == {}
    assert tried > 60
    assert state() == before


@pytest.mark.parametrize("kind", SIMPLE)
def test_no_report_comes_in_by_a_form_of_another_site(kind: str) -> None:
    caller = walk.session(csrf=True)
    before = state()
    answer = caller.generic("POST", "/api/v1/incidents", json.dumps(factory.report()), kind)
    assert answer.status_code == 403
    assert state() == before


def test_every_page_of_the_console_refuses_a_form_without_its_token() -> None:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(walk.everybody().user)
    before, passed = state(), {}
    for door in walk.of_the_console():
        answer = browser.post(door.address, {"action": "acknowledge"})
        if answer.status_code not in {403, 405}:
            passed[door.route] = answer.status_code
    assert passed == {}
    assert state() == before


def test_nobody_is_signed_in_or_out_by_another_site() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(walk.everybody().user)
    for path in ("/login/", "/logout/"):
        assert browser.post(path, {"username": "a", "password": "b"}).status_code == 403


def test_every_page_of_the_own_account_refuses_a_form_without_its_token() -> None:
    """Sessions, passwords and second factors: the walk through the console leaves them out."""
    browser, passed = Client(enforce_csrf_checks=True, raise_request_exception=False), {}
    person = walk.everybody().user
    for pattern in signon.urlpatterns:
        address = re.sub(r"<(\w+):\w+>", lambda found: IDS[found[1]], f"/{pattern.pattern}")
        browser.force_login(person)  # what has not the stage for it leads away before it is asked
        answer = browser.post(address, {"username": "a", "password": "b"})
        if answer.status_code not in {403, 405}:
            passed[address] = answer.status_code
    assert passed == {}
    assert len(signon.urlpatterns) > 15


def test_the_token_of_another_session_is_none() -> None:
    caller = walk.session(csrf=True)
    caller.cookies["csrftoken"] = "a" * 32
    answer = caller.post(
        "/api/v1/incidents", factory.report(), format="json", headers={"X-CSRFToken": "b" * 32}
    )
    assert answer.status_code == 403


def test_a_request_from_another_origin_is_refused_though_it_has_the_token() -> None:
    caller = walk.session(csrf=True)
    caller.cookies["csrftoken"] = "a" * 32
    headers = {"X-CSRFToken": "a" * 32, "Origin": "https://evil.example"}
    answer = caller.post("/api/v1/incidents", factory.report(), format="json", headers=headers)
    assert answer.status_code == 403


def test_with_its_token_the_same_session_is_let_in() -> None:
    """The twin."""
    caller = walk.session(csrf=True)
    caller.cookies["csrftoken"] = "a" * 32
    headers = {"X-CSRFToken": "a" * 32}
    answer = caller.post("/api/v1/incidents", factory.report(), format="json", headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_changes_nothing_but_the_record_of_it(method: str) -> None:
    caller, changed = walk.everybody().client, {}
    doors = walk.all_doors() if method == "get" else walk.of_the_api()
    before = state()
    entries = set(Entry.objects.values_list("id", flat=True))
    for door in doors:
        walk.body(caller.generic(method.upper(), door.address))
    now = state()
    changed = {name for name in now if now[name] != before[name]}
    verbs = set(Entry.objects.exclude(id__in=entries).values_list("verb", flat=True))
    assert changed <= OF_READING
    assert {each for each in verbs if not each.endswith((".read", ".listed"))} <= COPIED


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_get_is_no_other_method_whatever_it_says(header: str) -> None:
    caller = walk.session()
    before, entries = state(), acts()
    for door in walk.of_the_api():
        for method in walk.unsafe(door):
            query = {"_method": method.upper(), "method": method}
            answer = caller.get(door.address, query, headers={header: method.upper()})
            walk.body(answer)
    assert {name for name, now in state().items() if now != before[name]} <= OF_READING
    assert acts() - entries <= len(COPIED) * 2


@pytest.mark.parametrize("field", ["_method", "method", "_httpmethod", "format"])
def test_a_post_is_no_other_method_whatever_it_says(field: str) -> None:
    caller = walk.session()
    answer = caller.post("/api/v1/duties", {field: "GET"}, format="json")
    assert answer.status_code == 405


def test_a_session_beside_a_wrong_key_does_not_help() -> None:
    caller = walk.session()
    answer = caller.get("/api/v1/me", headers={"Authorization": "Bearer bylaw_none_such"})
    assert answer.status_code == 401


@pytest.mark.parametrize("scheme", ["Basic", "Token", "Negotiate", "Bearer2", ""])
def test_another_scheme_is_no_way_around_the_token(scheme: str) -> None:
    caller = walk.session(csrf=True)
    headers = {"Authorization": f"{scheme} {factory.key()}".strip()}
    answer = caller.post("/api/v1/incidents", factory.report(), format="json", headers=headers)
    assert answer.status_code == 403
