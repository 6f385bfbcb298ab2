"""Effective dating: scheduled, taken back, retired, and never a hole or an overlap unawares."""

from datetime import datetime, timedelta

import pytest

from governance.errors import Conflict, Invalid, NotAllowed
from governance.ledger.models import Entry
from policies import approvals, releases, retirements, selectors
from policies.errors import Gap, Overlap, PolicyProblems
from policies.models import PolicyVersion, Standing
from tests import factory
from tests.factory import AT, HOUR, MINUTE
from tests.policies.officers import (
    FOURTH,
    LATER,
    WIDER,
    approved,
    author,
    counsel,
    draft,
    submitted,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
BREACH = factory.text("breach", ("version: 1.0.0", "version: 1.1.0"))


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def version(number: str, name: str = "severity") -> PolicyVersion:
    return PolicyVersion.objects.get(name=name, version=number)


def holds(at: datetime) -> str:
    """The version of the severity policy that is in force."""
    (found,) = releases.in_force(at).of_kind("SeverityPolicy")
    return found.metadata.version


def retire(name: str = "breach", until: datetime | None = AT + WEEK) -> PolicyVersion:
    asked = retirements.ask(
        version("1.0.0", name), until=until, comment="Repealed.", by=author(), at=AT
    )
    return retirements.agree(asked, by=counsel(), at=AT)


# --- scheduling ----------------------------------------------------------------------------------


def test_a_scheduled_version_holds_from_its_day_without_anything_running() -> None:
    approved(effective_from=AT + WEEK)
    assert [holds(AT + WEEK - MINUTE), holds(AT + WEEK)] == ["1.0.0", "1.1.0"]


def test_what_it_replaces_holds_until_then() -> None:
    approved(effective_from=AT + WEEK)
    old = version("1.0.0")
    assert (old.standing(AT), old.standing(AT + WEEK)) == (Standing.IN_FORCE, Standing.RETIRED)


def test_which_rules_held_on_a_past_day_is_known_for_good() -> None:
    approved(effective_from=AT + DAY)
    approved(LATER, at=AT + 2 * DAY)
    days = [AT, AT + DAY, AT + 2 * DAY]
    assert [holds(day) for day in days] == ["1.0.0", "1.1.0", "1.2.0"]


def test_a_version_before_a_scheduled_one_ends_where_that_begins() -> None:
    approved(effective_from=AT + WEEK)
    between = approved(LATER, effective_from=AT + DAY)
    assert between.effective_until == AT + WEEK
    assert [holds(AT + DAY), holds(AT + WEEK)] == ["1.2.0", "1.1.0"]


def test_a_version_after_a_scheduled_one_ends_it() -> None:
    approved(effective_from=AT + DAY)
    approved(LATER, effective_from=AT + WEEK)
    assert version("1.1.0").effective_until == AT + WEEK


def test_two_versions_from_one_instant_are_an_overlap() -> None:
    approved(effective_from=AT + WEEK)
    with pytest.raises(Overlap, match="Unschedule it first") as raised:
        approved(LATER, effective_from=AT + WEEK)
    assert raised.value.code == "overlapping-dates"


def test_a_release_that_would_break_on_a_later_day_is_refused() -> None:
    both = approvals.submit([draft(FOURTH), draft(WIDER)], by=author(), at=AT)
    approvals.approve(both, by=counsel(), at=AT, effective_from=AT + WEEK)
    narrow = factory.text("escalation", ("version: 1.0.0", "version: 1.2.0"))
    with pytest.raises(PolicyProblems, match="No escalation for SEV4"):
        approved(narrow.replace("1.2.0", "1.1.1"), effective_from=AT + 2 * WEEK)


def asked(text: str, day: datetime) -> PolicyVersion:
    (found,) = approvals.submit([draft(text)], by=author(), at=AT, effective_from=day)
    return found


def test_an_approval_without_a_day_takes_the_one_asked_for() -> None:
    found = asked(BREACH, AT + WEEK)
    (decided,) = approvals.approve([found], by=counsel(), at=AT)
    assert decided.effective_from == AT + WEEK


def test_a_day_that_has_passed_when_it_is_approved_is_now() -> None:
    found = asked(BREACH, AT + HOUR)
    (decided,) = approvals.approve([found], by=counsel(), at=AT + DAY)
    assert decided.effective_from == AT + DAY


def test_an_approver_may_decide_for_now() -> None:
    found = asked(BREACH, AT + WEEK)
    (decided,) = approvals.approve([found], by=counsel(), at=AT, effective_from=AT)
    assert decided.effective_from == AT


def test_for_different_days_the_approver_says_which() -> None:
    pair = [asked(BREACH, AT + WEEK), submitted()]
    with pytest.raises(Invalid, match="different days"):
        approvals.approve(pair, by=counsel(), at=AT)


# --- taking an approval back ---------------------------------------------------------------------


def test_an_approval_is_taken_back_before_its_day() -> None:
    back = approvals.unschedule(
        approved(effective_from=AT + WEEK), by=counsel(), at=AT + DAY, comment="Law postponed."
    )
    assert (back.status, back.approved_by, back.effective_from) == ("in_review", "", None)
    assert version("1.0.0").effective_until is None


def test_the_approval_that_was_taken_back_stays_on_record() -> None:
    found = approved(effective_from=AT + WEEK)
    approvals.unschedule(found, by=counsel(), at=AT, comment="Law postponed.")
    acts = selectors.reviews(found).values_list("act", flat=True)
    assert list(acts) == ["submitted", "approved", "unscheduled"]


def test_what_stood_between_goes_on_to_the_next() -> None:
    approved(effective_from=AT + DAY)
    approved(LATER, effective_from=AT + WEEK)
    approvals.unschedule(version("1.1.0"), by=counsel(), at=AT, comment="No.")
    assert version("1.0.0").effective_until == AT + WEEK


def test_what_is_in_force_is_not_unscheduled() -> None:
    with pytest.raises(Conflict, match="in force already"):
        approvals.unschedule(approved(), by=counsel(), at=AT, comment="No.")


def test_only_an_approver_unschedules() -> None:
    found = approved(effective_from=AT + WEEK)
    with pytest.raises(NotAllowed):
        approvals.unschedule(found, by=factory.person("r", "responder"), at=AT, comment="No.")


def test_it_may_be_approved_again_for_another_day() -> None:
    found = approved(effective_from=AT + WEEK)
    back = approvals.unschedule(found, by=counsel(), at=AT, comment="Later.")
    (again,) = approvals.approve([back], by=counsel(), at=AT, effective_from=AT + 2 * WEEK)
    assert again.effective_from == AT + 2 * WEEK


# --- retirement ----------------------------------------------------------------------------------


def test_asking_for_a_retirement_ends_nothing() -> None:
    asked = retirements.ask(
        version("1.0.0", "breach"), until=AT + DAY, comment="Repealed.", by=author(), at=AT
    )
    assert (asked.effective_until, list(selectors.retirements())) == (None, [asked])


def test_a_second_person_retires_a_policy() -> None:
    retired = retire()
    assert (retired.effective_until, retired.retired_by) == (AT + WEEK, str(counsel()))
    assert "breach" not in str(releases.members_at(AT + WEEK))


def test_whoever_asked_does_not_agree() -> None:
    asked = retirements.ask(
        version("1.0.0", "breach"), until=None, comment="Repealed.", by=counsel(), at=AT
    )
    with pytest.raises(NotAllowed, match="Somebody else must agree"):
        retirements.agree(asked, by=counsel(), at=AT)


def test_an_end_that_has_passed_when_the_second_agrees_is_now() -> None:
    asked = retirements.ask(
        version("1.0.0", "breach"), until=AT + HOUR, comment="Repealed.", by=author(), at=AT
    )
    agreed = retirements.agree(asked, by=counsel(), at=AT + DAY)
    assert (agreed.effective_until, agreed.retire_at) == (AT + DAY, AT + DAY)


def test_without_a_severity_policy_nothing_would_work() -> None:
    with pytest.raises(PolicyProblems, match="exactly one SeverityPolicy"):
        retire("severity")
    assert version("1.0.0").retire_at is None


def test_an_end_in_the_past_is_refused() -> None:
    with pytest.raises(Invalid, match="in the past"):
        retire(until=AT - MINUTE)


def test_a_version_that_is_to_be_replaced_is_not_retired() -> None:
    approved(BREACH, effective_from=AT + WEEK)
    with pytest.raises(Conflict, match="ends at"):
        retire(until=AT + DAY)


def test_a_successor_inside_a_retirement_is_refused() -> None:
    retire()
    with pytest.raises(Conflict, match="Cancel that first"):
        approved(BREACH, effective_from=AT + DAY)


def test_a_successor_may_begin_where_the_retirement_ends() -> None:
    retire()
    approved(BREACH, effective_from=AT + WEEK)
    assert "breach@1.1.0" in str(releases.members_at(AT + WEEK))


def test_a_hole_ahead_is_refused_and_named() -> None:
    retire()
    days = r"from 2026-11-30 08:00 UTC to 2026-12-01 08:00 UTC"
    with pytest.raises(Gap, match=days) as raised:
        approved(BREACH, effective_from=AT + WEEK + DAY)
    assert raised.value.code == "gap-in-dates"


def test_a_policy_that_was_retired_may_come_back_later() -> None:
    retire()
    approved(BREACH, at=AT + 2 * WEEK)
    assert "breach@1.1.0" in str(releases.members_at(AT + 2 * WEEK))


def test_a_retirement_is_cancelled_before_its_day() -> None:
    back = retirements.cancel(retire(), comment="Not repealed.", by=counsel(), at=AT + DAY)
    assert (back.effective_until, back.retire_at, back.retired_by) == (None, None, "")


def test_a_retirement_that_has_come_stays() -> None:
    retired = retire()
    with pytest.raises(Conflict, match="no retirement"):
        retirements.cancel(retired, comment="Oh.", by=counsel(), at=AT + WEEK)


def test_whoever_asked_may_drop_the_question() -> None:
    who = factory.person("writer", "administrator")
    asked = retirements.ask(version("1.0.0", "breach"), until=None, comment="x", by=who, at=AT)
    assert retirements.cancel(asked, comment="A slip.", by=who, at=AT).retire_at is None


def test_each_step_has_an_entry_in_the_trail() -> None:
    retired = retire()
    retirements.cancel(retired, comment="Not repealed.", by=counsel(), at=AT + DAY)
    found = Entry.objects.filter(object_id=str(retired.id)).order_by("id")
    assert list(found.values_list("verb", flat=True)) == [
        "policy.installed",
        "policy.retirement_asked",
        "policy.retired",
        "policy.retirement_cancelled",
    ]


# --- what may be done ----------------------------------------------------------------------------


def may(found: PolicyVersion, by: factory.Actor) -> set[str]:
    return set(selectors.may(found, by, at=AT))


def test_a_second_person_may_decide_what_is_in_review() -> None:
    assert may(submitted(), counsel()) == {"comment", "approve", "reject"}


def test_an_author_may_take_back_what_is_in_review() -> None:
    assert may(submitted(), author()) == {"comment", "withdraw"}


def test_a_scheduled_version_may_be_unscheduled() -> None:
    found = approved(effective_from=AT + WEEK)
    assert may(found, author()) == {"comment", "ask", "unschedule"}


def test_the_second_person_may_agree_to_a_retirement() -> None:
    found = retirements.ask(version("1.0.0", "breach"), until=None, comment="x", by=author(), at=AT)
    assert "agree" in may(found, counsel())
    assert "agree" not in may(found, author())


@pytest.mark.parametrize("standing", Standing)
def test_the_filter_and_the_version_agree_on_where_it_stands(standing: Standing) -> None:
    approved(effective_from=AT + WEEK)
    approved(BREACH)
    submitted(LATER)
    at = AT + DAY
    found = {str(each) for each in selectors.in_standing(standing, at=at)}
    rows = PolicyVersion.objects.all()
    assert found == {str(each) for each in rows if each.standing(at) == standing}
