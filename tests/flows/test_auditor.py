"""What an auditor may do, through every door that there is: see, take copies, and change nothing.

The doors are read from the addresses of the service and the actions from its pages, so that a new
one is tried without being named here.
"""

from collections.abc import Mapping
from typing import Final

import pytest
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from governance.access.models import NotedRead
from governance.accounts.models import User
from governance.accounts.roles import EVIDENCE_EXPORT, POLICIES_READ, scopes_of
from tests import factory
from tests.flows.doors import SAMPLES, UNSAFE, Door, acts, doors, read_whole, state
from tests.incidents.admin.desk import desk

pytestmark = pytest.mark.django_db
#: With the grant that the whole of the evidence takes; what stays closed without it is told in
#: `test_personal_data`.
ROLES: Final = ("auditor", "personal-data-reader")
SCOPES: Final = scopes_of(ROLES)
#: What an auditor has no need to open: accounts, keys and endpoints are the administrators', and
#: what a report would get is asked by who reports.
CLOSED: Final = (
    "incidents/incident/dry-run/",
    "accounts/",
    "webhook/",
    "incidents/subscription",
    "api/v1/api-keys",
    "api/v1/people",
    "api/v1/teams",
    "api/v1/webhook-endpoints",
)
#: Where an auditor asks for work that changes nothing but the trail, which says so.
ASKED: Final = (
    "api/v1/ledger/verifications",
    "ledger/verification/add/",
    "incidents/export/add/",
    "incidents/export/check/",
)
#: What everybody who may sign in changes: the own password.
OWN: Final = frozenset({"password_change/"})
#: What is read without an entry: rules and counts, of no incident and nobody.
PUBLIC: Final = (
    "api/docs/",
    "api/v1/incidents/<str:reference>/merge-preview",  # until it is said into which
    "api/v1/me",
    "api/v1/openapi",
    "api/v1/ledger/c",
    "api/v1/ledger/entries/<uuid:id>/proof",
    "api/v1/ledger/keys",
    "api/v1/ledger/tile/<int:level>",
    "api/v1/ledger/verifications/",
    "api/v1/policies",
    "api/v1/release",
    "api/v1/statistics",
    "api/v1/systems",
    "ledger/signingkey/",
    "manual/",
    "policies/",
    "search/",
    "password_change/",
    "jsi18n/",
)
#: What answers otherwise than with 200 in this house: nobody has witnessed anything, and which
#: sizes are to be compared, or what to merge into, has to be said.
OTHERWISE: Final[Mapping[str, int]] = {
    "api/v1/ledger/consistency": 422,
    "api/v1/incidents/<str:reference>/merge-preview": 422,
    "api/v1/ledger/checkpoints/<int:size>/token": 404,
    "api/v1/ledger/checkpoints/<int:size>/certificates": 404,
}
#: What has an entry of its own for each time: `evidence.downloaded`, `evidence.share_used`.
EACH_TIME: Final = ("api/v1/exports/<uuid:id>/package", "api/v1/shared/")


@pytest.fixture
def session() -> Client:
    found = desk(*ROLES).client
    found.get("/account/")  # the session's own row and entry come with its first request
    return found


@pytest.fixture
def tool(session: Client) -> APIClient:
    owner = User.objects.get(roles__contains=["auditor"])
    return factory.client(*SCOPES, owner=factory.person(owner.username))


def _copies(door: Door, method: str) -> bool:
    """Asking for evidence packages and handing them on: it leaves entries, and changes nothing that
    they are about."""
    return getattr(door.view, "needs", {}).get(method.upper()) == EVIDENCE_EXPORT


def _checks_only(door: Door, method: str) -> bool:
    """What takes a text and says what it thinks of it, for everybody who may read policies."""
    return method == "post" and getattr(door.view, "needs", {}).get("POST") == POLICIES_READ


# --- nothing is changed -------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["session", "tool"])
def test_every_unsafe_method_of_the_api_is_refused(
    house: None, by: str, request: pytest.FixtureRequest
) -> None:
    caller: Client = request.getfixturevalue(by)
    before, entries, wrong = state(), acts(), {}
    tried = 0
    for door in [each for each in doors() if each.view is not None and each.route not in ASKED]:
        for method in UNSAFE:
            if _copies(door, method):
                continue
            answer = caller.generic(method.upper(), door.address, "{}", "application/json")
            tried += 1
            if answer.status_code not in {403, 405} and not _checks_only(door, method):
                wrong[f"{method} {door.route}"] = answer.status_code
    assert wrong == {}
    assert tried > 200
    assert (state(), acts()) == (before, entries)


