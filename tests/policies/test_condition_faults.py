"""What the linter reads of a condition, and every fault of a bad one."""

import pytest

from policies.conditions import ConditionErrors, compile_condition
from policies.problems import Problem

# --- what the linter reads ---------------------------------------------------------------------

LINTED = compile_condition(
    {"all": [{"a.b": {"at_least": "PT1H", "known": True}}, {"any": [{"c": "x"}, {"a.b": 1}]}]},
    pointer="/spec/when",
)


def test_every_path_is_listed_once() -> None:
    assert LINTED.paths == {"a.b", "c"}


def test_every_comparison_is_listed_with_its_pointer() -> None:
    assert [(use.path, use.operator, use.operand, use.pointer) for use in LINTED.uses] == [
        ("a.b", "at_least", "PT1H", "/spec/when/all/0/a.b/at_least"),
        ("a.b", "known", True, "/spec/when/all/0/a.b/known"),
        ("c", "equals", "x", "/spec/when/all/1/any/0/c"),
        ("a.b", "equals", 1, "/spec/when/all/1/any/1/a.b"),
    ]


@pytest.mark.parametrize(
    ("operator", "operand", "fits"),
    [
        ("equals", "x", {"text"}),
        ("equals", 1, {"number"}),
        ("equals", True, {"boolean"}),
        ("in", ["x", 1], {"text", "number"}),
        ("at_least", 1, {"number"}),
        ("at_least", "PT1H", {"duration"}),
        ("between", [1, 2], {"number"}),
        ("includes", "x", {"list"}),
        ("matches", "x", {"text"}),
        ("before", "2026-11-22T09:30:00Z", {"instant"}),
    ],
)
def test_a_comparison_says_which_kinds_of_fact_fit(
    operator: str, operand: object, fits: set[str]
) -> None:
    assert compile_condition({"a": {operator: operand}}).uses[0].fits == fits


