"""What every answer says to a browser, and what none of them gives away."""

import re
from typing import Any, Final
from urllib.parse import unquote

import pytest
from django.db import DataError, transaction
from django.test import Client
from django.utils.http import urlencode
from pytest_django import Settings

from incidents import selectors
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import PASSWORD, desk
from tests.security import walk

pytestmark = pytest.mark.usefixtures("house")
#: How the API is described, which is of nobody's incidents.
DESCRIBED: Final = ("api/v1/openapi", "api/docs/")
#: What nobody is shown of how we are made.
INSIDE: Final = re.compile(
    rb"Traceback|psycopg|django|/governance/|site-packages|SELECT |INSERT |postgresql://", re.I
)


def an_incident() -> str:
    return Incident.objects.earliest("id").reference


@pytest.fixture(scope="module")
def everything(world: None) -> list[tuple[str, Any]]:
    """What a GET of each address is answered with."""
    with transaction.atomic():
        caller = walk.everybody().client
        found = [(door.route, walk.get(caller, door.address)) for door in walk.all_doors()]
        transaction.set_rollback(True)
    return found


def test_every_answer_is_for_no_frame_no_guess_and_no_referrer(
    everything: list[tuple[str, Any]],
) -> None:
    wrong = {}
    for route, answer in everything:
        said = [answer.headers.get(name) for name in ("X-Frame-Options", "X-Content-Type-Options")]
        referrer = answer.headers.get("Referrer-Policy")
        if said != ["DENY", "nosniff"] or referrer not in {"same-origin", "no-referrer"}:
            wrong[route] = (*said, referrer)
    assert wrong == {}


def test_every_answer_is_kept_by_nobody_else(
    everything: list[tuple[str, Any]],
) -> None:
    """Of what is read here nothing lies in a cache that others look into, and nothing at all but
    with a tag, to ask whether it still holds. Hashes and signed checkpoints say nothing of
    anybody."""
    wrong = {}
    for route, answer in everything:
        kept = answer.headers.get("Cache-Control", "")
        log = route.startswith(("api/v1/ledger/tile/", "api/v1/ledger/checkpoint"))
        tagged = "no-cache" in kept and "ETag" in answer.headers
        if route.startswith(DESCRIBED):
            continue
        if "private" not in kept or not ("no-store" in kept or tagged or log):
            wrong[route] = kept
    assert wrong == {}


def test_every_error_is_kept_by_nobody_else() -> None:
    for path in ("/api/v1/incidents", "/api/v1/nothing", "/api/v1/incidents/INC-0"):
        assert "no-store" in Client().get(path).headers["Cache-Control"]


def test_files_are_for_keeping_and_never_for_showing(
    everything: list[tuple[str, Any]],
) -> None:
    shown = {}
    for route, answer in everything:
        kind = answer.headers["Content-Type"].partition(";")[0]
        plain = kind in {"application/json", "application/problem+json"}
        given = route.startswith("api/") and not route.startswith(DESCRIBED)
        if answer.status_code == 200 and given and not plain:
            attached = answer.headers.get("Content-Disposition", "").startswith("attachment")
            inert = kind in {"text/plain", "application/octet-stream"}
            if not attached and not inert:
                shown[route] = kind
    assert shown == {}


@pytest.mark.parametrize(
    "claimed",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript"],
)
def test_a_file_that_could_run_in_a_browser_does_not(claimed: str) -> None:
    reference = an_incident()
    content = {"name": "a.html", "media_type": claimed, "content": "PHNjcmlwdD4="}
    caller = walk.tool()
    made = factory.post(caller, f"incidents/{reference}/attachments", content).json()
    answer = factory.get(caller, f"attachments/{made['id']}")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    ["a\r\nSet-Cookie: x=1", 'a"; filename="b.exe', "a\nb", "a;b=c", "\u202eexe.txt", "a\0b"],
)
def test_a_name_of_a_file_adds_nothing_to_its_headers(name: str) -> None:
    content = {"name": name.replace("\0", ""), "content": "PHNjcmlwdD4="}
    caller = walk.tool()
    made = factory.post(caller, f"incidents/{an_incident()}/attachments", content).json()
    said = factory.get(caller, f"attachments/{made['id']}").headers["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9%._~-]+", said)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "..\\..\\x.exe", "C:\\x", "..", "....//x", "a/%2e%2e/x"],
)
def test_a_name_of_a_file_leads_to_no_other_place(name: str) -> None:
    """As it is kept, and as a browser is told to keep it."""
    caller, given = walk.tool(), {"name": name, "content": "PHNjcmlwdD4="}
    made = factory.post(caller, f"incidents/{an_incident()}/attachments", given).json()
    said = factory.get(caller, f"attachments/{made['id']}").headers["Content-Disposition"]
    saved = unquote(said.partition("''")[2])
    assert made["name"] == saved
    assert not re.search(r"[/\\]|^\.|^[A-Za-z]:", saved)


