"""Conditions: what each operator compares, and three values, whatever the facts are."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance import canonical
from policies.conditions import OPERATORS, Condition, ConditionErrors, Verdict, compile_condition

SURROGATE = "\ud800"
PLUS_ONE = timezone(timedelta(hours=1))

# --- operators: operand, fact, outcome ---------------------------------------------------------

COMPARISONS: list[tuple[str, object, object, bool | None]] = [
    ("equals", "high", "high", True),
    ("equals", "high", "low", False),
    ("equals", "high", 3, None),
    ("equals", "high", ["high"], None),
    ("equals", 3, 3.0, True),
    ("equals", 3, 4, False),
    ("equals", 3, "3", None),
    ("equals", 1, True, None),
    ("equals", True, True, True),
    ("equals", True, False, False),
    ("equals", True, 1, None),
    ("equals", 3, float("nan"), None),
    ("not_equals", "high", "low", True),
    ("not_equals", "high", "high", False),
    ("not_equals", "high", 3, None),
    ("in", ["a", "b"], "b", True),
    ("in", ["a", "b"], "c", False),
    ("in", ["a", "b"], 1, None),
    ("in", ["a", 1], 1, True),
    ("in", ["a", 1], True, None),
    ("in", ["a"], {"a": 1}, None),
    ("not_in", ["a", "b"], "c", True),
    ("not_in", ["a", "b"], "b", False),
    ("not_in", ["a", "b"], 1, None),
    ("at_least", 100, 100, True),
    ("at_least", 100, 99, False),
    ("at_least", 100, "100", None),
    ("at_least", 1, True, None),
    ("at_least", 1, float("nan"), None),
    ("at_least", 1, 10**400, True),
    ("more_than", 100, 100, False),
    ("more_than", 100, 100.5, True),
    ("at_most", 100, 100, True),
    ("at_most", 100, 101, False),
    ("less_than", 100, 100, False),
    ("less_than", 100, -1, True),
    ("at_least", "PT36H", "P1DT12H", True),
    ("at_least", "PT36H", "PT35H59M59S", False),
    ("at_least", "PT36H", timedelta(hours=36), True),
    ("at_least", "PT36H", 36, None),
    ("at_least", "PT36H", "soon", None),
    ("at_least", 36, "PT36H", None),
    ("between", [1, 10], 1, True),
    ("between", [1, 10], 10, True),
    ("between", [1, 10], 10.1, False),
    ("between", [1, 10], "5", None),
    ("between", ["PT1H", "P1W"], "P7D", True),
    ("includes", "death", ["injury", "death"], True),
    ("includes", "death", ["injury"], False),
    ("includes", "death", [], False),
    ("includes", "death", ["unknown"], None),
    ("includes", "death", ["injury", "unknown"], None),
    ("includes", "death", ["death", "unknown"], True),
    ("includes", "death", ["injury", None], None),
    ("includes", "death", [{"id": "death"}], None),
    ("includes", "death", [1], None),
    ("includes", "death", [["death"]], None),
    ("includes", "death", "death", None),
    ("includes", 1, [True], None),
    ("includes", 1, [1.0], True),
    ("includes", "death", ("death",), True),
    ("includes", "death", frozenset({"death"}), True),
    ("includes_any", ["a", "b"], ["b", "c"], True),
    ("includes_any", ["a", "b"], ["c"], False),
    ("includes_any", ["a", "b"], [], False),
    ("includes_any", ["a", "b"], ["c", "unknown"], None),
    ("includes_any", ["a", "b"], ["a", "unknown"], True),
    ("includes_all", ["a", "b"], ["a", "b", "c"], True),
    ("includes_all", ["a", "b"], ["a"], False),
    ("includes_all", ["a", "b"], ["a", "unknown"], None),
    ("includes_all", ["a", "b"], ["a", "b", "unknown"], True),
    ("includes_all", ["a", 1], ["a", "b"], False),
    ("starts_with", "EU", "EU-BE", True),
    ("starts_with", "EU", "eu", False),
    ("starts_with", "EU", ["EU"], None),
    ("matches", "gpt-[0-9]+", "openai/gpt-4", True),
    ("matches", "^gpt-[0-9]+$", "openai/gpt-4", False),
    ("matches", "(?i)GPT", "gpt", True),
    ("matches", "é+", "café", True),
    ("matches", "^(a+)+$", "a" * 50_000 + "!", False),
    ("matches", "a", 1, None),
    ("matches", "a", SURROGATE, None),
    ("before", "2026-11-22T09:30:00Z", "2026-11-22T10:29:59+01:00", True),
    ("before", "2026-11-22T09:30:00Z", "2026-11-22T10:30:00+01:00", False),
    ("before", "2026-11-22T09:30:00Z", "2026-11-22T09:00:00", None),
    ("before", "2026-11-22T09:30:00Z", "2026-11-22", None),
    ("before", "2026-11-22T09:30:00Z", "yesterday", None),
    ("before", "2026-11-22T09:30:00Z", datetime(2026, 11, 22, 9, 29, tzinfo=UTC), True),
    ("before", "2026-11-22T09:30:00Z", datetime(2026, 11, 22, 10, 29, tzinfo=PLUS_ONE), True),
    ("before", "2026-11-22T09:30:00Z", datetime(2026, 11, 22, 9, 29), None),  # noqa: DTZ001
    ("after", "2026-11-22T09:30:00.5Z", "2026-11-22t09:30:00.6z", True),
    ("after", "2026-11-22T09:30:00Z", "2026-11-22T09:30:00Z", False),
    ("after", "2026-11-22T09:30:00Z", "2026-13-22T09:30:00Z", None),
    ("known", True, "x", True),
    ("known", True, 0, True),
    ("known", True, False, True),
    ("known", False, "x", False),
    ("known", True, [], True),
    ("known", True, ["a", "unknown"], True),
    ("known", True, ["unknown"], False),
    ("known", False, ["unknown", None], True),
]


@pytest.mark.parametrize(("operator", "operand", "fact", "outcome"), COMPARISONS)
def test_an_operator_compares_its_operand_with_the_fact(
    operator: str, operand: object, fact: object, outcome: bool | None
) -> None:
    assert _evaluated({"a.b": {operator: operand}}, {"a": {"b": fact}}).outcome is outcome


@pytest.mark.parametrize(("operator", "operand", "fact", "outcome"), COMPARISONS)
def test_the_fast_outcome_is_that_of_the_trace(
    operator: str, operand: object, fact: object, outcome: bool | None
) -> None:
    condition = compile_condition({"a.b": {operator: operand}})
    assert condition.outcome({"a": {"b": fact}}) is outcome


@pytest.mark.parametrize(("operator", "operand", "fact", "outcome"), COMPARISONS)
def test_every_trace_has_a_canonical_form(
    operator: str, operand: object, fact: object, outcome: bool | None
) -> None:
    trace = _evaluated({"a.b": {operator: operand}}, {"a": {"b": fact}}).trace
    assert json.loads(canonical.text(trace))["operator"] == operator


def test_every_operator_has_its_examples() -> None:
    assert {operator for operator, *_ in COMPARISONS} == set(OPERATORS)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"a": None},
        {"a": "unknown"},
        {"a": "text"},
        {"a": []},
        {"a": {}},
        {"a": {"b": None}},
        {"a": {"b": "unknown"}},
    ],
)
@pytest.mark.parametrize(
    ("operator", "operand"),
    [(operator, operand) for operator, operand, _, _ in COMPARISONS if operator != "known"],
)
def test_a_path_without_a_value_is_undetermined(
    operator: str, operand: object, facts: Mapping[str, object]
) -> None:
    assert compile_condition({"a.b": {operator: operand}}).outcome(facts) is None


@pytest.mark.parametrize("facts", [{}, {"a": None}, {"a": {"b": None}}, {"a": {"b": "unknown"}}])
@pytest.mark.parametrize("wanted", [True, False])
def test_only_known_turns_absence_into_true_or_false(
    wanted: bool, facts: Mapping[str, object]
) -> None:
    assert compile_condition({"a.b": {"known": wanted}}).outcome(facts) is (not wanted)


@pytest.mark.parametrize("path", ["a", "a.b", "a.b.c", "a.b.c.d"])
def test_a_path_may_have_any_number_of_steps(path: str) -> None:
    facts: object = "x"
    for step in reversed(path.split(".")):
        facts = {step: facts}
    assert isinstance(facts, dict)
    assert compile_condition({path: "x"}).outcome(facts) is True


def test_a_step_that_is_no_mapping_leads_nowhere() -> None:
    assert compile_condition({"a.b.c": "x"}).outcome({"a": {"b": "x"}}) is None


# --- three values ------------------------------------------------------------------------------

TRUE, FALSE, OPEN = {"t": True}, {"t": False}, {"u": True}
FACTS: Mapping[str, object] = {"t": True}
KLEENE_AND = [
    (TRUE, TRUE, True),
    (TRUE, FALSE, False),
    (TRUE, OPEN, None),
    (FALSE, FALSE, False),
    (FALSE, OPEN, False),
    (OPEN, OPEN, None),
]
KLEENE_OR = [
    (TRUE, TRUE, True),
    (TRUE, FALSE, True),
    (TRUE, OPEN, True),
    (FALSE, FALSE, False),
    (FALSE, OPEN, None),
    (OPEN, OPEN, None),
]


@pytest.mark.parametrize(("left", "right", "outcome"), KLEENE_AND)
def test_all_follows_kleene(left: object, right: object, outcome: bool | None) -> None:
    both = (compile_condition({"all": pair}) for pair in ([left, right], [right, left]))
    assert [condition.outcome(FACTS) for condition in both] == [outcome, outcome]


@pytest.mark.parametrize(("left", "right", "outcome"), KLEENE_OR)
def test_any_follows_kleene(left: object, right: object, outcome: bool | None) -> None:
    both = (compile_condition({"any": pair}) for pair in ([left, right], [right, left]))
    assert [condition.outcome(FACTS) for condition in both] == [outcome, outcome]


@pytest.mark.parametrize(("inner", "outcome"), [(TRUE, False), (FALSE, True), (OPEN, None)])
def test_not_follows_kleene(inner: object, outcome: bool | None) -> None:
    assert compile_condition({"not": inner}).outcome(FACTS) is outcome


def test_several_paths_in_a_mapping_must_all_hold() -> None:
    condition = compile_condition({"a": 1, "b": 2})
    assert [condition.outcome({"a": 1, "b": b}) for b in (2, 3)] == [True, False]


def test_several_operators_on_a_path_must_all_hold() -> None:
    condition = compile_condition({"a": {"at_least": 1, "less_than": 5}})
    assert [condition.outcome({"a": a}) for a in (1, 5, 0)] == [True, False, False]


def test_compositions_and_paths_may_stand_in_one_mapping() -> None:
    condition = compile_condition({"a": 1, "any": [{"b": 1}, {"c": 1}], "not": {"d": 1}})
    assert condition.outcome({"a": 1, "b": 2, "c": 1, "d": 2}) is True


LEAVES = st.sampled_from(["a", "b", "c", "d"]).flatmap(
    lambda path: st.sampled_from([{path: True}, {path: False}, {path: {"known": True}}])
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=12,
)
TRUTHS = st.fixed_dictionaries({path: st.sampled_from([True, False, None]) for path in "abcd"})


@given(CONDITIONS, TRUTHS)
@settings(deadline=None)
def test_trace_and_fast_outcome_never_differ(
    node: Mapping[str, object], facts: Mapping[str, object]
) -> None:
    condition = compile_condition(node)
    assert condition.evaluate(facts).outcome is condition.outcome(facts)


@given(CONDITIONS, TRUTHS, TRUTHS)
@settings(deadline=None)
def test_a_decided_outcome_stands_whatever_else_becomes_known(
    node: Mapping[str, object], facts: Mapping[str, object], later: Mapping[str, object]
) -> None:
    # `known` is left out: it is what asks whether anything is known.
    condition = compile_condition(_without_known(node))
    more = {path: later[path] if value is None else value for path, value in facts.items()}
    if condition.outcome(facts) is not None:
        assert condition.outcome(more) is condition.outcome(facts)


@given(CONDITIONS, TRUTHS, TRUTHS)
@settings(deadline=None)
def test_the_missing_facts_settle_an_undetermined_outcome(
    node: Mapping[str, object], facts: Mapping[str, object], later: Mapping[str, object]
) -> None:
    condition = compile_condition(_without_known(node))
    missing = condition.evaluate(facts).missing
    found = {path: bool(later[path]) for path in missing}
    assert (condition.outcome({**facts, **found}) is None) is False


def _without_known(node: object) -> object:
    if isinstance(node, list):
        return [_without_known(each) for each in node]
    if isinstance(node, dict):
        return (
            {key: _without_known(value) for key, value in node.items()}
            if "known" not in node
            else True
        )
    return node


# --- any input ---------------------------------------------------------------------------------

NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "any", "not", "a", "a.b", *OPERATORS]) | st.text(max_size=4),
            inner,
            max_size=3,
        )
    ),
    max_leaves=15,
)


@given(NODES, NODES)
@settings(deadline=None, max_examples=300)
def test_any_form_is_either_compiled_or_explained(node: object, fact: object) -> None:
    condition = _compiled(node)
    if isinstance(condition, ConditionErrors):
        assert condition.problems
    else:
        assert condition.evaluate({"a": fact}).outcome in {True, False, None}


@given(st.sampled_from(COMPARISONS), NODES)
@settings(deadline=None, max_examples=300)
def test_no_fact_makes_a_comparison_fail(
    comparison: tuple[str, object, object, bool | None], fact: object
) -> None:
    operator, operand, _, _ = comparison
    verdict = _evaluated({"a": {operator: operand}}, {"a": fact})
    assert json.loads(canonical.text(verdict.trace))["outcome"] in {"true", "false", "undetermined"}


def _compiled(node: object) -> Condition | ConditionErrors:
    try:
        return compile_condition(node)
    except ConditionErrors as errors:
        return errors


def _evaluated(node: object, facts: Mapping[str, object]) -> Verdict:
    return compile_condition(node).evaluate(facts)
