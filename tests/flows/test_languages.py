"""The console in another language, whose texts are those of ours in brackets: whatever is shown
without them is not translated, or no text of ours."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps
from django.conf.locale import LANG_INFO
from django.db import connection
from django.test import Client

from governance import clock
from governance.accounts import preferences
from governance.accounts.roles import ROLES
from governance.console import manual
from incidents import overrides
from incidents.models import Incident, Notice
from policies import documents
from tests import factory
from tests.flows.doors import doors
from tests.incidents.admin.desk import Desk, desk
from tests.translating import catalogue, readable
from tests.translating.brackets import ASKING, BOTH, CODE, INFO
from tests.translating.sources import ROOTS

pytestmark = pytest.mark.django_db
#: Pages of the framework to which nothing leads.
_UNLED: Final = ("ledger/signingkey/<", "policies/oncallfeed/<", "password_change/")
#: Kept with the key of the person, and shown with the name.
_NAMED: Final = "Reassessed as counsel chose at approval"
#: What parts of a text are joined by.
_JOINTS: Final = re.compile(r"[()|:;,→·@]|\s…|…\s|\b(?=UTC\b)|\b\d+\.\d+\.\d+\b|SHA-256")
#: Between facts and their values, as policies are put in words, in English; and between sentences.
_WORDS: Final = re.compile(
    r"\b(?:is|includes?(?: any of)?|so that|does not hold|or|sev\d)\b|[“”›—]|\. |\d{4}-\d\d-\d\d"
)
#: Instants, numbers with their units, ids and verbs of the trail: the same in every language.
_SAME: Final = re.compile(
    r"""[\W\d_]*(utc|s|min|h|d|t)?[\W\d_]*|\d+\ (hours?|days?|minutes?)"""
    r"""|([\w-]+[._/][\w./-]+|…?[0-9a-f-]{8,36}|\s)+""",
    re.VERBOSE,
)


@pytest.fixture
def brackets(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.write(tmp_path / "locale")
    monkeypatch.setitem(LANG_INFO, CODE, INFO[CODE])
    settings.LANGUAGES = BOTH
    settings.LOCALE_PATHS = [tmp_path / "locale"]


@pytest.fixture
def everybody(house: None, brackets: None) -> Desk:
    _change_severity(Incident.objects.earliest("id"))
    return desk(*ROLES, administrator=True)


def test_every_text_on_every_page_is_translated(everybody: Desk) -> None:
    titles = [manual.page(name).title for name in manual.names()]
    known, shown = _known(*documents.KINDS, *titles, _NAMED), {}
    for route, html in _pages(everybody.client):
        shown[route] = sorted({part for part in _outside(html) if not _told(part, known)})
    assert {route: left for route, left in shown.items() if left} == {}
    assert len(shown) > 60


def test_pages_with_countdowns_bring_along_what_these_say(everybody: Desk) -> None:
    runs = {"clock__fulfilled_at": None, "clock__conservative_due__isnull": False}
    notice = Notice.objects.filter(**runs).first()
    assert notice is not None
    lists = ["/", "/incidents/clock/", "/incidents/notice/"]
    for address in [*lists, f"/incidents/notice/{notice.id}/change/"]:
        html = everybody.client.get(address, headers=ASKING).content.decode()
        assert " data-left=" in html
        assert ' data-say-in="⟦in %(amount)s⟧"' in html


@pytest.mark.parametrize(
    "html", ["<p>Met late</p>", "<p>⟦Met⟧ late</p>", '<b title="Late">⟦x⟧</b>']
)
def test_what_is_not_translated_is_found(html: str) -> None:
    assert [part for part in _outside(html) if not _told(part, "the incident of a model")]


def test_what_is_translated_around_markup_is_not_found() -> None:
    html = "<p>⟦Met by <b>the ⟦owner⟧</b>, late⟧</p> <time>2026-11-29 10:00 UTC</time>"
    assert [part for part in _outside(html) if not _told(part, "")] == []


def test_the_api_answers_in_english_whoever_asks(brackets: None) -> None:
    factory.install()
    factory.submit(factory.breach(factory.AT, harms=["privacy"]))
    client = desk(*ROLES).client
    for name in ("incidents", "duties", "policies", "release", "me", "statistics", "nothing"):
        answer = client.get(f"/api/v1/{name}", headers=ASKING)
        assert "⟦" not in answer.content.decode()
        assert "Content-Language" not in answer.headers


def test_of_one_language_nothing_is_said() -> None:
    answer = Client().get("/login/", headers={"accept-language": "de"})
    assert "Content-Language" not in answer.headers
    assert '<html lang="en"' in answer.content.decode()


@pytest.mark.parametrize("address", ["/account/", "/login/"])
def test_signing_in_and_the_own_account_are_translated(brackets: None, address: str) -> None:
    client = Client() if address == "/login/" else desk(*ROLES).client
    html = client.get(address, headers=ASKING).content.decode()
    known = _known(*preferences.zones())
    assert [part for part in _outside(html) if not _told(part, known)] == []


def _change_severity(incident: Incident) -> None:
    """What waits is refused; one lower level is in force, and another waits."""
    words = {"reason": "The board says so.", "by": factory.PERSON, "at": clock.now()}
    decided = {"note": "Seen.", "by": factory.approver(), "at": clock.now()}
    for row in incident.severity_overrides.filter(state="requested"):
        overrides.refuse(row, **decided)
    overrides.approve(overrides.choose(incident, "SEV3", **words), **decided)
    overrides.choose(incident, "SEV2", **words)


def _pages(client: Client) -> Iterator[tuple[str, str]]:
    for door in doors():
        if door.view is not None or not _ours(door.route) or door.route.startswith(_UNLED):
            continue
        answer = client.get(door.address, headers=ASKING)
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            yield door.route, answer.content.decode()


def _ours(route: str) -> bool:
    """Whether it is a page of a package that is looked at."""
    found = apps.app_configs.get(route.split("/")[0])
    package = found.name.split(".")[0] if found is not None else "incidents"
    return package in ROOTS and route != "jsi18n/"


def _outside(html: str) -> Iterator[str]:
    """What is shown outside of brackets, which may stand around several elements."""
    depth, shown = 0, ""
    for piece in readable.of(html):
        for sign in f"{piece.text}\n":
            depth += (sign == "⟦") - (sign == "⟧")
            shown += "\n" if sign in "⟦⟧" else sign if not depth else ""
    assert depth == 0
    yield from (each for line in shown.splitlines() for each in _JOINTS.split(line))


def _told(part: str, known: str) -> bool:
    """Whether it is data: it stands in the database, perhaps among the words of conditions, or is
    the same in every language."""
    words = " ".join(part.split()).casefold()
    return _stands(words, known) or all(_stands(each, known) for each in _WORDS.split(words))


def _stands(words: str, known: str) -> bool:
    words = words.strip(" .“”")
    return words in {"bylaw", "yes", "no", "none"} or bool(_SAME.fullmatch(words)) or words in known


def _known(*more: str) -> str:
    """What stands in the database, names of facts also as they are read."""
    found = list(more)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT string_agg(row::text, ' ') FROM {table} AS row")  # noqa: S608
            found.append(cursor.fetchone()[0] or "")
    text = " ".join(" ".join(found).replace('""', '"').split()).casefold()
    return text + text.replace("_", " ")