def test_every_unsafe_method_of_the_console_is_refused(house: None, session: Client) -> None:
    before, entries = state(), acts()
    wrong = {}
    for door in [each for each in doors() if each.view is None and each.route not in OWN]:
        if door.route in ASKED:
            continue
        for method in UNSAFE:
            answer = getattr(session, method)(door.address)
            if _accepted(answer):
                wrong[f"{method} {door.route}"] = answer.status_code
    assert (state(), acts()) == (before, entries)
    assert wrong == {}


def test_every_action_of_every_page_is_refused(house: None, session: Client) -> None:
    before, entries, answers = state(), acts(), {}
    for door in [each for each in doors() if each.route.endswith("/change/")]:
        for action in getattr(door.page, "page_actions", ()):
            if action.needs == EVIDENCE_EXPORT:
                continue
            answer = session.post(door.address, {"action": action.name})
            answers[f"{door.route} {action.name}"] = answer.status_code
    assert {name: code for name, code in answers.items() if code != 403} == {}
    assert len(answers) > 40
    assert (state(), acts()) == (before, entries)


def test_the_same_walk_finds_what_others_may(house: None) -> None:
    """The twin: in the place of an auditor's, an officer's session is let through."""
    officer, answers = desk("compliance-officer").client, set()
    for door in [
        each for each in doors() if each.route == "incidents/incident/<path:object_id>/change/"
    ]:
        for action in getattr(door.page, "page_actions", ()):
            answers.add(officer.post(door.address, {"action": action.name}).status_code)
    assert answers - {403}


def test_every_action_of_every_list_is_refused(house: None, session: Client) -> None:
    before, entries = state(), acts()
    tried = 0
    for door in doors():
        listed = [*(getattr(door.page, "actions", None) or ()), *getattr(door.page, "bulk", ())]
        for name in listed:
            if door.page is not None and door.address.count("/") == 3:
                chosen = {"_selected_action": [str(SAMPLES[door.route.strip("/")]())]}
                session.post(door.address, {"action": name, "confirmed": "yes", **chosen})
                tried += 1
    assert tried > 0
    assert (state(), acts()) == (before, entries)


def _accepted(answer: HttpResponse) -> bool:
    """A page that answers a form without an action with itself has done nothing; `state` tells."""
    return answer.status_code not in {200, 301, 302, 403, 404, 405}


# --- everything is seen -------------------------------------------------------------------------


def _for_auditors(door: Door) -> bool:
    """What answers a GET, and is not an administrator's."""
    reads = door.view is None or "GET" in getattr(door.view, "needs", {"GET": ""})
    stock = door.route.endswith(("/add/", "/delete/", "/history/", "/edit/", "/check/"))
    return reads and not stock and not door.route.startswith(CLOSED)


@pytest.mark.parametrize("by", ["session", "tool"])
def test_every_address_that_an_auditor_needs_opens(
    house: None, by: str, request: pytest.FixtureRequest
) -> None:
    caller: Client = request.getfixturevalue(by)
    answers = {}
    for door in doors():
        if _for_auditors(door) and (by == "session" or door.view is not None):
            answers[door.route] = read_whole(caller.get(door.address, follow=True)).status_code
    wrong = {route: code for route, code in answers.items() if code != OTHERWISE.get(route, 200)}
    assert wrong == {}
    assert len(answers) > 30


@pytest.mark.parametrize("by", ["session", "tool"])
def test_what_an_auditor_opens_is_on_record(
    house: None, by: str, request: pytest.FixtureRequest
) -> None:
    caller: Client = request.getfixturevalue(by)
    unnoted = []
    for door in doors():
        if not _for_auditors(door) or (by == "tool" and door.view is None):
            continue
        NotedRead.objects.all().delete()
        read_whole(caller.get(door.address, follow=True))
        if not NotedRead.objects.exists() and not door.route.startswith((*PUBLIC, *EACH_TIME)):
            unnoted.append(door.route)
    assert unnoted == []


def test_what_is_an_administrators_stays_so(house: None, session: Client) -> None:
    answers = {
        door.route: session.get(door.address, follow=True).status_code
        for door in doors()
        if door.route.startswith(CLOSED) and (door.view is None or "GET" in door.view.needs)
    }
    answers = {route: code for route, code in answers.items() if not route.endswith("/history/")}
    assert set(answers.values()) == {403}
