"""Conditions that can never be true: what is found, and that nothing is found which could be."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.checks.contradictions import impossible
from policies.conditions import compile_condition

AFTER = "2026-01-02T00:00:00Z"
BEFORE = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "node",
    [
        {"all": [{"a": 1}, {"a": 2}]},
        {"a": {"equals": "x", "not_equals": "x"}},
        {"a": {"in": ["x", "y"], "not_in": ["x", "y", "z"]}},
        {"a": {"at_least": 3, "less_than": 3}},
        {"a": {"more_than": 3, "at_most": 3}},
        {"a": {"between": [1, 2], "more_than": 2}},
        {"a": {"in": [1, 2], "more_than": 2}},
        {"a": {"after": AFTER, "before": BEFORE}},
        {"a": {"known": False, "equals": "x"}},
        {"all": [{"a": {"known": True}}, {"not": {"a": {"known": True}}}]},
        {"all": [{"a": {"includes": "x"}}, {"not": {"a": {"includes_any": ["x", "y"]}}}]},
        {"a": True, "not": {"a": True}},
        {"a": 1, "not": {"any": [{"b": 2}, {"a": 1}]}},
        {"a": 1, "any": [{"a": 2}, {"a": 3}]},
        {"any": [{"a": {"equals": 1, "not_equals": 1}}, {"b": {"known": False, "equals": 1}}]},
    ],
)
def test_a_contradiction_is_found(node: dict[str, Any]) -> None:
    assert impossible([compile_condition(node)]) is not None


@pytest.mark.parametrize(
    "node",
    [
        {"any": [{"a": 1}, {"a": 2}]},
        {"a": {"at_least": 3, "at_most": 3}},
        {"a": {"in": ["x", "y"], "not_equals": "x"}},
        {"all": [{"a": {"includes": "x"}}, {"a": {"includes": "y"}}]},
        {"not": {"all": [{"a": 1}, {"a": 2}]}},
        {"a": {"equals": True}, "b": {"equals": False}},
        {"a": {"in": [True, 1], "not_equals": True}},
        {"any": [{"a": {"known": False}}, {"a": 1}]},
    ],
)
def test_what_can_be_true_is_left_alone(node: dict[str, Any]) -> None:
    assert impossible([compile_condition(node)]) is None


SCALARS = st.sampled_from(["x", "y", 1, 2, True, False])
PATHS = st.sampled_from(["a", "b"])
COMPARISONS = st.one_of(
    st.fixed_dictionaries({"equals": SCALARS}),
    st.fixed_dictionaries({"not_equals": SCALARS}),
    st.fixed_dictionaries({"in": st.lists(SCALARS, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"not_in": st.lists(SCALARS, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"at_least": st.integers(0, 3), "at_most": st.integers(0, 3)}),
    st.fixed_dictionaries({"more_than": st.integers(0, 3)}),
    st.fixed_dictionaries({"less_than": st.integers(0, 3)}),
    st.fixed_dictionaries({"includes": SCALARS}),
    st.fixed_dictionaries({"includes_any": st.lists(SCALARS, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"includes_all": st.lists(SCALARS, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"known": st.booleans()}),
    st.fixed_dictionaries({"before": st.sampled_from([BEFORE, AFTER])}),
    st.fixed_dictionaries({"after": st.sampled_from([BEFORE, AFTER])}),
)
CONDITIONS = st.recursive(
    st.dictionaries(PATHS, COMPARISONS, min_size=1, max_size=2),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=4)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=8,
)
VALUES = st.one_of(
    st.none(), SCALARS, st.lists(SCALARS, max_size=3), st.just("2026-01-01T12:00:00Z")
)


@settings(max_examples=500, deadline=None)
@given(node=CONDITIONS, facts=st.fixed_dictionaries({"a": VALUES, "b": VALUES}))
def test_no_condition_that_holds_is_called_impossible(
    node: dict[str, Any], facts: dict[str, Any]
) -> None:
    condition = compile_condition(node)
    if condition.outcome(facts) is True:
        assert impossible([condition]) is None
