"""What an auditor may do, through every door that there is: see, take copies, and change nothing.

The doors are read from the addresses of the service and the actions from its pages, so that a new
one is tried without being named here. `SAMPLES` says which object stands in an address.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from governance.access.models import NotedRead
from governance.accounts.models import ApiKey, Team, User
from governance.accounts.roles import EVIDENCE_EXPORT, POLICIES_READ, scopes_of
from governance.connectors.webhook.models import WebhookEndpoint
from governance.console.pages import PageAdmin
from governance.ledger.models import Checkpoint, Entry, SigningKey, Verification
from governance.outbox.models import Message
from incidents.evidence import sharing
from incidents.models import (
    Attachment,
    Clock,
    Dispensation,
    Duty,
    Erasure,
    Export,
    ExportShare,
    Incident,
    IncidentLink,
    IncidentRole,
    LegalHold,
    Moment,
    Notice,
    ReassessmentRun,
    Signal,
    Submission,
    Subscription,
    TimelineNote,
    Timer,
)
from policies.models import Impact, OnCallFeed, PolicyVersion
from tests import factory
from tests.incidents.admin.desk import desk

pytestmark = pytest.mark.django_db
UNSAFE: Final = ("post", "put", "patch", "delete")
#: With the grant that the whole of the evidence takes; what stays closed without it is told in
#: `test_personal_data`.
ROLES: Final = ("auditor", "personal-data-reader")
SCOPES: Final = scopes_of(ROLES)
#: What stands where an address has a parameter, by what stands before it.
SAMPLES: Final[Mapping[str, Any]] = {
    "incidents": lambda: Incident.objects.earliest("id").reference,
    "moments": lambda: Moment.objects.filter(name="aware").earliest("id").id,
    "duties": lambda: Duty.objects.earliest("id").id,
    "clocks": lambda: Clock.objects.earliest("id").id,
    "timers": lambda: Timer.objects.earliest("id").id,
    "dispensations": lambda: Dispensation.objects.get().id,
    "notices": lambda: Notice.objects.get().id,
    "attachments": lambda: Attachment.objects.get().id,
    "links": lambda: IncidentLink.objects.earliest("id").id,
    "roles": lambda: IncidentRole.objects.get().id,
    "notes": lambda: TimelineNote.objects.get().id,
    "systems": lambda: "triage",
    "reassessment-runs": lambda: ReassessmentRun.objects.earliest("id").id,
    "signals": lambda: Signal.objects.earliest("id").id,
    "submissions": lambda: Submission.objects.earliest("id").id,
    "messages": lambda: Message.objects.earliest("id").id,
    "manual": lambda: "officer",
    "tile": lambda: 0,
    "tile/0": lambda: "000.p/1",
    "tile/entries": lambda: "000.p/1",
    "ledger/checkpoints": lambda: Checkpoint.objects.latest("size").size,
    "ledger/verifications": lambda: Verification.objects.get().id,
    "ledger/checkpoint": lambda: Checkpoint.objects.latest("size").size,
    "ledger/signingkey": lambda: SigningKey.objects.get().id,
    "ledger/verification": lambda: Verification.objects.get().id,
    "ledger/entries": lambda: Entry.objects.earliest("id").id,
    "policies": lambda: PolicyVersion.objects.get(status="in_review").id,
    "teams": lambda: Team.objects.earliest("id").id,
    "accounts/team": lambda: Team.objects.earliest("id").id,
    "people": lambda: User.objects.earliest("id").id,
    "erasures": lambda: Erasure.objects.get().id,
    "legal-holds": lambda: LegalHold.objects.get().id,
    "incidents/erasure": lambda: Erasure.objects.get().id,
    "incidents/legalhold": lambda: LegalHold.objects.get().id,
    "incidents/retained": lambda: Incident.objects.earliest("id").id,
    "exports": lambda: Export.objects.get().id,
    "shares": lambda: ExportShare.objects.get().id,
    "shared": lambda: sharing.token(ExportShare.objects.get()),
    "incidents/export": lambda: Export.objects.get().id,
    "impacts": lambda: Impact.objects.get().id,
    "api-keys": lambda: ApiKey.objects.earliest("id").id,
    "webhook-endpoints": lambda: WebhookEndpoint.objects.get().name,
    "revisions": lambda: 1,
    "revision": lambda: 1,
    "texts": lambda: 1,
    "incidents/incident": lambda: Incident.objects.earliest("id").id,
    "incidents/moment": lambda: Moment.objects.filter(name="aware").earliest("id").id,
    "incidents/duty": lambda: Duty.objects.earliest("id").id,
    "incidents/clock": lambda: Clock.objects.earliest("id").id,
    "incidents/timer": lambda: Timer.objects.earliest("id").id,
    "incidents/dispensation": lambda: Dispensation.objects.get().id,
    "incidents/notice": lambda: Notice.objects.get().id,
    "incidents/reassessmentrun": lambda: ReassessmentRun.objects.earliest("id").id,
    "incidents/submission": lambda: Submission.objects.earliest("id").id,
    "incidents/subscription": lambda: Subscription.objects.get().id,
    "outbox/message": lambda: Message.objects.earliest("id").id,
    "ledger/entry": lambda: Entry.objects.earliest("id").id,
    "policies/policyversion": lambda: PolicyVersion.objects.get(status="in_review").id,
    "policies/oncallfeed": lambda: OnCallFeed.objects.get().pk,
    "webhook/webhookendpoint": lambda: WebhookEndpoint.objects.get().id,
    "accounts/user": lambda: User.objects.earliest("id").id,
    "accounts/apikey": lambda: ApiKey.objects.earliest("id").id,
}
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
#: Not of the console: for machines, for signing in and out, and the framework's own.
APART: Final = frozenset({"healthz", "readyz", "metrics", "login/", "logout/", "mail/"})
#: Where everybody signs in, and what everybody sees and changes of the own account.
PERSONAL: Final = ("login/", "account/")
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
#: Tables that reading writes to.
_READING: Final = frozenset(
    {
        "access_notedread",
        "ledger_entry",
        "ledger_unsealed",
        "django_session",
        "accounts_apikey",
        "accounts_session",
    }
)


@dataclass(frozen=True)
class Door:
    """An address with what answers there; `view` is of the API, `page` of the console."""

    route: str
    address: str
    view: Any
    page: PageAdmin[Any] | None


def doors() -> Iterator[Door]:
    for route, pattern in _patterns(get_resolver().url_patterns, ""):
        if route in APART or route.startswith(("mail/", *PERSONAL)) or route == "^api/":
            continue
        callback: Any = pattern.callback
        if route.startswith(("r/", "^(?P", "(?P")) or route == "autocomplete/":
            continue  # the framework's own, which know no object of ours
        page = getattr(callback, "model_admin", None)
        yield Door(route, "/" + _filled(route), getattr(callback, "cls", None), page)


def _patterns(patterns: Any, before: str) -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each.url_patterns, route)
        else:
            yield route, each


def _filled(route: str) -> str:
    """The address, with an object in the place of each parameter."""
    parts: list[str] = []
    for part in route.split("/"):
        if part.startswith("<"):
            before = [each for each in parts if each not in {"api", "v1"}]
            names = ["/".join(before[-2:]), before[-1]]
            part = str(next(SAMPLES[name] for name in names if name in SAMPLES)())
        parts.append(part)
    return "/".join(parts)


@pytest.fixture
def session() -> Client:
    found = desk(*ROLES).client
    found.get("/account/")  # the session's own row and entry come with its first request
    return found


@pytest.fixture
def tool(session: Client) -> APIClient:
    owner = User.objects.get(roles__contains=["auditor"])
    return factory.client(*SCOPES, owner=factory.person(owner.username))


def state() -> dict[str, str]:
    """Table → digest of its rows, of all that reading does not write to."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name not in _READING:
                cursor.execute(
                    f"SELECT md5(string_agg(row::text, '' ORDER BY row::text)) FROM {name} AS row"  # noqa: S608
                )
                found[name] = cursor.fetchone()[0]
    return found


def acts() -> int:
    """Entries of anything but reading."""
    reads = Entry.objects.filter(verb__endswith=".read").count()
    reads += Entry.objects.filter(verb__endswith=".listed").count()
    return Entry.objects.exclude(verb="api_key.first_used").count() - reads


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
            answers[door.route] = _read(caller.get(door.address, follow=True)).status_code
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
        _read(caller.get(door.address, follow=True))
        if not NotedRead.objects.exists() and not door.route.startswith((*PUBLIC, *EACH_TIME)):
            unnoted.append(door.route)
    assert unnoted == []


def _read(answer: Any) -> Any:
    """To its end, so that the file behind it is let go."""
    if getattr(answer, "streaming", False):
        b"".join(answer.streaming_content)
    return answer


def test_what_is_an_administrators_stays_so(house: None, session: Client) -> None:
    answers = {
        door.route: session.get(door.address, follow=True).status_code
        for door in doors()
        if door.route.startswith(CLOSED) and (door.view is None or "GET" in door.view.needs)
    }
    answers = {route: code for route, code in answers.items() if not route.endswith("/history/")}
    assert set(answers.values()) == {403}
