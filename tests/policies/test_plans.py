"""Policies from a repository: plan, apply, export, and round again."""

from datetime import timedelta
from typing import Any

import pytest

from governance.errors import Conflict, NotAllowed
from governance.ledger.models import Entry
from policies import approvals, exports, plans, releases, shipped
from policies.documents import Document
from policies.errors import PolicyProblems
from policies.models import PolicyVersion
from policies.plans import Applied, Approval
from tests import factory
from tests.factory import AT, INSTALLED
from tests.policies.officers import (
    FOURTH,
    LATER,
    NEXT,
    TESTS,
    approved,
    author,
    counsel,
    draft,
    submitted,
)

pytestmark = pytest.mark.django_db
BREACH = factory.text("breach", ("version: 1.0.0", "version: 1.1.0"))


def pairs(*texts: str) -> list[tuple[Document, str]]:
    return [(factory.document(text), f"{number}.yaml") for number, text in enumerate(texts)]


def outcome(text: str) -> str:
    (change,) = plans.plan(pairs(text), at=AT).changes
    return change.outcome


def apply(*texts: str, **said: Any) -> Applied:
    return plans.apply(pairs(*texts), by=author(), at=AT, **said)


def whole() -> list[tuple[Document, str]]:
    return [*pairs(*(each.text for each in factory.house()), TESTS)]


# --- plan ----------------------------------------------------------------------------------------


def test_a_new_version_would_be_created() -> None:
    factory.install()
    assert outcome(NEXT) == "create"


def test_what_is_in_force_is_unchanged_whatever_its_comments() -> None:
    factory.install()
    assert outcome("# Other words.\n" + factory.text("severity")) == "unchanged"


def test_another_meaning_under_an_approved_number_is_a_conflict() -> None:
    factory.install()
    other = factory.text("severity", ("default: SEV3", "default: SEV2"))
    (change,) = plans.plan(pairs(other), at=AT).conflicts
    assert "raise metadata.version" in change.why


def test_another_meaning_under_a_number_in_review_is_a_conflict() -> None:
    factory.install()
    submitted()
    (change,) = plans.plan(pairs(LATER.replace("1.2.0", "1.1.0")), at=AT).conflicts
    assert "Withdraw it" in change.why


def test_a_draft_would_be_edited_or_submitted() -> None:
    factory.install()
    draft()
    assert [outcome(NEXT), outcome(NEXT + "# more\n")] == ["submit", "edit"]


def test_what_waits_for_approval_is_left_waiting() -> None:
    factory.install()
    submitted()
    assert outcome(NEXT) == "in_review"


def test_a_number_below_the_approved_one_is_older() -> None:
    factory.install()
    approved(LATER)
    assert [outcome(NEXT), outcome(factory.text("severity"))] == ["older", "older"]


def test_two_files_of_one_policy_are_a_conflict() -> None:
    (change,) = plans.plan(pairs(NEXT, LATER), at=AT).conflicts
    assert change.why.startswith("0.yaml is the same policy")


def test_what_is_in_force_without_a_file_is_named() -> None:
    factory.install()
    absent = plans.plan(pairs(NEXT), at=AT).absent
    assert "Calendar/office@1.0.0" in absent
    assert len(absent) == len(factory.house()) - 1


def test_a_plan_changes_nothing() -> None:
    factory.install()
    before = Entry.objects.count(), PolicyVersion.objects.count()
    plans.plan(pairs(NEXT, BREACH), at=AT)
    assert (Entry.objects.count(), PolicyVersion.objects.count()) == before


# --- apply ---------------------------------------------------------------------------------------


def test_applying_submits_everything_new_as_one_set() -> None:
    factory.install()
    applied = apply(NEXT, BREACH, factory.text("harm"), comment="From the repository.")
    assert {str(each) for each in applied.submitted} == {
        "SeverityPolicy/severity@1.1.0",
        "ObligationPolicy/breach@1.1.0",
    }
    sets = {review.change_set for each in applied.submitted for review in each.reviews.all()}
    assert len(sets) == 1


