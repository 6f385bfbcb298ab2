"""What stored incidents would get under another release (pure)."""

from datetime import timedelta
from typing import Any

import pytest

from policies.release import Release
from policies.simulation import Case, Comparison, Effect, Summary, compare
from tests import factory
from tests.factory import AT, HOUR
from tests.policies.simulated import case

STRICTER = factory.text("severity", ("at_least: 1000", "at_least: 100"))
BREACH = {"personal_data": {"breach": True, "risk": "high"}}
SHORTER = factory.text("breach", ("hours: 8, counting", "hours: 6, counting"))


def effect(given: Case | None = None, **edited: str) -> Effect:
    """What a case gets when files of the house are edited so."""
    (found,) = compare(factory.release(), factory.release(**edited), [given or case()])
    return found


def duties(found: Effect) -> list[tuple[str, str, str]]:
    return [(each.duty, each.before, each.after) for each in found.duties]


def moved(name: str, *edits: tuple[str, str]) -> dict[str, str]:
    return {name: factory.text(name, *edits)}


# --- severity ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "levels"),
    [(99, ("SEV3", "SEV3")), (100, ("SEV3", "SEV1")), (1000, ("SEV1", "SEV1"))],
)
def test_a_stricter_rule_raises_those_that_it_meets(people: int, levels: tuple[str, str]) -> None:
    found = effect(case(impact={"people_affected": people}), severity=STRICTER)
    assert (found.before, found.after) == levels
    assert found.changed is (levels[0] != levels[1])


def test_the_level_that_an_incident_has_is_told_beside_the_computed_one() -> None:
    found = effect(case(severity="SEV2", impact={"people_affected": 100}), severity=STRICTER)
    assert (found.now, found.before, found.after) == ("SEV2", "SEV3", "SEV1")


def test_another_version_with_the_same_rules_changes_nothing() -> None:
    text = factory.text("severity", ("1.0.0", "1.0.1"))
    assert effect(case(harms=["death"]), severity=text).changed is False


