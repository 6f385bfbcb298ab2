"""Deciding on facts: severity, duties, reasons, and the same bytes every time (pure)."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from governance import canonical
from policies.evaluation import Decision, DutyDecision, decide, facts_of
from tests import factory
from tests.factory import AT


def decided(facts: dict[str, Any], *, at: datetime = AT, **edited: str) -> Decision:
    release = factory.release(**edited)
    return decide(release, facts_of(factory.report(**facts), release), at=at)


def duty(decision: Decision, name: str) -> DutyDecision:
    return next(each for each in decision.duties if each.duty.id == name)


RAISE = factory.text("severity", ("when_undetermined: ignore", "when_undetermined: raise"))
NOTHING_OPEN = {"harms": [], "impact": {"people_affected": 1}, "personal_data": {"breach": False}}


# --- severity ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "level", "rules"),
    [
        ({}, "SEV3", ()),
        ({"harms": ["death"]}, "SEV1", ("death",)),
        ({"harms": ["death"], "impact": {"people_affected": 1000}}, "SEV1", ("death", "many")),
        ({"impact": {"people_affected": 999}}, "SEV3", ()),
        ({"personal_data": {"breach": True}}, "SEV2", ("breach",)),
        ({"personal_data": {"breach": True}, "harms": ["death"]}, "SEV1", ("death",)),
    ],
)
def test_the_highest_level_with_a_true_rule_wins(
    facts: dict[str, Any], level: str, rules: tuple[str, ...]
) -> None:
    severity = decided(facts).severity
    assert (severity.level, severity.rules, severity.provisional) == (level, rules, False)


def test_the_reasons_are_those_of_the_rules() -> None:
    assert decided({"harms": ["death"]}).severity.because == ("A person died.",)


def test_the_default_says_that_it_is_one() -> None:
    assert "this is the default" in decided({}).severity.because[0]


def test_doubt_raises_where_the_policy_says_so() -> None:
    severity = decided({"harms": []}, severity=RAISE).severity
    assert (severity.level, severity.provisional, severity.missing) == (
        "SEV1",
        True,
        ("impact.people_affected",),
    )


def test_doubt_below_the_level_that_holds_raises_nothing() -> None:
    severity = decided({"harms": ["death"]}, severity=RAISE).severity
    assert (severity.level, severity.provisional) == ("SEV1", False)


def test_without_doubt_nothing_is_provisional() -> None:
    severity = decided(NOTHING_OPEN, severity=RAISE).severity
    assert (severity.level, severity.provisional) == ("SEV3", False)


def test_every_rule_is_in_the_trace() -> None:
    assert [each["rule"] for each in decided({}).severity.trace] == ["death", "many", "breach"]


# --- duties --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"personal_data": {"breach": True, "risk": "high"}}, "applies"),
        ({"personal_data": {"breach": True, "risk": "unlikely"}}, "does_not_apply"),
        ({"personal_data": {"breach": False}}, "does_not_apply"),
        ({"personal_data": {"breach": True}}, "undetermined"),
        ({}, "undetermined"),
        ({"personal_data": {"risk": "unlikely"}}, "does_not_apply"),
    ],
)
def test_a_duty_applies_or_not_or_nobody_knows_yet(facts: dict[str, Any], outcome: str) -> None:
    assert duty(decided(facts), "notify").outcome == outcome


def test_a_question_names_every_fact_that_would_settle_it() -> None:
    assert duty(decided({}), "notify").missing == ("personal_data.breach", "personal_data.risk")


def test_a_settled_duty_asks_for_nothing() -> None:
    assert duty(decided({"personal_data": {"risk": "unlikely"}}), "notify").missing == ()


def test_a_duty_that_does_not_apply_says_why() -> None:
    found = duty(decided({"personal_data": {"breach": False}}), "notify")
    assert found.trace["applies_when"]["outcome"] == "false"  # type: ignore[index]


@pytest.mark.parametrize(
    ("harms", "serious", "by"),
    [
        (["injury"], "applies", ""),
        (["death"], "applies", "death"),
        (["privacy"], "does_not_apply", ""),
        (None, "undetermined", ""),
    ],
)
def test_the_shorter_duty_supersedes_the_longer_one(
    harms: list[str] | None, serious: str, by: str
) -> None:
    found = duty(decided({} if harms is None else {"harms": harms}), "serious")
    assert (found.outcome, found.superseded_by) == (serious, by)


def test_a_question_supersedes_nothing() -> None:
    text = factory.text(
        "harm", ("when: {harms: {includes: death}}", "when: {impact.reversible: false}")
    )
    found = duty(decided({"harms": ["injury"]}, harm=text), "serious")
    assert found.superseded_by == ""


# --- shadow --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "at", "shadow", "because"),
    [
        ('status: scheduled\n    applies_from: "2027-01-01"', AT, True, "from 2027-01-01"),
        ('status: in_force\n    applies_from: "2027-01-01"', AT, True, "from 2027-01-01"),
        ('status: scheduled\n    applies_from: "2027-01-01"', datetime(2027, 1, 1, tzinfo=UTC),
         False, ""),
        ("status: scheduled", AT, True, "Not yet in force"),
        ("status: in_force", AT, False, ""),
        ("status: voluntary", AT, True, "is voluntary"),
        ("status: proposed", AT, True, "is proposed"),
        ("status: repealed", AT, True, "is repealed"),
        ('status: in_force\n    applies_until: "2026-11-23"', AT, False, ""),
        ('status: in_force\n    applies_until: "2026-11-22"', AT, True, "until 2026-11-22"),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_bite_is_a_shadow(
    source: str, at: datetime, because: str, *, shadow: bool
) -> None:
    text = factory.text("harm", ("status: in_force", source))
    found = duty(decided({}, at=at, harm=text), "serious")
    assert found.shadow is shadow
    assert because in found.shadow_because


DATES = """  applies_from:
    - {date: "2026-01-01", when: {impact.reversible: false}}
    - {date: "2028-01-01", when: {impact.reversible: true}}
  duties:
