from datetime import datetime, timedelta
from html import unescape

import pytest

from governance import clock
from policies.models import PolicyVersion
from tests import factory
from tests.incidents.admin.desk import Desk, desk, rows, text

VERSIONS = "policies_policyversion"


@pytest.fixture
def now(db: None) -> datetime:
    at = clock.now()
    factory.install(at - timedelta(days=60))
    return at


@pytest.fixture
def officer(db: None) -> Desk:
    return desk("compliance-officer")


def version(name: str) -> PolicyVersion:
    return PolicyVersion.objects.get(name=name)


def test_the_list_shows_every_version(now: datetime, officer: Desk) -> None:
    assert len(list(rows(officer.list(VERSIONS)))) == PolicyVersion.objects.count()


def test_the_page_shows_the_text_line_by_line(now: datetime, officer: Desk) -> None:
    breach = version("breach")
    answer = officer.page(VERSIONS, breach.id)
    shown = unescape(answer.content.decode())
    assert answer.context["lines"] == breach.text.splitlines()  # type: ignore[attr-defined]
    assert "personal_data.breach: true" in shown


def test_the_page_shows_the_digest(now: datetime, officer: Desk) -> None:
    breach = version("breach")
    assert breach.digest in text(officer.page(VERSIONS, breach.id))


def test_the_page_leads_to_the_other_versions(now: datetime, officer: Desk) -> None:
    first = version("breach")
    factory.install(now, breach=factory.text("breach", ("version: 1.0.0", "version: 1.1.0")))
    second = PolicyVersion.objects.get(name="breach", version="1.1.0")
    assert f"/policies/policyversion/{second.id}/change/" in text(officer.page(VERSIONS, first.id))


def test_the_filter_leaves_what_is_in_force_now(now: datetime, officer: Desk) -> None:
    factory.install(now, breach=factory.text("breach", ("version: 1.0.0", "version: 1.1.0")))
    shown = rows(officer.list(VERSIONS, in_force="now", q="breach"))
    assert [each.version for each in shown if each.name == "breach"] == ["1.1.0"]


def test_the_kind_filters(now: datetime, officer: Desk) -> None:
    assert [each.name for each in rows(officer.list(VERSIONS, kind="Calendar"))] == ["office"]


def test_nobody_changes_a_version(now: datetime) -> None:
    root = desk(administrator=True)
    breach = version("breach")
    assert root.act(VERSIONS, breach.id, "save", text="x").status_code == 403


def test_without_policies_it_says_what_to_do(officer: Desk) -> None:
    assert "manage.py policies install" in text(officer.list(VERSIONS))