# --- duties --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "facts", "expected"),
    [
        (("applies_when: {personal_data.breach: true}", "applies_when: {harms: {known: true}}"),
         {"harms": [], "personal_data": {"breach": False}},
         [("notify", "does_not_apply", "question")]),
        (("applies_when: {personal_data.breach: true}", "applies_when: {harms: {includes: death}}"),
         {"harms": [], **BREACH},
         [("notify", "applies", "does_not_apply")]),
        (("when: {not: {personal_data.risk: unlikely}}", "when: {impact.reversible: false}"),
         BREACH,
         [("notify", "applies", "question")]),
        (("    - id: notify", "    - id: tell"), BREACH,
         [("tell", "absent", "applies"), ("notify", "applies", "absent")]),
        (("    - id: notify", "    - id: tell"), {"personal_data": {"breach": False}}, []),
    ],
)  # fmt: skip
def test_duties_come_go_and_become_questions(
    edit: tuple[str, str], facts: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert duties(effect(case(**facts), **moved("breach", edit))) == expected


def test_a_question_names_what_is_missing() -> None:
    edit = ("when: {not: {personal_data.risk: unlikely}}", "when: {impact.reversible: false}")
    (found,) = effect(case(**BREACH), **moved("breach", edit)).duties
    assert found.missing == ("impact.reversible",)


def test_a_duty_that_another_replaces_is_superseded() -> None:
    text = factory.text("harm", ("supersedes: [serious]\n", "\n"))
    (found,) = compare(factory.release(harm=text), factory.release(), [case(harms=["death"])])
    assert duties(found) == [("serious", "applies", "superseded")]


def test_a_law_that_comes_into_force_is_a_change() -> None:
    found = effect(**moved("coming", ('"2990-01-01"', '"2020-01-01"')))
    assert [(each.shadow_before, each.shadow_after) for each in found.duties] == [(True, False)]


def test_a_policy_that_is_dropped_takes_its_duties_along() -> None:
    assert duties(effect(case(**BREACH), breach="")) == [("notify", "applies", "absent")]


def test_the_instant_can_be_chosen() -> None:
    later = factory.text("coming", ('"2990-01-01"', '"2030-01-01"'))
    after = factory.release(coming=later)
    comparison = Comparison(factory.release(), after)
    assert comparison.of(case()).duties == ()
    assert comparison.of(case(), at=AT + timedelta(days=4000)).duties != ()


# --- dates ---------------------------------------------------------------------------------------


def test_a_shorter_limit_moves_the_date() -> None:
    (found,) = effect(case(**BREACH), breach=SHORTER).dates
    assert (found.stage, found.direction) == ("initial", "earlier")
    assert (found.before.legal, found.after.legal) == (AT + 8 * HOUR, AT + 6 * HOUR)


def test_a_clock_that_waits_for_another_moment_is_a_change() -> None:
    edit = ("{from: aware, hours: 8", "{from: classified, hours: 8")
    (found,) = effect(case(**BREACH), **moved("breach", edit)).dates
    assert (found.before.state, found.after.state) == ("running", "waiting")
    assert found.after.waits_for == ("classified",)


def test_what_has_been_submitted_starts_what_follows() -> None:
    given = case(**BREACH)
    sent = {("breach", "notify"): {"submitted:initial": AT + HOUR}}
    edit = ("{from: {submitted: initial}, hours: 24", "{from: {submitted: initial}, hours: 20")
    (found,) = effect(Case(**{**vars(given), "submitted": sent}), **moved("breach", edit)).dates
    assert (found.stage, found.after.legal) == ("final", AT + 21 * HOUR)


def test_a_duty_that_does_not_apply_has_no_dates() -> None:
    assert effect(case(personal_data={"breach": False}), breach=SHORTER).dates == ()


OFFICE = factory.text(
    "breach",
    ("hours: 8, counting: elapsed", "business_days: 1, counting: business-days, calendar: office"),
)
HOLIDAY = factory.text(
    "calendar", ("  holidays:\n", '  holidays:\n    - {date: "2026-11-24", title: New}\n')
)


def test_another_holiday_moves_the_dates_of_policies_that_did_not_change() -> None:
    before = factory.release(breach=OFFICE)
    after = factory.release(breach=OFFICE, calendar=HOLIDAY)
    (found,) = compare(before, after, [case(**BREACH)])
    assert [(each.stage, each.direction) for each in found.dates] == [("initial", "later")]


def test_another_version_of_a_calendar_alone_changes_nothing() -> None:
    text = factory.text("calendar", ("1.0.0", "1.0.1"))
    before, after = factory.release(breach=OFFICE), factory.release(breach=OFFICE, calendar=text)
    (found,) = compare(before, after, [case(**BREACH)])
    assert found.changed is False


# --- facts ---------------------------------------------------------------------------------------


def test_a_system_that_is_classified_anew_is_decided_on_as_a_whole() -> None:
    text = factory.text("register", ("care, risk_class: high", "care, risk_class: limited"))
    found = effect(case(harms=["death"]), register=text)
    assert ("death", "applies", "does_not_apply") in duties(found)


def test_a_system_that_is_not_registered_keeps_what_the_last_decision_saw() -> None:
    given = {**vars(case(harms=["death"])), "stored": {"system": {"risk_class": "high"}}}
    text = factory.text("register", ("id: triage", "id: triage-2"))
    found = effect(Case(**given), register=text)
    assert (found.unregistered, found.findings, found.changed) == (True, (), False)


def test_a_report_that_the_new_taxonomy_would_refuse_is_told_and_decided() -> None:
    text = factory.text("taxonomy", ("      - {id: injury, title: Injury}\n", ""))
    found = effect(case(harms=["injury"]), taxonomy=text, severity=STRICTER)
    assert [(each.code, each.pointer) for each in found.findings] == [("unknown-term", "/harms/0")]
    assert (found.before, found.after) == ("SEV3", "SEV3")


def test_a_report_that_both_would_refuse_is_no_finding() -> None:
    text = factory.text("taxonomy", ("      - {id: injury, title: Injury}\n", ""))
    assert effect(case(harms=["theft"]), taxonomy=text).findings == ()


# --- only what changed is evaluated --------------------------------------------------------------

FACTS: list[dict[str, Any]] = [
    {},
    BREACH,
    {"harms": ["death"], "impact": {"people_affected": 500}},
    {"harms": ["injury"], "personal_data": {"breach": True}},
]


@pytest.mark.parametrize("facts", FACTS)
def test_the_short_way_gives_what_the_long_way_gives(facts: dict[str, Any]) -> None:
    before = factory.release()
    after = factory.release(breach=SHORTER, severity=STRICTER)
    short = Comparison(before, after).of(case(**facts))
    assert without_way(short) == without_way(long_way(before, after, case(**facts)))


def long_way(before: Release, after: Release, given: Case) -> Effect:
    """A register that says something else of the system, and nothing that a rule reads."""
    text = factory.text("register", ("owner_team: care", "owner_team: wards"))
    edited = {"breach": SHORTER, "severity": STRICTER, "register": text}
    return Comparison(before, factory.release(**edited)).of(given)


def without_way(found: Effect) -> Any:
    return found.before, found.after, found.duties, found.dates


# --- sums ----------------------------------------------------------------------------------------


def summed(numbers: range, most: int = 2) -> Summary:
    after = factory.release(severity=STRICTER)
    cases = (case(number, impact={"people_affected": number}) for number in numbers)
    found = Summary(most=most)
    for each in compare(factory.release(), after, cases):
        found.add(each)
    return found


def test_every_case_is_counted_by_its_levels() -> None:
    found = summed(range(95, 105))
    assert found.severities == {("SEV3", "SEV3"): 5, ("SEV3", "SEV1"): 5}
    assert (found.total, found.changed, found.changed_open, found.unchanged) == (10, 5, 2, 5)


def test_only_the_first_examples_are_kept() -> None:
    assert [each.id for each in summed(range(95, 105)).examples] == ["00000100", "00000101"]


def test_sums_do_not_depend_on_the_order_of_their_parts() -> None:
    parts = [range(95, 101), range(101, 103), range(103, 110)]
    one, other = Summary(most=2), Summary(most=2)
    for numbers in parts:
        one.merge(summed(numbers))
    for numbers in reversed(parts):
        other.merge(summed(numbers))
    assert one.as_dict() == other.as_dict() == summed(range(95, 110)).as_dict()


def test_duties_and_dates_are_counted() -> None:
    found = Summary()
    for each in compare(factory.release(), factory.release(breach=SHORTER), [case(**BREACH)] * 3):
        found.add(each)
    assert found.dates == {("breach", "notify", "initial", "earlier"): 3}
