from datetime import datetime
from html import unescape

import pytest

from policies.models import PolicyVersion, Standing
from tests import factory
from tests.incidents.admin.desk import Desk, desk, rows, text
from tests.policies.admin import office
from tests.policies.admin.office import VERSIONS


def version(name: str) -> PolicyVersion:
    return PolicyVersion.objects.get(name=name)


def shown(officer: Desk, **query: str) -> list[str]:
    return [str(each) for each in rows(officer.list(VERSIONS, **query))]


def test_the_list_shows_every_version(officer: Desk) -> None:
    assert len(shown(officer)) == PolicyVersion.objects.count()


def test_what_came_with_set_up_says_so(officer: Desk) -> None:
    assert "installed at set-up" in text(officer.list(VERSIONS))


def test_the_page_shows_the_text_line_by_line(officer: Desk) -> None:
    breach = version("breach")
    answer = officer.page(VERSIONS, breach.id)
    assert answer.context["lines"] == breach.text.splitlines()  # type: ignore[attr-defined]
    assert "personal_data.breach: true" in unescape(answer.content.decode())


def test_the_page_shows_the_digest(officer: Desk) -> None:
    breach = version("breach")
    assert breach.digest in text(officer.page(VERSIONS, breach.id))


def test_the_page_leads_to_the_other_versions(now: datetime, officer: Desk) -> None:
    first = version("breach")
    factory.install(now, breach=factory.text("breach", ("version: 1.0.0", "version: 1.1.0")))
    second = PolicyVersion.objects.get(name="breach", version="1.1.0")
    assert f"/policies/policyversion/{second.id}/change/" in text(officer.page(VERSIONS, first.id))


@pytest.mark.parametrize("standing", Standing.values)
def test_the_standing_filters(officer: Desk, standing: str) -> None:
    office.submitted(officer, office.HARMLESS)
    found = rows(officer.list(VERSIONS, standing=standing))
    assert {each.standing(each.seen_at) for each in found} == (
        {standing} if standing in {"in_review", "in_force"} else set()
    )


def test_the_kind_filters(officer: Desk) -> None:
    assert shown(officer, kind="Calendar") == ["Calendar/office@1.0.0"]


def test_an_approver_finds_what_waits_for_approval(officer: Desk, counsel: Desk) -> None:
    waiting = office.submitted(officer)
    assert shown(counsel, waiting="mine") == [str(waiting)]


def test_an_author_has_nothing_of_the_own_to_approve(officer: Desk) -> None:
    office.submitted(officer)
    assert shown(officer, waiting="mine") == []


def test_the_first_page_counts_what_waits_for_approval(officer: Desk, counsel: Desk) -> None:
    office.submitted(officer)
    answer = counsel.client.get("/")
    cards = {card.text: card.count for card in answer.context["tasks"]}
    assert cards["Policies to approve"] == 1


def test_nobody_changes_a_version_past_its_functions(now: datetime) -> None:
    root = desk(administrator=True)
    breach = version("breach")
    assert root.act(VERSIONS, breach.id, "save", text="x").status_code == 403


def test_without_policies_it_says_what_to_do(db: None) -> None:
    assert "manage.py policies install" in text(desk("compliance-officer").list(VERSIONS))
