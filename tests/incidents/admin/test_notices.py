"""The workspace of a notice: written, judged, filed and sent at the console."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance import clock as time
from governance.accounts.models import User
from governance.ledger.ledger import Actor
from incidents import correspondence, notices
from incidents.admin.notice_actions import where
from incidents.models import Clock, Incident, Notice
from tests import factory
from tests.factory import HOUR, MINUTE
from tests.incidents import noticing
from tests.incidents.admin.desk import Desk, desk, field, rows, said, text, untouched

NOTICES, CLOCKS = "incidents_notice", "incidents_clock"


@pytest.fixture
def now(db: None) -> datetime:
    at = time.now()
    factory.install(at=at - timedelta(days=60), breach=noticing.text(), report=noticing.TEMPLATE)
    return at


@pytest.fixture
def incident(now: datetime) -> Incident:
    return factory.submit(factory.breach(now - HOUR), at=now - MINUTE)


@pytest.fixture
def clock(incident: Incident) -> Clock:
    return noticing.clock(incident)


@pytest.fixture
def responder(db: None) -> Desk:
    return desk("responder")


@pytest.fixture
def lawyer(db: None) -> Desk:
    return desk("legal-counsel")


@pytest.fixture
def notice(clock: Clock, responder: Desk, now: datetime) -> Notice:
    return correspondence.draft(clock, by=actor(responder), at=now)


def actor(who: Desk) -> Actor:
    return Actor("user", str(who.user.id))


def fresh(notice: Notice) -> Notice:
    notice.refresh_from_db()
    return notice


def act(who: Desk, notice: Notice, action: str, **given: Any) -> Any:
    return who.act(NOTICES, notice.id, action, **{"seen": notice.revision, **given})


def approved(notice: Notice, responder: Desk, lawyer: Desk) -> Notice:
    act(responder, notice, "submit")
    act(lawyer, notice, "approve")
    return fresh(notice)


def leaving(who: Desk, notice: Notice, action: str, **given: Any) -> dict[str, Any]:
    """What the page's own form sends, with what somebody fills in."""
    page: Any = who.page(NOTICES, notice.id)
    (offer,) = [each for each in page.context["offers"] if each.action.name == action]
    hidden = {field.name: field.value() for field in offer.form.hidden_fields()}
    return {**hidden, "incomplete": "on", **given}


# --- writing -----------------------------------------------------------------------------------


def test_a_deadline_leads_to_its_drafted_notice(clock: Clock, responder: Desk) -> None:
    answer = responder.act(CLOCKS, clock.id, "draft_notice")
    assert answer["Location"] == reverse(
        "admin:incidents_notice_change", args=[Notice.objects.get().id]
    )


def test_a_drafted_deadline_offers_the_notice_and_no_second_draft(
    notice: Notice, clock: Clock, responder: Desk
) -> None:
    page = text(responder.page(CLOCKS, clock.id))
    assert "Open the notice" in page
    assert "Draft the notice" not in page


def test_the_page_shows_text_and_what_it_must_say(notice: Notice, responder: Desk) -> None:
    page = text(responder.page(NOTICES, notice.id))
    for part in ("The answer was false.", "1 of 4", noticing.CONSEQUENCES, "not known yet"):
        assert part in page


def test_what_is_missing_is_marked_in_the_preview(notice: Notice, responder: Desk) -> None:
    page = text(responder.page(NOTICES, notice.id))
    assert '<mark class="by-hole">(not known yet)</mark>' in page
    assert f'<mark class="by-hole">{noticing.MEASURES}</mark>' in page


def test_markup_in_a_text_is_text(notice: Notice, responder: Desk) -> None:
    act(responder, notice, "edit", subject="<b>S</b>", body="<script>alert(1)</script>")
    page = responder.page(NOTICES, notice.id).content.decode()
    assert "<script>alert" not in page
    assert "<b>S" not in page


def test_saving_keeps_another_text(notice: Notice, responder: Desk) -> None:
    act(responder, notice, "edit", subject="S", body="Mine.\r\nTwo.")
    assert (fresh(notice).revision, notices.current(notice).body) == (2, "Mine.\nTwo.\n")


def test_of_two_editors_the_second_sees_both_and_loses_nothing(
    notice: Notice, responder: Desk, lawyer: Desk
) -> None:
    act(lawyer, notice, "edit", subject="S", body="Theirs.")
    answer = act(responder, notice, "edit", subject="S", body="Mine.")
    page = text(answer)
    assert answer.status_code == 409
    assert "-Theirs." in page
    assert "+Mine." in page
    assert 'name="over" value="2"' in page
    assert notices.current(fresh(notice)).body == "Theirs.\n"


def test_who_has_seen_both_puts_the_own_in_its_place(
    notice: Notice, responder: Desk, lawyer: Desk
) -> None:
    act(lawyer, notice, "edit", subject="S", body="Theirs.")
    act(responder, notice, "edit", subject="S", body="Mine.", over=2)
    assert notices.current(fresh(notice)).body == "Mine.\n"