def test_applying_again_changes_nothing_and_says_so() -> None:
    factory.install()
    apply(NEXT)
    before = Entry.objects.count()
    again = apply(NEXT)
    assert (again.changed, again.plan.empty, Entry.objects.count()) == (False, True, before)


def test_applying_puts_nothing_in_force() -> None:
    factory.install()
    apply(NEXT)
    assert releases.in_force(AT).severity.default == "SEV3"


def test_applying_never_retires() -> None:
    factory.install()
    apply(NEXT, approve=Approval(counsel()))
    assert len(releases.members_at(AT)) == len(factory.house())


def test_a_second_person_may_approve_in_the_same_call() -> None:
    factory.install()
    later = AT + timedelta(days=30)
    (found,) = apply(NEXT, approve=Approval(counsel()), effective_from=later).approved
    assert (found.approved_by, found.effective_from) == (str(counsel()), later)


def test_a_second_person_may_approve_what_waited_already() -> None:
    factory.install()
    apply(NEXT)
    assert apply(NEXT, approve=Approval(counsel())).changed
    assert releases.in_force(AT).severity.default == "SEV2"


def test_nobody_approves_what_they_apply() -> None:
    factory.install()
    with pytest.raises(NotAllowed, match="You are an author"):
        apply(NEXT, approve=Approval(author()))
    assert not PolicyVersion.objects.filter(version="1.1.0").exists()


def test_one_conflict_and_nothing_is_applied() -> None:
    factory.install()
    with pytest.raises(Conflict, match=r"raise metadata\.version") as raised:
        apply(BREACH, factory.text("severity", ("default: SEV3", "default: SEV2")))
    assert not PolicyVersion.objects.filter(version="1.1.0").exists()
    assert raised.value.extra["conflicts"]


def test_one_problem_and_nothing_is_applied() -> None:
    factory.install()
    with pytest.raises(PolicyProblems):
        apply(BREACH, FOURTH)
    assert not PolicyVersion.objects.filter(version="1.1.0").exists()


def test_a_draft_of_that_number_is_brought_up_to_the_file() -> None:
    factory.install()
    draft()
    (found,) = apply(NEXT + "# more\n").submitted
    assert (found.text, found.revision) == (NEXT + "# more\n", 1)


def test_a_draft_that_is_the_file_is_submitted() -> None:
    factory.install()
    first = draft()
    assert [each.id for each in apply(NEXT).submitted] == [first.id]


# --- export --------------------------------------------------------------------------------------


def test_an_export_has_the_files_byte_for_byte() -> None:
    factory.install()
    files = exports.files(AT)
    assert files["SeverityPolicy/severity.yaml"] == factory.text("severity")
    assert list(files) == sorted(files)


def test_an_export_of_a_past_day_has_what_held_then() -> None:
    factory.install()
    approved()
    files = exports.files(INSTALLED)
    assert files["SeverityPolicy/severity.yaml"] == factory.text("severity")


def test_an_export_applied_to_an_empty_service_gives_the_same_files() -> None:
    files = {f"{each.kind}/{each.metadata.name}.yaml": each.text for each, _ in whole()}
    pairs = shipped.read(files.items())
    plans.apply(pairs, by=author(), at=AT, approve=Approval(counsel()))
    assert exports.files(AT) == dict(sorted(files.items()))


def test_an_archive_is_the_same_bytes_each_time() -> None:
    factory.install()
    assert exports.archive(AT) == exports.archive(AT)


def test_a_retired_number_does_not_come_back() -> None:
    factory.install()
    breach = PolicyVersion.objects.get(name="breach")
    PolicyVersion.objects.filter(id=breach.id).update(effective_until=AT)
    (change,) = plans.plan(pairs(factory.text("breach")), at=AT).conflicts
    assert "retired" in change.why


def test_approving_a_set_is_one_act() -> None:
    factory.install()
    applied = apply(NEXT, BREACH)
    approvals.approve(applied.submitted, by=counsel(), at=AT)
    acts = {
        review.change_set
        for each in applied.submitted
        for review in each.reviews.filter(act="approved")
    }
    assert len(acts) == 1
