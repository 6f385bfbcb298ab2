"""Submitting, judging and retiring at the console: by two people, or not at all."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from governance import clock
from policies import approvals, impacts, retirements
from policies.models import PolicyReview, PolicyVersion
from tests.incidents.admin.desk import Desk, desk, field, said, text
from tests.policies.admin import office
from tests.policies.admin.office import BROKEN, HARMLESS, VERSIONS, again, approval
from tests.policies.officers import TESTS

Act = PolicyReview.Act
SOON = timedelta(days=10)


def actions(who: Desk, version: PolicyVersion) -> list[str]:
    answer = who.page(VERSIONS, version.id)
    return [offer.action.name for offer in answer.context["offers"]]  # type: ignore[attr-defined]


def last(version: PolicyVersion) -> PolicyReview:
    found = version.reviews.order_by("id").last()
    assert found is not None
    return found


def in_force(name: str) -> PolicyVersion:
    return PolicyVersion.objects.get(name=name, effective_until=None, status="approved")


# --- submitting ----------------------------------------------------------------------------------


def test_a_draft_is_submitted_for_a_day(officer: Desk) -> None:
    made = office.draft(officer)
    day = clock.now().replace(microsecond=0) + SOON
    officer.act(VERSIONS, made.id, "submit", effective_from=field(day), comment="Why not.")
    assert (again(made).status, last(made).effective_from) == ("in_review", day)


def test_drafts_that_need_each_other_are_submitted_together(officer: Desk) -> None:
    severity, test = office.draft(officer), office.draft(officer, TESTS.replace("SEV3", "SEV2"))
    officer.act(VERSIONS, severity.id, "submit", comment="", together=[str(test.id)])
    assert last(severity).change_set == last(test).change_set


def test_a_text_with_problems_is_not_submitted_and_says_why(officer: Desk) -> None:
    made = office.draft(officer, BROKEN)
    answer = officer.act(VERSIONS, made.id, "submit", comment="What I typed.")
    assert answer.status_code == 422
    assert "SeverityPolicy/severity@1.1.0:" in said(answer)[0]
    assert "What I typed." in text(answer)


def test_a_draft_of_the_own_is_discarded(officer: Desk) -> None:
    made = office.draft(officer)
    answer = officer.act(VERSIONS, made.id, "discard", comment="")
    assert answer["Location"] == office.address("changelist")
    assert not PolicyVersion.objects.filter(id=made.id).exists()


# --- judging -------------------------------------------------------------------------------------


def test_an_author_sees_why_there_is_no_approving(officer: Desk) -> None:
    made = office.submitted(officer)
    assert "approve" not in actions(officer, made)
    assert "somebody else must approve it" in text(officer.page(VERSIONS, made.id))


def test_an_author_cannot_approve_by_posting(officer: Desk) -> None:
    made = office.submitted(officer)
    officer.act(VERSIONS, made.id, "approve", **approval(made))
    assert again(made).status == "in_review"


@pytest.mark.parametrize("roles", [("auditor",), ("responder",), ("administrator",)])
def test_who_may_not_approve_sees_who_may(officer: Desk, roles: tuple[str, ...]) -> None:
    made, viewer = office.submitted(officer), desk(*roles)
    viewer.act(VERSIONS, made.id, "approve", **approval(made))
    assert again(made).status == "in_review"
    assert "Compliance officer, Legal counsel" in text(viewer.page(VERSIONS, made.id))


def test_a_superuser_who_wrote_it_cannot_approve_it(now: datetime) -> None:
    root = desk("compliance-officer", administrator=True)
    made = office.submitted(root)
    root.act(VERSIONS, made.id, "approve", **approval(made))
    assert again(made).status == "in_review"


def test_another_approves_from_now_on(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    counsel.act(VERSIONS, made.id, "approve", **approval(made, reassess="open_incidents"))
    assert again(made).standing(clock.now()) == "in_force"
    assert last(made).reassess == "open_incidents"


def test_another_approves_for_a_day_to_come(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    day = clock.now().replace(microsecond=0) + SOON
    counsel.act(VERSIONS, made.id, "approve", **approval(made, effective_from=field(day)))
    assert again(made).effective_from == day


def test_a_day_in_the_past_is_refused_at_the_form(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    past = approval(made, effective_from=field(clock.now() - SOON), comment="What I typed.")
    answer = counsel.act(VERSIONS, made.id, "approve", **past)
    assert "in the past" in said(answer)[0]
    assert "What I typed." in text(answer)


def test_a_text_that_the_approver_did_not_see_is_not_approved(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    answer = counsel.act(VERSIONS, made.id, "approve", **approval(made, seen=f"{made.id}=0000"))
    assert "changed since you read it" in said(answer)[0]


def test_the_change_set_is_approved_together(officer: Desk, counsel: Desk) -> None:
    rows = [office.draft(officer), office.draft(officer, TESTS.replace("SEV3", "SEV2"))]
    severity, test = approvals.submit(rows, by=office.actor(officer), at=clock.now())
    page = counsel.page(VERSIONS, severity.id)
    offers: Any = page.context["offers"]  # type: ignore[attr-defined]
    form = next(offer.form for offer in offers if offer.action.name == "approve")
    given = {name: value for name, value in form.initial.items() if value is not None}
    counsel.act(VERSIONS, severity.id, "approve", **approval(severity, **given))
    assert (again(severity).status, again(test).status) == ("approved", "approved")


def test_an_approval_keeps_the_impact_that_was_shown(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    found = impacts.request([made], by=office.actor(counsel), at=clock.now())
    counsel.act(VERSIONS, made.id, "approve", **approval(made, impact=str(found.id)))
    assert (last(made).impact or {})["id"] == str(found.id)


def test_an_impact_that_was_not_shown_is_not_claimed(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    impacts.request([made], by=office.actor(counsel), at=clock.now())
    counsel.act(VERSIONS, made.id, "approve", **approval(made))
    assert last(made).impact is None


def test_a_rejection_needs_words(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    assert counsel.act(VERSIONS, made.id, "reject", comment=" ").status_code == 422
    counsel.act(VERSIONS, made.id, "reject", comment="Say which facts.")
    assert (again(made).status, last(made).comment) == ("draft", "Say which facts.")


@pytest.mark.parametrize(("act", "standing"), [("withdraw", "draft"), ("comment", "in_review")])
def test_an_author_takes_back_or_comments(officer: Desk, act: str, standing: str) -> None:
    made = office.submitted(officer)
    officer.act(VERSIONS, made.id, act, comment="Wait.")
    assert (again(made).status, last(made).comment) == (standing, "Wait.")


def test_a_scheduled_version_is_unscheduled(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    at = clock.now()
    approvals.approve([made], by=office.actor(counsel), at=at, effective_from=at + SOON)
    counsel.act(VERSIONS, made.id, "unschedule", comment="Too early.")
    assert again(made).status == "in_review"


# --- retiring ------------------------------------------------------------------------------------


def test_a_policy_ends_once_a_second_person_agrees(officer: Desk, counsel: Desk) -> None:
    coming = in_force("coming")
    officer.act(VERSIONS, coming.id, "ask", until="", comment="It was repealed.")
    assert "somebody else must agree" in text(officer.page(VERSIONS, coming.id))
    assert "agree" not in actions(officer, coming)
    counsel.act(VERSIONS, coming.id, "agree", comment="")
    assert again(coming).standing(clock.now()) == "retired"


def test_what_the_release_needs_does_not_end(officer: Desk) -> None:
    answer = officer.act(VERSIONS, in_force("severity").id, "ask", until="", comment="Away.")
    assert answer.status_code == 422
    assert "SeverityPolicy" in said(answer)[0]


def test_a_retirement_is_cancelled(officer: Desk, counsel: Desk) -> None:
    coming, at = in_force("coming"), clock.now()
    retirements.ask(coming, until=at + SOON, comment="Away.", by=office.actor(officer), at=at)
    counsel.act(VERSIONS, coming.id, "cancel", comment="It stays.")
    assert again(coming).retire_at is None


def test_what_changed_meanwhile_is_said(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer, HARMLESS)
    approvals.withdraw(made, by=office.actor(officer), at=clock.now())
    answer = counsel.act(VERSIONS, made.id, "approve", **approval(made))
    assert answer.status_code == 302
    assert again(made).status == "draft"