def test_what_was_typed_is_not_thrown_away_when_it_is_too_late(
    notice: Notice, responder: Desk, now: datetime
) -> None:
    correspondence.withdraw(notice, reason="No.", by=actor(responder), at=now)
    answer = act(responder, notice, "edit", subject="S", body="An hour of work.")
    assert answer.status_code == 409
    assert "An hour of work." in text(answer)


def test_items_are_ticked_with_their_place(notice: Notice, responder: Desk) -> None:
    given = untouched(responder.page(NOTICES, notice.id), "cover")
    given |= {"covered": [noticing.CONSEQUENCES], where(noticing.CONSEQUENCES): "Section 3"}
    act(responder, notice, "cover", **given)
    assert fresh(notice).coverage[noticing.CONSEQUENCES]["where"] == "Section 3"
    assert "2 of 4" in text(responder.page(NOTICES, notice.id))


def test_facts_are_filled_anew(notice: Notice, responder: Desk, now: datetime) -> None:
    factory.amend(notice.incident, at=now, impact={"people_affected": 40})
    assert "Facts that changed since" in text(responder.page(NOTICES, notice.id))
    act(responder, notice, "refresh")
    assert fresh(notice).revision == 1  # the edits are lost only to one who says so
    act(responder, notice, "refresh", replace="on")
    assert "People: 40" in notices.current(fresh(notice)).body


def test_a_file_is_enclosed(notice: Notice, responder: Desk) -> None:
    file = SimpleUploadedFile("plan.pdf", b"%PDF", "application/pdf")
    act(responder, notice, "attach", file=file, purpose="enclosure")
    page = text(responder.page(NOTICES, fresh(notice).id))
    assert "plan.pdf" in page
    assert "enclosed" in page
    assert notices.current(notice).enclosures[0]["name"] == "plan.pdf"


def test_a_file_too_large_is_refused_with_the_limit(
    notice: Notice, responder: Desk, settings: Any
) -> None:
    settings.ATTACHMENT_LIMIT = 3
    file = SimpleUploadedFile("plan.pdf", b"%PDF", "application/pdf")
    answer = act(responder, notice, "attach", file=file, purpose="other")
    assert answer.status_code == 413
    assert "at most 3 bytes" in said(answer)[0]


# --- judging -----------------------------------------------------------------------------------


def test_another_person_approves(notice: Notice, responder: Desk, lawyer: Desk) -> None:
    assert approved(notice, responder, lawyer).approved_by == lawyer.actor


def test_the_writer_is_offered_no_approval(notice: Notice, lawyer: Desk, responder: Desk) -> None:
    act(lawyer, notice, "edit", subject="S", body="By the lawyer.")
    act(responder, fresh(notice), "submit")
    assert "action-approve" not in text(lawyer.page(NOTICES, notice.id))
    act(lawyer, notice, "approve")
    assert fresh(notice).state == "in_review"


def test_an_officer_without_the_role_is_offered_none(notice: Notice, responder: Desk) -> None:
    act(responder, notice, "submit")
    assert "action-approve" not in text(desk("compliance-officer").page(NOTICES, notice.id))


def test_a_text_that_changed_meanwhile_is_not_approved(
    notice: Notice, responder: Desk, lawyer: Desk
) -> None:
    act(responder, notice, "edit", subject="S", body="Other.")
    act(responder, fresh(notice), "submit")
    answer = act(lawyer, notice, "approve", seen=1)
    assert answer.status_code == 409
    assert fresh(notice).state == "in_review"


def test_a_comment_comes_back_with_it(notice: Notice, responder: Desk, lawyer: Desk) -> None:
    act(responder, notice, "submit")
    act(lawyer, notice, "return", comment="Say when it ended.")
    assert "Say when it ended." in text(responder.page(NOTICES, notice.id))


def test_the_front_page_counts_what_waits_for_this_viewer(
    notice: Notice, responder: Desk, lawyer: Desk
) -> None:
    act(responder, notice, "submit")
    assert "Notices to approve" in text(lawyer.client.get("/"))
    assert [each.id for each in rows(lawyer.list(NOTICES, waiting="mine"))] == [notice.id]
    other = desk("compliance-officer")
    assert list(rows(other.list(NOTICES, waiting="mine"))) == []


# --- leaving -----------------------------------------------------------------------------------


def test_filing_with_its_receipt_meets_the_deadline(
    notice: Notice, responder: Desk, lawyer: Desk
) -> None:
    approved(notice, responder, lawyer)
    given = leaving(
        responder,
        notice,
        "file",
        submitted_at=field(time.now() + MINUTE),
        sent_to="DPA",
        channel="Portal",
        receipt_number="R-9",
        receipt=SimpleUploadedFile("receipt.pdf", b"%PDF r", "application/pdf"),
    )
    assert act(responder, notice, "file", **given).status_code == 302
    assert (fresh(notice).state, notice.clock.state) == ("filed", "fulfilled")
    assert notice.attachments.get().purpose == "receipt"
    page = text(responder.page(CLOCKS, notice.clock_id))
    for part in ("R-9", "DPA", "legal-counsel"):
        assert part in page


