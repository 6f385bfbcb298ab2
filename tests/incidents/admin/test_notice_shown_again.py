"""A form of a notice that comes back goes by what the page shows now."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from governance import clock as time
from governance.ledger.ledger import Actor
from incidents import correspondence
from incidents.admin.notice_actions import where
from incidents.models import Clock, Notice
from tests import factory
from tests.factory import HOUR, MINUTE
from tests.incidents import noticing
from tests.incidents.admin.desk import Desk, desk, field, said, text, untouched

NOTICES = "incidents_notice"


@pytest.fixture
def now(db: None) -> datetime:
    at = time.now()
    report = noticing.unapproved()
    factory.install(at=at - timedelta(days=60), breach=noticing.text(), report=report)
    return at


@pytest.fixture
def responder(db: None) -> Desk:
    return desk("responder")


@pytest.fixture
def notice(now: datetime, responder: Desk) -> Notice:
    """May leave as it is, without anybody's approval."""
    facts = factory.breach(now - HOUR, impact={"people_affected": 40})
    incident = factory.submit(facts, at=now - MINUTE)
    by = Actor("user", str(responder.user.id))
    return correspondence.draft(noticing.clock(incident), by=by, at=now)


def filled(page: HttpResponse, **given: Any) -> dict[str, Any]:
    """The page's form to file by hand, as somebody fills it in."""
    own = {"submitted_at": field(time.now()), "sent_to": "DPA", "channel": "Portal"}
    return {**untouched(page, "file"), **own, "incomplete": "on", **given}


def press(who: Desk, notice: Notice, given: dict[str, Any]) -> HttpResponse:
    return who.act(NOTICES, notice.id, "file", **given)


def lose_a_fact(notice: Notice) -> None:
    factory.amend(notice.incident, at=time.now(), impact={"people_affected": None})


def state(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


def test_who_ticks_what_is_missing_by_now_may_file(notice: Notice, responder: Desk) -> None:
    given = filled(responder.page(NOTICES, notice.id))
    lose_a_fact(notice)
    again = press(responder, notice, given)
    assert again.status_code == 422
    assert "impact.people_affected" in untouched(again, "file")["missing"][0]
    assert press(responder, notice, filled(again)).status_code == 302
    assert state(notice) == "filed"


def test_a_tick_is_not_kept_for_a_list_that_grew(notice: Notice, responder: Desk) -> None:
    given = filled(responder.page(NOTICES, notice.id))
    lose_a_fact(notice)
    again = press(responder, notice, given)
    assert "incomplete" not in untouched(again, "file")
    assert press(responder, notice, untouched(again, "file")).status_code == 422
    assert state(notice) == "draft"


def test_what_is_whole_by_now_leaves_without_a_tick(notice: Notice, responder: Desk) -> None:
    given = filled(responder.page(NOTICES, notice.id))
    noticing.edit(notice, at=time.now())
    for each in noticing.missing(notice):
        noticing.cover(notice, each)
    again = press(responder, notice, given)
    assert again.status_code == 409
    press(responder, notice, untouched(again, "file"))
    assert state(notice) == "filed"


def test_a_text_saved_meanwhile_is_the_one_seen_next(notice: Notice, responder: Desk) -> None:
    given = filled(responder.page(NOTICES, notice.id))
    noticing.edit(notice, body=f"Another text. {noticing.MEASURES}", at=time.now())
    again = press(responder, notice, given)
    assert again.status_code in {409, 422}
    press(responder, notice, filled(again))
    assert state(notice) == "filed"


def test_who_chose_a_file_is_told_to_choose_it_again(notice: Notice, responder: Desk) -> None:
    receipt = SimpleUploadedFile("receipt.pdf", b"%PDF r", "application/pdf")
    given = filled(responder.page(NOTICES, notice.id), receipt=receipt)
    lose_a_fact(notice)
    assert "Choose the file again." in text(press(responder, notice, given))


def test_an_editor_keeps_what_was_edited(notice: Notice, responder: Desk) -> None:
    given = untouched(responder.page(NOTICES, notice.id), "edit") | {"body": "Mine."}
    noticing.edit(notice, at=time.now())
    again = responder.act(NOTICES, notice.id, "edit", **given)
    assert again.status_code == 409
    assert untouched(again, "edit")["seen"] == ["1"]


# --- what it must say --------------------------------------------------------------------------


def ticked(page: HttpResponse, item: str, place: str) -> dict[str, Any]:
    return {**untouched(page, "cover"), "covered": [item], where(item): place}


def require(notice: Notice, *content: str) -> None:
    """A reassessment makes the stage require something else."""
    Clock.objects.filter(id=notice.clock_id).update(content=list(content))


def test_a_tick_stays_with_its_item_when_the_list_moves(notice: Notice, responder: Desk) -> None:
    page = responder.page(NOTICES, notice.id)
    require(notice, "who is told", *notice.clock.content)
    responder.act(NOTICES, notice.id, "cover", **ticked(page, noticing.CONSEQUENCES, "Section 3"))
    notice.refresh_from_db()
    assert list(notice.coverage) == [noticing.CONSEQUENCES]


def test_what_is_no_longer_required_is_refused_and_the_rest_kept(
    notice: Notice, responder: Desk
) -> None:
    page = responder.page(NOTICES, notice.id)
    require(notice, "who is told", noticing.CONSEQUENCES)
    given = ticked(page, noticing.CONSEQUENCES, "Section 3")
    answer = responder.act(NOTICES, notice.id, "cover", **given)
    assert answer.status_code == 422
    assert "does not require" in said(answer)[0]
    again = untouched(answer, "cover")
    assert again["covered"] == [noticing.CONSEQUENCES]
    assert again[where(noticing.CONSEQUENCES)] == ["Section 3"]
    assert responder.act(NOTICES, notice.id, "cover", **again).status_code == 302


def test_an_item_of_several_lines_is_ticked(notice: Notice, responder: Desk) -> None:
    require(notice, "what\nthen")
    page = responder.page(NOTICES, notice.id)
    given = {**ticked(page, "what\nthen", ""), "shown": ["what\r\nthen"]}
    given["covered"] = given["shown"]  # as a browser sends lines
    responder.act(NOTICES, notice.id, "cover", **given)
    notice.refresh_from_db()
    assert list(notice.coverage) == ["what\nthen"]


def test_a_place_too_long_is_said_beside_it(notice: Notice, responder: Desk) -> None:
    page = responder.page(NOTICES, notice.id)
    given = ticked(page, noticing.CONSEQUENCES, "x" * 201)
    answer = responder.act(NOTICES, notice.id, "cover", **given)
    assert answer.status_code == 422
    assert "at most 200 characters" in text(answer)
    assert untouched(answer, "cover")["covered"] == [noticing.CONSEQUENCES]
