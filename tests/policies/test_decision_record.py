"""The record of a decision: canonical, complete, and readable again (pure)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance import canonical
from policies.evaluation import Decision, decide, facts_of, reasons
from tests import factory
from tests.factory import AT

FACTS: list[dict[str, Any]] = [
    {},
    {"harms": ["death"], "impact": {"people_affected": 1000, "reversible": False}},
    {"personal_data": {"breach": True, "risk": "high"}},
    {"harms": ["privacy"], "personal_data": {"breach": False}},
]
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 2000),
    st.sampled_from(["unknown", "death", "high", "EU", '"\n']),
    st.lists(st.sampled_from(["death", "unknown", "injury"])),
)
PATHS = st.dictionaries(
    st.sampled_from(["breach", "risk", "people_affected", "reversible"]), ANYTHING
)
TREES = st.fixed_dictionaries(
    {},
    optional={"harms": ANYTHING, "impact": PATHS | ANYTHING, "personal_data": PATHS | ANYTHING},
)


def decided(**facts: Any) -> Decision:
    release = factory.release()
    return decide(release, facts_of(factory.report(**facts), release), at=AT)


@given(TREES)
def test_whatever_the_facts_the_record_is_canonical(facts: dict[str, Any]) -> None:
    text = decided(**facts).text
    assert canonical.text(json.loads(text)) == text


@given(TREES)
def test_the_reasons_read_back_are_those_of_each_duty(facts: dict[str, Any]) -> None:
    decision = decided(**facts)
    found = [(each["duty"], each["trace"]) for each in reasons(decision.text)["duties"]]
    assert found == [(each.duty.id, each.trace) for each in decision.duties]


@pytest.mark.parametrize("facts", FACTS)
def test_the_outcomes_read_back_are_those_decided(facts: dict[str, Any]) -> None:
    decision = decided(**facts)
    found = [
        (each["policy"], each["outcome"], each["shadow"], each["superseded_by"], each["missing"])
        for each in reasons(decision.text)["duties"]
    ]
    assert found == [
        (each.policy, each.outcome, each.shadow, each.superseded_by, [*each.missing])
        for each in decision.duties
    ]


@pytest.mark.parametrize("facts", FACTS)
def test_the_rules_read_back_are_those_of_the_severity(facts: dict[str, Any]) -> None:
    decision = decided(**facts)
    assert reasons(decision.text)["severity"]["trace"] == [*decision.severity.trace]


def test_a_comparison_that_many_share_is_recorded_once() -> None:
    conditions = json.loads(decided().text)["conditions"].values()
    texts = [canonical.text(each) for each in conditions]
    assert sorted(set(texts)) == sorted(texts)


@pytest.mark.parametrize(("breach", "shown"), [(True, True), (False, False)])
def test_a_regime_that_does_not_apply_gives_no_reasons_duty_by_duty(
    *, breach: bool, shown: bool
) -> None:
    record = json.loads(decided(personal_data={"breach": breach}).text)
    policy = next(each for each in record["obligations"] if "/breach@" in each["policy"])
    assert ("when" in policy["duties"][0]) is shown


def test_the_record_names_its_format() -> None:
    assert json.loads(decided().text)["format"] == 2


def test_a_record_of_the_first_format_is_read_as_it_is() -> None:
    old = {"severity": {"trace": []}, "duties": [{"duty": "notify"}]}
    assert reasons(canonical.text(old)) == old


def test_a_list_that_is_partly_unknown_says_so_in_the_record() -> None:
    record = json.loads(decided(harms=["privacy", "unknown"]).text)
    assert any("note" in each for each in record["conditions"].values())