def test_an_incomplete_notice_needs_the_tick(notice: Notice, responder: Desk, lawyer: Desk) -> None:
    approved(notice, responder, lawyer)
    filled = {"submitted_at": field(time.now()), "sent_to": "DPA", "channel": "Portal"}
    given = leaving(responder, notice, "file", **filled)
    given.pop("incomplete")
    assert act(responder, notice, "file", **given).status_code == 422
    assert fresh(notice).state == "approved"


def test_sending_gives_it_to_the_outbox(notice: Notice, responder: Desk, lawyer: Desk) -> None:
    approved(notice, responder, lawyer)
    act(responder, notice, "send", **leaving(responder, notice, "send", to="dpa@example.org"))
    assert fresh(notice).state == "sending"
    assert "On its way to" in text(responder.page(NOTICES, notice.id))


def test_an_unapproved_notice_offers_no_way_out(notice: Notice, responder: Desk) -> None:
    page = text(responder.page(NOTICES, notice.id))
    assert "action-file" not in page
    assert "action-send" not in page


def test_recording_without_the_approval_asks_for_the_reason(
    clock: Clock, responder: Desk, now: datetime
) -> None:
    given = {"submitted_at": field(now)}
    assert responder.act(CLOCKS, clock.id, "fulfil", **given).status_code == 422
    responder.act(CLOCKS, clock.id, "fulfil", **given, note="By telephone.")
    assert "sent without" in text(responder.page(CLOCKS, clock.id))


# --- former texts ------------------------------------------------------------------------------


def test_any_two_texts_are_compared(notice: Notice, responder: Desk) -> None:
    act(responder, notice, "edit", subject="S", body="First words.")
    act(responder, fresh(notice), "edit", subject="S", body="Second words.")
    path = reverse("admin:incidents_notice_texts", args=[notice.id])
    assert "+Second words." in text(responder.client.get(path))
    between = text(responder.client.get(path, {"from": "3", "to": "2"}))
    assert "+First words." in between
    assert responder.client.get(path, {"from": "9"}).status_code == 404


def test_a_text_is_kept_byte_for_byte(notice: Notice, responder: Desk) -> None:
    path = reverse("admin:incidents_notice_text", args=[notice.id, 1])
    answer = responder.client.get(path)
    assert answer.content.decode() == notices.paper(notices.current(notice)).document
    assert answer["Content-Disposition"].startswith("attachment")


# --- the page of the incident --------------------------------------------------------------------


def test_an_incident_lists_its_notices_and_files(notice: Notice, responder: Desk) -> None:
    file = SimpleUploadedFile("log.txt", b"a log", "text/plain")
    responder.act("incidents_incident", notice.incident_id, "attach", file=file, purpose="other")
    page = text(responder.page("incidents_incident", notice.incident_id))
    for part in ("1 of 4", "log.txt", "5 bytes"):
        assert part in page


# --- the list and the board --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"state__exact": "draft"}, 1),
        ({"state__exact": "filed"}, 0),
        ({"regime": "breach"}, 1),
        ({"regime": "harm"}, 0),
        ({"owner": "legal-counsel"}, 1),
        ({"due": "day"}, 1),
        ({"due": "overdue"}, 0),
        ({"due": "nonsense"}, 1),
        ({"q": "INC-1999"}, 0),
    ],
)
def test_notices_are_filtered(
    notice: Notice, responder: Desk, query: dict[str, str], count: int
) -> None:
    assert len(list(rows(responder.list(NOTICES, **query)))) == count


def test_a_row_says_how_complete_it_is(notice: Notice, responder: Desk) -> None:
    assert "1 of 4" in text(responder.list(NOTICES))


def test_the_board_says_so_too(notice: Notice, responder: Desk) -> None:
    assert "Notice: Draft, 1 of 4" in text(responder.list(CLOCKS))


def test_without_notices_the_list_says_where_they_begin(now: datetime, responder: Desk) -> None:
    assert "Draft one on the page of a deadline" in text(responder.list(NOTICES))


def test_an_auditor_reads_and_changes_nothing(notice: Notice, now: datetime) -> None:
    auditor = desk("auditor", "personal-data-reader")
    page = text(auditor.page(NOTICES, notice.id))
    assert "The answer was false." in page
    assert 'name="body"' not in page
    for action in ("edit", "cover", "submit", "approve", "file", "send", "attach", "withdraw"):
        assert act(auditor, notice, action).status_code == 403


def test_a_reporter_sees_none(notice: Notice) -> None:
    reporter = desk("reporter")
    assert reporter.page(NOTICES, notice.id).status_code == 403
    assert reporter.list(NOTICES).status_code == 403
    for route, more in (("texts", []), ("text", [1])):
        path = reverse(f"admin:incidents_notice_{route}", args=[notice.id, *more])
        assert reporter.client.get(path).status_code == 403


def test_a_page_is_put_together_in_a_fixed_number_of_queries(
    notice: Notice, responder: Desk, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        act(responder, fresh(notice), "edit", subject="S", body=f"Text {number}.")
    with django_assert_max_num_queries(60):
        responder.page(NOTICES, notice.id)
    assert User.objects.count() == 1
