"""A notice from its first text to its approval."""

import pytest

from governance.errors import Conflict, Invalid, NotAllowed
from governance.ledger.ledger import system
from incidents import correspondence, notices
from incidents.errors import Overtaken, WrongState
from incidents.models import Notice
from tests import factory
from tests.factory import AT, HOUR
from tests.incidents import noticing
from tests.incidents.noticing import (
    approve,
    approved,
    counsel,
    cover,
    draft,
    edit,
    entry,
    submitted,
    writer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    noticing.install()


def body(notice: Notice) -> str:
    return notices.current(notice).body


# --- the first text ----------------------------------------------------------------------------


def test_a_draft_is_the_template_with_the_facts_and_what_else_is_required() -> None:
    notice = draft()
    assert body(notice) == (
        "To Data protection authority\nIt went wrong\nThe answer was false.\n"
        "Aware: 2026-11-23 08:00 UTC\nPeople: (not known yet)\n[Say what you did.]\n\n"
        "Further required facts\nHarms: (not known yet)\n"
    )
    reference = notice.incident.reference
    assert notices.current(notice).subject == f"Notify the authority: {reference}"


def test_a_draft_keeps_which_template_worded_it_and_who_must_approve() -> None:
    notice = draft()
    assert (notice.template, notice.approval_role, notice.state, notice.revision) == (
        "NoticeTemplate/report@1.0.0",
        "legal-counsel",
        "draft",
        1,
    )
    assert len(notice.template_digest) == 64


def test_a_stage_without_template_takes_the_usual_report() -> None:
    final = factory.deadline(noticing.submit(), "notify", "final")
    assert draft(final).template == "NoticeTemplate/report@1.0.0"


def test_without_any_template_the_draft_lists_what_is_required() -> None:
    content = "content: [harms, other words]\n          remind:"
    factory.install(
        at=AT - HOUR,
        breach=factory.text("breach", ("remind:", content), ("1.0.0", "1.1.0")),
        report=noticing.TEMPLATE.replace("regulator_report", "internal_notice").replace(
            "1.0.0", "1.1.0"
        ),
    )
    notice = draft(noticing.clock(noticing.submit(harms=["privacy"])))
    assert body(notice).endswith("Harms: privacy\n\nother words\n[To be written.]\n")
    assert notice.template == notice.approval_role == ""


def test_the_notice_of_a_drill_says_so() -> None:
    notice = draft(noticing.clock(noticing.submit(drill=True)))
    assert notices.current(notice).subject.startswith("DRILL: ")
    assert body(notice).startswith("This is a drill.\n")


def test_a_stage_has_one_notice_at_a_time() -> None:
    notice = draft()
    with pytest.raises(Conflict, match="which is draft") as refused:
        draft(notice.clock)
    assert refused.value.extra == {"notice": str(notice.id)}


def test_after_a_withdrawn_notice_comes_another() -> None:
    notice = draft()
    correspondence.withdraw(notice, reason="Wrong tone.", by=writer(), at=AT + HOUR)
    assert draft(notice.clock).id != notice.id


def test_a_stage_that_is_over_has_no_notice_to_draft() -> None:
    clock = noticing.clock()
    correspondence.flow.fulfil(
        clock,
        correspondence.Fulfilment(AT, note="By telephone."),
        by=writer(),
        at=AT,
    )
    with pytest.raises(WrongState, match="fulfilled"):
        draft(clock)


def test_a_stage_that_waits_may_be_drafted_ahead() -> None:
    final = factory.deadline(noticing.submit(), "notify", "final")
    assert (final.state, draft(final).state) == ("not_started", "draft")


# --- other texts -------------------------------------------------------------------------------


def test_every_saved_text_is_kept() -> None:
    notice = edit(edit(draft(), "Second."), "Third.")
    assert [each.body for each in notice.revisions.all()][1:] == ["Second.\n", "Third.\n"]
    assert notice.revision == 3


def test_saving_the_same_text_changes_nothing() -> None:
    notice = edit(draft(), "Second.")
    again = edit(notice, "Second.\r\n\r\n")
    assert again.revision == notice.revision


def test_whoever_comes_second_is_told_and_nothing_is_overwritten() -> None:
    notice = edit(draft(), "Theirs.")
    with pytest.raises(Overtaken, match="saved text 2") as refused:
        edit(notice, "Ours.", seen=1)
    assert refused.value.extra == {"revision": 2}
    assert body(notice) == "Theirs.\n"


def test_an_edit_of_an_approved_text_ends_the_approval() -> None:
    notice = edit(approved(), "After all.")
    assert (notice.state, notice.approved_by, notice.approved_digest) == ("draft", "", "")


def test_an_edit_of_a_text_in_review_takes_it_back() -> None:
    assert edit(submitted(), "Once more.").state == "draft"


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(Invalid, match="needs a subject and a text"):
        edit(draft(), " \n")


def test_refreshing_fills_the_facts_anew_and_keeps_what_was_written() -> None:
    notice = edit(draft(), "By hand.")
    factory.amend(notice.incident, impact={"people_affected": 40})
    fresh = correspondence.refresh(notice, seen=2, by=writer(), at=AT + 2 * HOUR)
    assert "People: 40" in body(fresh)
    assert [each.origin for each in fresh.revisions.all()] == ["drafted", "edited", "refreshed"]


# --- what is covered ---------------------------------------------------------------------------


def test_a_tick_says_who_and_where_and_of_which_text() -> None:
    notice = cover(draft(), noticing.CONSEQUENCES, where="Section 3")
    tick = notice.coverage[noticing.CONSEQUENCES]
    assert (tick["where"], tick["by"], tick["revision"]) == ("Section 3", str(writer()), 1)


def test_a_tick_is_taken_back() -> None:
    notice = cover(draft(), noticing.CONSEQUENCES)
    assert cover(notice, noticing.CONSEQUENCES, covered=False).coverage == {}


def test_a_tick_that_stands_is_not_recorded_again() -> None:
    notice = cover(draft(), noticing.CONSEQUENCES, where="3")
    cover(notice, noticing.CONSEQUENCES, where="3")
    assert noticing.verbs(notice).count("notice.covered") == 1


def test_only_what_is_required_is_ticked() -> None:
    with pytest.raises(Invalid, match="does not require 'weather'"):
        cover(draft(), "weather")


# --- four eyes ---------------------------------------------------------------------------------


def test_another_person_with_the_role_approves() -> None:
    notice = approved()
    assert (notice.state, notice.approved_by) == ("approved", str(counsel()))


def test_the_approval_is_of_exact_bytes() -> None:
    notice = approved(edit(draft(), "These words."))
    assert notice.approved_digest == notices.paper(notices.current(notice)).digest


def test_an_approval_of_a_text_that_is_gone_is_refused() -> None:
    notice = submitted(edit(draft()))
    with pytest.raises(Overtaken):
        approve(notice, seen=1)


def test_whoever_edited_does_not_approve() -> None:
    notice = submitted(edit(draft(), by=counsel()))
    with pytest.raises(NotAllowed, match="You wrote of this notice"):
        approve(notice)


def test_whoever_asked_for_the_review_does_not_approve() -> None:
    with pytest.raises(NotAllowed, match="asked for its review"):
        approve(submitted(by=counsel()))


def test_the_key_of_an_editor_does_not_approve_either() -> None:
    notice = submitted(draft(by=counsel()))
    with pytest.raises(NotAllowed, match="You wrote of this notice"):
        approve(notice, by=factory.key_of(counsel()))


def test_what_a_key_wrote_its_maker_does_not_approve() -> None:
    with pytest.raises(NotAllowed, match="You wrote of this notice"):
        approve(submitted(draft(by=factory.key_of(counsel()))))


@pytest.mark.parametrize(
    ("roles", "why"),
    [
        (("compliance-officer",), "wants the approval of: Legal counsel"),
        (("responder",), "incidents:approve"),
        (("administrator",), "incidents:approve"),
    ],
)
def test_who_lacks_the_role_does_not_approve(roles: tuple[str, ...], why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        approve(submitted(), by=factory.person("other", *roles))


def test_a_superuser_needs_the_role_like_everyone() -> None:
    with pytest.raises(NotAllowed):
        approve(submitted(), by=factory.superuser("root"))


def test_a_program_does_not_approve() -> None:
    with pytest.raises(NotAllowed, match="Only a person"):
        approve(submitted(), by=system("sweep"))


def test_a_draft_nobody_submitted_is_not_approved() -> None:
    with pytest.raises(WrongState, match="cannot become approved"):
        approve(draft())


def test_a_returned_notice_is_a_draft_with_the_reason() -> None:
    notice = approved()
    back = correspondence.give_back(notice, comment="Too long.", by=counsel(), at=AT + HOUR)
    assert (back.state, back.comment, back.approved_by) == ("draft", "Too long.", "")
    assert (entry(back, "notice.returned").actor, back.revision) == (str(counsel()), 1)


def test_an_editor_does_not_return_it() -> None:
    with pytest.raises(NotAllowed):
        correspondence.give_back(submitted(), comment="x", by=writer(), at=AT + HOUR)


# --- on record ---------------------------------------------------------------------------------


def test_the_trail_has_every_step_with_digests_and_no_text() -> None:
    notice = approved(edit(draft(), "Secret words."))
    assert noticing.verbs(notice) == [
        "notice.drafted",
        "notice.edited",
        "notice.submitted",
        "notice.approved",
    ]
    record = entry(notice, "notice.approved").body
    assert notice.approved_digest in record
    assert "Secret words" not in entry(notice, "notice.edited").body


def test_a_closed_incident_ends_its_notices() -> None:
    incident = noticing.submit()
    final = draft(factory.deadline(incident, "notify", "amendment"))
    for stage in ("initial", "final"):
        clock = factory.deadline(incident, "notify", stage)
        given = correspondence.Fulfilment(AT, note="By telephone.")
        correspondence.flow.fulfil(clock, given, by=writer(), at=AT + HOUR)
    factory.amend(incident, harms=["privacy"])
    factory.change(incident, "closed")
    final.refresh_from_db()
    assert (final.state, final.comment) == ("withdrawn", "The incident was closed.")
