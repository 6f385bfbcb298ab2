"""What is asked for in an address: filters, cursors, searches and paths reach the database as
values, and whatever they hold, the answer is one of ours."""

import base64
import re
from typing import Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.accounts.models import ApiKey, User
from tests.incidents.admin.desk import desk
from tests.security import walk

pytestmark = pytest.mark.usefixtures("house")
QUOTED: Final = "x' OR '1'='1'; DROP TABLE incidents_incident; --\""
#: Of each kind, what has broken such services before.
PATHS: Final = (
    "%00",
    "..%2f..%2fetc%2fpasswd",
    "%FF",
    "%ED%A0%80",
    "'%20OR%201=1--",
    "-1",
    "9" * 30,
    "9" * 4301,
    "00000000-0000-0000-0000-000000000000",
    "%0d%0aSet-Cookie:%20a=b",
    "%3Cscript%3Ealert(1)%3C/script%3E",
)
EARLIEST, LATEST = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"
QUERIES: Final = (
    {"page_size": "-1"},
    {"page_size": "9" * 5000},
    {"ordering": "(SELECT pg_sleep(9))"},
    {"search": "\0"},
    {"since": EARLIEST, "until": LATEST, "due_before": EARLIEST, "at": EARLIEST},
    {"since": LATEST, "until": EARLIEST, "due_before": LATEST, "at": LATEST},
    {"at": "\0"},
    {"size": "9" * 400, "old": "9" * 40},
    {"old": "-1"},
    {"owner": "\0", "incident": "\0", "destination": "\0", "object": "\0"},
    {"incident": QUOTED, "state": QUOTED, "actor": QUOTED, "fields": QUOTED},
    {f"a{number}": "1" for number in range(900)},
)
CURSORS: Final = (
    b"p=notauuid",
    b"p=x&o=99999999999999999999",
    b"p=%00",
    b"r=1&p=2026",
    b"o=-1",
    b"p=1 OR 1=1",
    b"\xff\xfe",
    b"",
)


@pytest.mark.parametrize("sent", CURSORS, ids=lambda sent: sent.decode("latin-1") or "empty")
def test_a_cursor_that_we_did_not_make_is_none(sent: bytes) -> None:
    caller, failed = walk.tool(), {}
    for door in walk.of_the_api():
        cursor = base64.b64encode(sent).decode()
        answer = walk.get(caller, door.address, cursor=cursor)
        if answer.status_code >= 500:
            failed[door.route] = answer.status_code
    assert failed == {}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: f"{next(iter(query))}_{len(query)}")
def test_no_query_is_a_fault_of_ours(query: dict[str, str]) -> None:
    caller, failed = walk.tool(), {}
    for door in walk.of_the_api():
        answer = walk.get(caller, door.address, **query)
        if answer.status_code >= 500:
            failed[door.route] = answer.status_code
    assert failed == {}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:12])
def test_no_path_is_a_fault_of_ours(path: str) -> None:
    tool, session, failed = walk.tool(), walk.everybody().client, {}
    for door in walk.all_doors():
        if "<" in door.route:
            caller = tool if door.view is not None else session
            address = "/" + re.sub(r"<[^>]+>", path, door.route)
            answer = walk.get(caller, address)
            if answer.status_code >= 500:
                failed[door.route] = answer.status_code
    assert failed == {}


def test_a_level_of_the_log_that_cannot_be_is_not_counted_up_to() -> None:
    """256 to the power of what stands in an address would never be done."""
    answer = walk.get(walk.tool(), f"/api/v1/ledger/tile/{'9' * 4000}/000")
    assert answer.status_code == 404


@pytest.mark.parametrize("column", ["q", "o", "p", "state__exact", "id__in", "e", "all", "pk"])
def test_no_query_of_a_list_of_the_console_is_a_fault_of_ours(column: str) -> None:
    caller, failed = walk.everybody().client, {}
    for door in walk.lists():
        for value in ("\0", QUOTED, "9" * 50):
            answer = walk.get(caller, door.address, **{column: value})
            if answer.status_code >= 500:
                failed[f"{door.route} {value[:5]!r}"] = answer.status_code
    assert failed == {}


def test_what_is_searched_for_is_a_value_and_no_part_of_a_statement() -> None:
    caller = walk.everybody().client
    for door in walk.lists():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            walk.get(caller, door.address, q="';SELECT 1--")
        broken = [each["sql"] for each in asked if re.search(r"[^']';SELECT 1--", each["sql"])]
        assert broken == [], door.route


@pytest.mark.parametrize(
    ("page", "column"),
    [
        ("accounts/user/", "password__startswith"),
        ("accounts/user/", "password__gte"),
        ("accounts/apikey/", "digest__startswith"),
        ("accounts/apikey/", "prefix"),
        ("webhook/webhookendpoint/", "url__startswith"),
        ("incidents/incident/", "report__contains"),
        ("incidents/submission/", "body__startswith"),
        ("outbox/message/", "payload__contains"),
    ],
)
def test_a_list_is_not_filtered_by_what_it_does_not_offer(page: str, column: str) -> None:
    """Whoever may filter by a hash reads it, sign by sign, from how many rows there are."""
    answer = walk.everybody().client.get(f"/{page}", {column: "p"})
    assert answer.status_code == 400


def test_a_list_is_filtered_by_what_it_offers() -> None:
    """The twin: what is refused above is refused for its name alone."""
    caller = walk.everybody().client
    assert caller.get("/accounts/user/", {"is_active__exact": "1"}).status_code == 200
    assert caller.get("/outbox/message/", {"channel__exact": "email"}).status_code == 200


def test_no_answer_of_the_api_holds_a_hash_of_a_key_or_a_password() -> None:
    caller = walk.tool()
    digests = list(ApiKey.objects.values_list("digest", flat=True))
    hashes = list(User.objects.values_list("password", flat=True))
    for door in walk.of_the_api():
        answer = walk.get(caller, door.address)
        found = [each for each in [*digests, *hashes] if each and each.encode() in answer.whole]
        assert found == [], door.route


def test_a_search_finds_nothing_for_who_may_see_nothing() -> None:
    answer = desk("reporter").client.get("/search/", {"s": "user", "extended": "1"})
    assert b"accounts/user" not in answer.content
