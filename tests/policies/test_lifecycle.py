"""From draft to force: who may do what when, and what is kept of it."""

from datetime import timedelta

import pytest

from governance.errors import Conflict, Invalid
from governance.ledger.models import Entry
from policies import approvals, drafts, releases, selectors
from policies.errors import PolicyProblems
from policies.models import PolicyVersion
from tests import factory
from tests.factory import AT, MINUTE
from tests.policies.officers import (
    FOURTH,
    LATER,
    NEXT,
    TESTS,
    WIDER,
    approved,
    author,
    counsel,
    draft,
    submitted,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def verbs(version: PolicyVersion) -> list[str]:
    found = Entry.objects.filter(object_id=str(version.id)).order_by("id")
    return list(found.values_list("verb", flat=True))


# --- drafts --------------------------------------------------------------------------------------


def test_a_draft_holds_nothing_in_force() -> None:
    draft()
    assert releases.in_force(AT).severity.default == "SEV3"


def test_a_draft_may_have_problems_still() -> None:
    broken = draft(NEXT.replace("default: SEV2", "default: SEV9"))
    assert [problem.code for problem in drafts.problems(broken, at=AT)] == ["unknown-level"]


def test_a_text_that_names_no_policy_is_no_draft() -> None:
    with pytest.raises(PolicyProblems) as raised:
        draft("kind: SeverityPolicy\nmetadata: {name: x}\n")
    assert {problem.code for problem in raised.value.problems} == {"missing-key"}


def test_a_version_number_is_never_used_twice() -> None:
    with pytest.raises(Conflict, match="never reused"):
        draft(factory.text("severity"))


def test_an_edit_changes_text_and_digest() -> None:
    first = draft()
    edited = drafts.edit(first, LATER.replace("1.2.0", "1.1.0"), by=author(), at=AT)
    assert edited.digest != first.digest
    assert verbs(first) == ["policy.drafted", "policy.edited"]


def test_whoever_edits_becomes_an_author() -> None:
    edited = drafts.edit(draft(), NEXT + "# more\n", by=counsel(), at=AT)
    assert edited.authors == [str(author()), str(counsel())]


def test_the_same_text_is_no_edit() -> None:
    edited = drafts.edit(draft(), NEXT, by=counsel(), at=AT)
    assert (edited.authors, verbs(edited)) == ([str(author())], ["policy.drafted"])


def test_an_edit_of_what_another_changed_meanwhile_is_refused() -> None:
    first = draft()
    drafts.edit(first, NEXT + "# one\n", by=author(), at=AT)
    with pytest.raises(Conflict, match="since you opened it"):
        drafts.edit(first, NEXT + "# two\n", by=counsel(), at=AT, seen=first.text_digest)


def test_a_draft_does_not_become_another_policy() -> None:
    with pytest.raises(Conflict, match="a draft of its own"):
        drafts.edit(draft(), NEXT.replace("name: severity", "name: other"), by=author(), at=AT)


def test_a_draft_that_was_never_submitted_may_take_another_number() -> None:
    assert drafts.edit(draft(), LATER, by=author(), at=AT).version == "1.2.0"


def test_a_draft_that_was_submitted_keeps_its_number() -> None:
    back = approvals.withdraw(submitted(), by=author(), at=AT)
    with pytest.raises(Conflict, match="keeps it"):
        drafts.edit(back, LATER, by=author(), at=AT)


def test_an_own_draft_may_be_thrown_away_and_its_number_is_free() -> None:
    version = draft()
    drafts.discard(version, by=author(), at=AT, reason="A slip.")
    assert verbs(version) == ["policy.drafted", "policy.discarded"]
    assert draft().version == version.version


def test_anothers_draft_is_not_thrown_away() -> None:
    with pytest.raises(Conflict, match="Only an author"):
        drafts.discard(draft(), by=counsel(), at=AT)


def test_what_was_submitted_once_is_not_thrown_away() -> None:
    back = approvals.withdraw(submitted(), by=author(), at=AT)
    with pytest.raises(Conflict, match="is kept"):
        drafts.discard(back, by=author(), at=AT)


# --- review --------------------------------------------------------------------------------------


def test_a_submitted_text_is_fixed() -> None:
    with pytest.raises(Conflict, match="in review, not draft"):
        drafts.edit(submitted(), NEXT + "# more\n", by=author(), at=AT)


def test_a_version_with_problems_cannot_enter_review() -> None:
    broken = draft(NEXT.replace("default: SEV2", "default: SEV9"))
    with pytest.raises(PolicyProblems, match="There is no level"):
        approvals.submit([broken], by=author(), at=AT)
    broken.refresh_from_db()
    assert (broken.status, broken.revision) == ("draft", 0)


def test_a_version_that_the_others_do_not_fit_cannot_enter_review() -> None:
    with pytest.raises(PolicyProblems, match="does not say what happens at 'SEV4'"):
        submitted(FOURTH)


def test_a_version_that_fails_a_policy_test_cannot_enter_review() -> None:
    approved(TESTS)
    with pytest.raises(PolicyProblems, match="expected SEV3, got SEV2") as raised:
        submitted(NEXT)
    assert {problem.code for problem in raised.value.problems} == {"test-failed"}


def test_a_test_may_change_with_what_it_tests() -> None:
    approved(TESTS)
    other = TESTS.replace("1.0.0", "2.0.0").replace("severity: SEV3", "severity: SEV2")
    versions = approvals.submit([draft(NEXT), draft(other)], by=author(), at=AT)
    assert {version.status for version in versions} == {"in_review"}


def test_what_was_submitted_together_is_known_to_the_approver() -> None:
    other = factory.text("breach", ("version: 1.0.0", "version: 1.1.0"))
    versions = approvals.submit([draft(), draft(other)], by=author(), at=AT)
    submitted(factory.text("harm", ("version: 1.0.0", "version: 1.1.0")))
    for each in versions:
        assert selectors.together(each) == sorted(versions, key=str)


def test_the_day_that_the_author_asks_for_is_on_record() -> None:
    approvals.submit([version := draft()], by=author(), at=AT, effective_from=AT + DAY)
    found = selectors.submission(version)
    assert found is not None
    assert found.effective_from == AT + DAY


def test_an_author_may_withdraw_and_submit_again() -> None:
    back = approvals.withdraw(submitted(), by=author(), at=AT, comment="Not yet.")
    assert back.status == "draft"
    (again,) = approvals.submit([back], by=author(), at=AT)
    assert (again.status, again.revision) == ("in_review", 2)


def test_another_cannot_withdraw() -> None:
    with pytest.raises(Conflict, match="an approver rejects"):
        approvals.withdraw(submitted(), by=counsel(), at=AT)


def test_a_rejection_sends_the_text_back_with_the_reason() -> None:
    back = approvals.reject(submitted(), by=counsel(), at=AT, comment="Too high.")
    (last,) = selectors.reviews(back).filter(act="rejected")
    assert (back.status, last.comment, last.revision) == ("draft", "Too high.", 1)


@pytest.mark.parametrize("words", ["", "  "])
def test_a_rejection_says_why(words: str) -> None:
    with pytest.raises(Invalid, match="what should change"):
        approvals.reject(submitted(), by=counsel(), at=AT, comment=words)


def test_every_submitted_text_is_kept_byte_for_byte() -> None:
    back = approvals.reject(submitted(), by=counsel(), at=AT, comment="Too high.")
    other = NEXT + "# Second thoughts.\n"
    approvals.submit([drafts.edit(back, other, by=author(), at=AT)], by=author(), at=AT)
    kept = [selectors.submitted_text(back, revision).text for revision in (1, 2)]
    assert kept == [NEXT, other]


def test_a_comment_refers_to_the_text_that_it_was_made_on() -> None:
    version = approvals.comment(submitted(), "Why SEV2?", by=counsel(), at=AT)
    said = selectors.reviews(version).get(act="commented")
    assert (said.comment, said.text_digest) == ("Why SEV2?", version.text_digest)


def test_a_draft_that_nobody_saw_is_not_commented() -> None:
    with pytest.raises(Conflict, match="not submitted yet"):
        approvals.comment(draft(), "Hm.", by=counsel(), at=AT)


# --- approval ------------------------------------------------------------------------------------


def test_an_approved_version_is_in_force_at_once() -> None:
    approved()
    assert releases.in_force(AT).severity.default == "SEV2"


def test_an_approval_ends_what_it_replaces() -> None:
    version = approved()
    old = PolicyVersion.objects.get(kind="SeverityPolicy", version="1.0.0")
    assert (old.effective_until, version.effective_from) == (AT, AT)


def test_an_approval_keeps_who_what_and_the_choice() -> None:
    version = approved(reassess="open_incidents", comment="Agreed.", impact={"open": 2})
    said = selectors.reviews(version).get(act="approved")
    assert (said.person, said.reassess, said.impact) == (
        str(counsel()),
        "open_incidents",
        {"open": 2},
    )
    assert (version.approved_by, version.approved_at) == (str(counsel()), AT)


def test_each_step_has_an_entry_in_the_trail() -> None:
    assert verbs(approved()) == ["policy.drafted", "policy.submitted", "policy.approved"]


def test_a_draft_is_not_approved() -> None:
    with pytest.raises(Conflict, match="draft, not in review"):
        approvals.approve([draft()], by=counsel(), at=AT)


def test_an_approval_of_another_text_than_was_read_is_refused() -> None:
    version = submitted()
    with pytest.raises(Conflict, match="Read it again"):
        approvals.approve([version], by=counsel(), at=AT, seen={version.id: "0" * 64})


def test_the_past_is_not_decided_anew() -> None:
    with pytest.raises(Invalid, match="in the past"):
        approvals.approve([submitted()], by=counsel(), at=AT, effective_from=AT - MINUTE)


def test_one_of_a_set_that_needs_the_other_is_not_approved_alone() -> None:
    pair = approvals.submit([draft(FOURTH), draft(WIDER)], by=author(), at=AT)
    severity = next(each for each in pair if each.kind == "SeverityPolicy")
    with pytest.raises(PolicyProblems, match="No escalation for SEV4"):
        approvals.approve([severity], by=counsel(), at=AT)
    assert len(approvals.approve(pair, by=counsel(), at=AT)) == 2