"""


@pytest.mark.parametrize(
    ("facts", "shadow"),
    [
        ({"impact": {"reversible": False}}, False),
        ({"impact": {"reversible": True}}, True),
        ({}, False),  # in doubt the earliest date counts
    ],
)
def test_several_dates_of_application_hold_under_their_conditions(
    facts: dict[str, Any], *, shadow: bool
) -> None:
    text = factory.text("harm", ("  duties:\n", DATES))
    assert duty(decided(facts, harm=text), "serious").shadow is shadow


# --- the record ----------------------------------------------------------------------------------


def test_deciding_again_gives_the_same_bytes() -> None:
    facts = {"harms": ["privacy", "death"], "impact": {"people_affected": 7}}
    assert decided(facts).text == decided(facts).text


def test_the_order_of_facts_does_not_matter() -> None:
    one = {"harms": ["death"], "drill": True}
    assert decided(one).text == decided(dict(reversed(one.items()))).text


def test_the_record_is_canonical_and_names_release_and_facts() -> None:
    decision = decided({"harms": ["death"]})
    record = json.loads(decision.text)
    assert canonical.text(record) == decision.text
    assert (record["release"], record["facts"]) == (factory.release().digest, decision.facts_digest)
    assert decision.digest == canonical.digest(decision.text)


def test_the_record_names_each_policy_with_its_digest() -> None:
    record = json.loads(decided({}).text)
    digests = {each.identity: each.digest for each in factory.house()}
    assert {
        each["policy"]: each["digest"] for each in record["obligations"]
    }.items() <= digests.items()


def test_the_facts_hold_what_the_register_knows() -> None:
    facts = facts_of(factory.report(), factory.release())
    assert (facts["system"]["risk_class"], facts["organisation"]) == ("high", {"listed": True})
