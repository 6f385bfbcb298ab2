"""The workspace of a notice: where it stands, what to do next, what is missing and where, and the
letter as its reader gets it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance import clock as time
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry
from incidents import correspondence, notices
from incidents.admin.notice_actions import where
from incidents.models import Incident, Notice, NoticeRevision
from tests import factory
from tests.factory import HOUR, MINUTE
from tests.incidents import noticing
from tests.incidents.admin.desk import Desk, desk, field, said, text

NOTICES = "incidents_notice"
PEOPLE = "impact.people_affected"


@pytest.fixture
def now(db: None) -> datetime:
    at = time.now()
    factory.install(at=at - timedelta(days=60), breach=noticing.text(), report=noticing.TEMPLATE)
    return at


@pytest.fixture
def incident(now: datetime) -> Incident:
    return factory.submit(factory.breach(now - HOUR), at=now - MINUTE)


@pytest.fixture
def responder(db: None) -> Desk:
    return desk("responder")


@pytest.fixture
def lawyer(db: None) -> Desk:
    return desk("legal-counsel")


@pytest.fixture
def notice(incident: Incident, responder: Desk, now: datetime) -> Notice:
    by = Actor("user", str(responder.user.id))
    return correspondence.draft(noticing.clock(incident), by=by, at=now)


def act(who: Desk, notice: Notice, action: str, **given: Any) -> Any:
    notice.refresh_from_db()
    return who.act(NOTICES, notice.id, action, **{"seen": notice.revision, **given})


def page(who: Desk, notice: Notice) -> Any:
    return who.page(NOTICES, notice.id)


def write(who: Desk, notice: Notice, body: str) -> None:
    act(who, notice, "edit", subject="About it", body=body)


def approve(notice: Notice, responder: Desk, lawyer: Desk) -> None:
    act(responder, notice, "submit")
    act(lawyer, notice, "approve")


def file(who: Desk, notice: Notice, now: datetime, **more: Any) -> Any:
    (offer,) = [each for each in page(who, notice).context["offers"] if each.action.name == "file"]
    hidden = {each.name: each.value() for each in offer.form.hidden_fields()}
    given = {"submitted_at": field(now + MINUTE), "sent_to": "Authority", "channel": "portal"}
    return act(who, notice, "file", incomplete="on", **hidden, **given, **more)


def standings(shown: Any) -> dict[str, str]:
    return {step.title: step.standing for step in shown.context["steps"]}


def stands(shown: Any, name: str) -> str:
    (item,) = [each for each in shown.context["items"] if each.item.name == name]
    return str(item.stands)


# --- the steps ---------------------------------------------------------------------------------


def test_a_draft_has_its_steps_before_it(notice: Notice, responder: Desk) -> None:
    assert standings(page(responder, notice)) == {
        "Draft": "now",
        "Review": "ahead",
        "Approval": "ahead",
        "Sent or filed": "ahead",
        "Receipt": "ahead",
    }


def test_a_step_says_who_took_it(notice: Notice, responder: Desk, lawyer: Desk) -> None:
    approve(notice, responder, lawyer)
    steps = {step.title: step for step in page(lawyer, notice).context["steps"]}
    assert (steps["Review"].who, steps["Approval"].who) == ("responder", "legal-counsel")
    assert steps["Approval"].when


def test_an_edit_after_the_approval_takes_the_step_back(
    notice: Notice, responder: Desk, lawyer: Desk
) -> None:
    approve(notice, responder, lawyer)
    write(responder, notice, "Another text.")
    found = standings(page(responder, notice))
    assert (found["Draft"], found["Review"], found["Approval"]) == ("now", "ahead", "ahead")


def test_what_was_filed_waits_for_its_receipt(
    notice: Notice, responder: Desk, lawyer: Desk, now: datetime
) -> None:
    approve(notice, responder, lawyer)
    file(responder, notice, now)
    shown = page(responder, notice)
    assert (standings(shown)["Filed"], standings(shown)["Receipt"]) == ("done", "now")
    assert shown.context["next"].title == "Add the receipt"


def test_a_receipt_added_later_is_the_last_step(
    notice: Notice, responder: Desk, lawyer: Desk, now: datetime
) -> None:
    approve(notice, responder, lawyer)
    file(responder, notice, now)
    receipt = SimpleUploadedFile("receipt.txt", b"R-17")
    act(responder, notice, "attach", file=receipt, purpose="receipt")
    shown = page(responder, notice)
    assert standings(shown)["Receipt"] == "done"
    assert shown.context["next"].action == ""


def test_a_notice_that_nobody_must_approve_spares_those_steps(
    now: datetime, responder: Desk
) -> None:
    factory.install(
        at=now, breach=noticing.text().replace("1.0.0", "1.1.0", 1), report=unapproved()
    )
    incident = factory.submit(factory.breach(now - HOUR), at=time.now())
    by = Actor("user", str(responder.user.id))
    notice = correspondence.draft(noticing.clock(incident), by=by, at=time.now())
    found = standings(page(responder, notice))
    assert (found["Review"], found["Approval"]) == ("spared", "spared")


def unapproved() -> str:
    return noticing.unapproved().replace("version: 1.0.0", "version: 1.1.0")


# --- what to do next ---------------------------------------------------------------------------


def test_the_next_action_says_what_it_will_do(notice: Notice, responder: Desk) -> None:
    shown = page(responder, notice)
    assert [each.action.name for each in shown.context["first"]] == ["submit"]
    assert "cannot approve it, and it cannot leave before somebody has" in text(shown)
    assert "4 required items are still missing" in text(shown)


def test_the_judge_reads_what_the_approval_binds(
    notice: Notice, responder: Desk, lawyer: Desk
) -> None:
    act(responder, notice, "submit")
    shown = page(lawyer, notice)
    assert [each.action.name for each in shown.context["first"]] == ["approve"]
    assert f"SHA-256 {notices.current(notice).digest[:12]}" in text(shown)


def test_who_wrote_it_reads_whom_it_waits_for(notice: Notice, responder: Desk) -> None:
    act(responder, notice, "submit")
    shown = page(responder, notice)
    assert shown.context["next"].title == "It waits for Legal counsel"
    assert not shown.context["first"]


def test_a_returned_notice_says_by_whom(notice: Notice, responder: Desk, lawyer: Desk) -> None:
    act(responder, notice, "submit")
    act(lawyer, notice, "return", comment="Say how many.")
    shown = text(page(responder, notice))
    assert "Say how many." in shown
    assert page(responder, notice).context["returned"].startswith("legal-counsel, ")


# --- what is missing ---------------------------------------------------------------------------


def test_a_fact_in_the_text_leads_to_its_line(notice: Notice, responder: Desk) -> None:
    assert 'href="#line-3"' in stands(page(responder, notice), "incident.narrative")
    assert (
        "The answer was false."
        in str(page(responder, notice).context["letter"])
        .split('id="line-3"')[1]
        .split("</span>")[0]
    )


def test_a_missing_fact_leads_to_its_gap(notice: Notice, responder: Desk) -> None:
    assert 'href="#line-5"' in stands(page(responder, notice), PEOPLE)
    assert "People: " in notices.current(notice).body.split("\n")[4]


def test_a_missing_fact_is_asked_for_alone(notice: Notice, responder: Desk) -> None:
    asks = {
        each.item.name: each.ask
        for each in page(responder, notice).context["items"]
        if each.ask is not None
    }
    assert set(asks) == {PEOPLE, "harms"}
    assert list(asks[PEOPLE].fields) == ["fact", "value"]


def test_a_stated_fact_is_a_fact_of_the_incident(
    notice: Notice, responder: Desk, incident: Incident
) -> None:
    answer = act(responder, notice, "fact", fact=PEOPLE, value="40")
    incident.refresh_from_db()
    assert answer.status_code == 302
    assert incident.report["impact"]["people_affected"] == 40
    entry = Entry.objects.filter(incident_id=incident.id, verb="incident.amended").latest("id")
    assert entry.actor == responder.actor


def test_terms_are_chosen_and_not_typed(
    notice: Notice, responder: Desk, incident: Incident
) -> None:
    act(responder, notice, "fact", fact="harms", value=["privacy"])
    incident.refresh_from_db()
    assert incident.report["harms"] == ["privacy"]


def test_what_is_no_number_comes_back_with_its_form_open(
    notice: Notice, responder: Desk, incident: Incident
) -> None:
    answer = act(responder, notice, "fact", fact=PEOPLE, value="many")
    (item,) = [each for each in answer.context["items"] if each.item.name == PEOPLE]
    assert answer.status_code == 422
    assert item.failed
    assert item.ask.errors["value"]


def test_what_the_policies_refuse_is_said_and_not_recorded(
    notice: Notice, responder: Desk, incident: Incident
) -> None:
    answer = act(responder, notice, "fact", fact=PEOPLE, value="-3")
    incident.refresh_from_db()
    assert answer.status_code == 422
    assert "people_affected" in " ".join(said(answer))
    assert "people_affected" not in incident.report.get("impact", {})


@pytest.mark.parametrize("path", ["system.name", "nothing.of_ours", ""])
def test_what_no_report_states_is_not_recorded_here(
    notice: Notice, responder: Desk, path: str
) -> None:
    assert act(responder, notice, "fact", fact=path, value="x").status_code == 422


def test_a_text_that_nobody_edited_is_offered_anew_once_a_fact_is_known(
    notice: Notice, responder: Desk
) -> None:
    act(responder, notice, "fact", fact=PEOPLE, value="40")
    assert page(responder, notice).context["next"].action == "refresh"


def test_an_edited_text_is_not_thrown_away_for_a_fact(notice: Notice, responder: Desk) -> None:
    write(responder, notice, "Mine.")
    act(responder, notice, "fact", fact=PEOPLE, value="40")
    assert page(responder, notice).context["next"].action == "submit"


def test_who_only_reads_is_asked_for_nothing(notice: Notice) -> None:
    shown = page(desk("auditor"), notice)
    assert 'value="fact"' not in text(shown)


# --- what changed ------------------------------------------------------------------------------


def test_the_difference_is_to_the_last_approved_text(
    notice: Notice, responder: Desk, lawyer: Desk
) -> None:
    write(responder, notice, "Approved words.")
    approve(notice, responder, lawyer)
    write(responder, notice, "Later words.")
    write(responder, notice, "Last words.")
    changes = page(lawyer, notice).context["changes"]
    assert (changes.number, changes.what, changes.who) == (2, "approved", "legal-counsel")
    assert ("by-removed", "-Approved words.") in changes.lines
    assert ("by-added", "+Last words.") in changes.lines


def test_without_an_approval_it_is_to_the_text_that_was_returned(
    notice: Notice, responder: Desk, lawyer: Desk
) -> None:
    write(responder, notice, "First words.")
    act(responder, notice, "submit")
    act(lawyer, notice, "return", comment="No.")
    write(responder, notice, "Second words.")
    assert page(lawyer, notice).context["changes"].what == "returned"


def test_a_text_as_it_was_drafted_has_no_difference(notice: Notice, responder: Desk) -> None:
    assert page(responder, notice).context["changes"] is None


# --- the letter --------------------------------------------------------------------------------


def typed(who: Desk, notice: Notice, body: str) -> Any:
    path = reverse("admin:incidents_notice_typed", args=[notice.id])
    return who.client.post(path, {"subject": "About it", "body": body})


def test_what_is_typed_is_shown_and_judged_and_not_saved(notice: Notice, responder: Desk) -> None:
    act(responder, notice, "fact", fact=PEOPLE, value="4711")
    before = NoticeRevision.objects.count()
    answer = typed(responder, notice, "It concerns 4711 people.").json()
    assert "It concerns 4711 people." in answer["letter"]
    assert "in the text" in answer["items"][where(PEOPLE)]
    assert NoticeRevision.objects.count() == before


def test_markup_that_is_typed_is_text(notice: Notice, responder: Desk) -> None:
    assert "<script" not in typed(responder, notice, "<script>alert(1)</script>").json()["letter"]


def test_an_empty_text_has_no_letter(notice: Notice, responder: Desk) -> None:
    assert typed(responder, notice, " ").status_code == 422


def test_who_may_not_write_sees_no_letter_of_what_is_typed(notice: Notice) -> None:
    assert typed(desk("auditor"), notice, "Text.").status_code == 403


def test_the_letter_to_print_says_that_it_has_not_left(notice: Notice, responder: Desk) -> None:
    path = reverse("admin:incidents_notice_letter", args=[notice.id])
    shown = text(responder.client.get(path))
    assert "Draft: it has not left." in shown
    assert notices.current(notice).digest in shown


def test_a_former_text_says_so_on_paper(notice: Notice, responder: Desk, lawyer: Desk) -> None:
    write(responder, notice, "Second.")
    path = reverse("admin:incidents_notice_letter", args=[notice.id])
    assert "the present one is 2" in text(responder.client.get(path, {"text": "1"}))
    assert responder.client.get(path, {"text": "9"}).status_code == 404


def test_an_approved_text_names_its_approver_on_paper(
    notice: Notice, responder: Desk, lawyer: Desk
) -> None:
    approve(notice, responder, lawyer)
    path = reverse("admin:incidents_notice_letter", args=[notice.id])
    shown = text(responder.client.get(path))
    assert "approved by legal-counsel" in shown
    assert "it has not left" not in shown


def test_the_letter_hides_what_its_reader_may_not_see(notice: Notice, incident: Incident) -> None:
    path = reverse("admin:incidents_notice_letter", args=[notice.id])
    assert "The answer was false." not in text(desk("auditor").client.get(path))


# --- the head ----------------------------------------------------------------------------------


def test_the_deadline_counts_down_in_the_head(notice: Notice, responder: Desk) -> None:
    assert 'data-left="2' in text(page(responder, notice))  # seven hours, less what has passed


def test_a_page_is_put_together_in_few_queries(
    notice: Notice, responder: Desk, lawyer: Desk, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        write(responder, notice, f"Text {number}.")
    approve(notice, responder, lawyer)
    write(responder, notice, "Text 5.")
    page(responder, notice)  # the first look of the hour is put on record
    with django_assert_max_num_queries(30):
        page(responder, notice)