# --- faults ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "code", "pointer"),
    [
        ({}, "empty-condition", ""),
        ({"all": []}, "empty-condition", "/all"),
        ({"any": []}, "empty-condition", "/any"),
        ({"not": {}}, "empty-condition", "/not"),
        ({"a": {}}, "empty-condition", "/a"),
        ({"all": [{}]}, "empty-condition", "/all/0"),
        (True, "not-a-condition", ""),
        (None, "not-a-condition", ""),
        ("a", "not-a-condition", ""),
        ([{"a": 1}], "not-a-condition", ""),
        ({"all": {"a": 1}}, "not-a-condition", "/all"),
        ({"not": [{"a": 1}]}, "not-a-condition", "/not"),
        ({"a": ["x"]}, "not-a-condition", "/a"),
        ({"a": {"at_leest": 1}}, "unknown-operator", "/a/at_leest"),
        ({"at_least": 1}, "operator-without-path", "/at_least"),
        ({"a b": 1}, "bad-path", "/a b"),
        ({"a..b": 1}, "bad-path", "/a..b"),
        ({"": 1}, "bad-path", "/"),
        ({1: 1}, "bad-path", "/1"),
        ({"a/b": 1}, "bad-path", "/a~1b"),
        ({"a": None}, "bad-operand", "/a"),
        ({"a": "unknown"}, "bad-operand", "/a"),
        ({"a": float("nan")}, "bad-operand", "/a"),
        ({"a": {"equals": ["x"]}}, "bad-operand", "/a/equals"),
        ({"a": {"in": "x"}}, "bad-operand", "/a/in"),
        ({"a": {"in": []}}, "bad-operand", "/a/in"),
        ({"a": {"in": ["x", "unknown"]}}, "bad-operand", "/a/in"),
        ({"a": {"includes": ["x"]}}, "bad-operand", "/a/includes"),
        ({"a": {"includes_any": [["x"]]}}, "bad-operand", "/a/includes_any"),
        ({"a": {"at_least": True}}, "bad-operand", "/a/at_least"),
        ({"a": {"at_least": float("inf")}}, "bad-operand", "/a/at_least"),
        ({"a": {"at_least": "many"}}, "bad-duration", "/a/at_least"),
        ({"a": {"at_least": "P1M"}}, "bad-duration", "/a/at_least"),
        ({"a": {"at_least": "P1Y"}}, "bad-duration", "/a/at_least"),
        ({"a": {"at_least": "P"}}, "bad-duration", "/a/at_least"),
        ({"a": {"at_least": "PT"}}, "bad-duration", "/a/at_least"),
        ({"a": {"at_least": "P999999999W"}}, "bad-duration", "/a/at_least"),
        ({"a": {"between": [1]}}, "bad-operand", "/a/between"),
        ({"a": {"between": [2, 1]}}, "bad-operand", "/a/between"),
        ({"a": {"between": [1, "PT1H"]}}, "bad-operand", "/a/between"),
        ({"a": {"starts_with": ""}}, "bad-operand", "/a/starts_with"),
        ({"a": {"matches": 1}}, "bad-operand", "/a/matches"),
        ({"a": {"matches": "(a"}}, "bad-regex", "/a/matches"),
        ({"a": {"matches": "(?=a)"}}, "bad-regex", "/a/matches"),
        ({"a": {"matches": "a" * 1001}}, "bad-regex", "/a/matches"),
        ({"a": {"matches": "\ud800"}}, "bad-regex", "/a/matches"),
        ({"a": {"before": "2026-11-22"}}, "bad-instant", "/a/before"),
        ({"a": {"before": "2026-11-22T09:30:00"}}, "bad-instant", "/a/before"),
        ({"a": {"after": "2026-02-30T09:30:00Z"}}, "bad-instant", "/a/after"),
        ({"a": {"after": 5}}, "bad-instant", "/a/after"),
        ({"a": {"known": "yes"}}, "bad-operand", "/a/known"),
        ({"a": {"known": 1}}, "bad-operand", "/a/known"),
    ],
)
def test_a_fault_is_named_with_its_pointer_and_what_to_do(
    node: object, code: str, pointer: str
) -> None:
    (problem,) = _problems(node)
    assert (problem.code, problem.pointer, bool(problem.hint)) == (code, pointer, True)


@pytest.mark.parametrize(
    ("node", "named"),
    [
        ({"a": {"at_leest": 1}}, "at_least"),
        ({"a": {"include_any": ["x"]}}, "includes_any"),
        ({"al": [{"a": 1}]}, "all"),
        ({"impact": {"people_affected": 3}}, "impact.people_affected"),
        ({"a": None}, "known: false"),
        ({"a": ["x"]}, "includes_any"),
    ],
)
def test_a_hint_names_what_was_probably_meant(node: object, named: str) -> None:
    (problem,) = _problems(node)
    assert named in problem.hint


def test_every_fault_is_reported_at_once() -> None:
    node = {"all": [{"a": {"at_leest": 1}}, {"any": []}, {"b": {"matches": "("}}, {"c": None}]}
    assert [problem.code for problem in _problems(node)] == [
        "unknown-operator",
        "empty-condition",
        "bad-regex",
        "bad-operand",
    ]


def test_pointers_begin_where_the_condition_stands() -> None:
    with pytest.raises(ConditionErrors) as caught:
        compile_condition({"a": {}}, pointer="/spec/rules/0/when")
    assert caught.value.problems[0].pointer == "/spec/rules/0/when/a"


def test_nesting_is_bounded() -> None:
    node: object = {"a": 1}
    for _ in range(100_000):
        node = {"not": node}
    assert [problem.code for problem in _problems(node)] == ["too-deep"]


def _problems(node: object) -> tuple[Problem, ...]:
    with pytest.raises(ConditionErrors) as caught:
        compile_condition(node)
    return caught.value.problems