# --- cookies --------------------------------------------------------------------------------------


@pytest.fixture
def quick(settings: Settings) -> None:
    """How the passwords of a desk are kept."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.usefixtures("quick")
def test_the_session_is_out_of_reach_of_scripts_and_of_other_sites() -> None:
    person, browser = desk("reporter").user, Client()
    browser.post("/login/", {"username": person.username, "password": PASSWORD})
    cookie = browser.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.usefixtures("quick")
def test_behind_https_no_cookie_goes_another_way(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    person, browser = desk("reporter").user, Client()
    browser.get("/login/", secure=True)
    browser.post("/login/", {"username": person.username, "password": PASSWORD}, secure=True)
    assert {"csrftoken", "sessionid"} <= set(browser.cookies)
    assert [name for name, each in browser.cookies.items() if not each["secure"]] == []


@pytest.mark.usefixtures("quick")
def test_a_session_that_was_there_before_signing_in_is_not_the_one_after() -> None:
    person, browser = desk("reporter").user, Client()
    planted = browser.session
    planted["x"] = 1
    planted.save()
    browser.cookies["sessionid"] = planted.session_key
    browser.post("/login/", {"username": person.username, "password": PASSWORD})
    assert browser.cookies["sessionid"].value != planted.session_key


# --- where it leads -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "///evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://testserver@evil.example/",
        "https://testserver.evil.example/",
        " https://evil.example/",
        "\thttps://evil.example/",
    ],
)
@pytest.mark.parametrize("door", ["/login/", "/logout/"])
@pytest.mark.usefixtures("quick")
def test_nobody_is_led_away(door: str, to: str) -> None:
    person, browser = desk("reporter").user, Client()
    if door == "/logout/":
        browser.force_login(person)
    sent = {"username": person.username, "password": PASSWORD, "next": to}
    answer = browser.post(f"{door}?{urlencode({'next': to})}", sent)
    led = answer.headers.get("Location", "/")
    assert led.startswith("/")
    assert not led.startswith(("//", "/\\"))
    assert "evil" not in led


# --- errors ---------------------------------------------------------------------------------------


def test_no_refusal_says_how_we_are_made() -> None:
    caller, said = walk.tool(), {}
    for door in walk.of_the_api():
        for method in walk.unsafe(door):
            for raw in (b"{", b"[1]", b'{"id": 1e999}', b"\xff"):
                answer = caller.generic(method.upper(), door.address, raw, "application/json")
                if INSIDE.search(walk.body(answer)):
                    said[f"{method} {door.route}"] = answer.content[:200]
    assert said == {}


@pytest.mark.parametrize("path", ["/api/v1/incidents/INC-1", "/incidents/incident/x/change/"])
def test_a_fault_of_ours_is_answered_without_its_details(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*args: object, **kwargs: object) -> None:
        raise DataError("psycopg: SELECT secret FROM /governance/ with postgresql://x:hunter2@h")

    monkeypatch.setattr(selectors, "incident", failing)
    monkeypatch.setattr("governance.console.lists.ListAdmin.get_object", failing)
    answer = walk.everybody().client.get(path)
    assert answer.status_code == 500
    assert not INSIDE.search(answer.content)
    assert b"hunter2" not in answer.content


def test_a_page_that_is_not_there_does_not_list_those_that_are() -> None:
    answer = walk.everybody().client.get("/incidents/nothing/")
    assert answer.status_code == 404
    assert b"urlpatterns" not in answer.content
