"""What an evaluation leaves behind: the facts that are missing, and the trace."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from governance import canonical
from policies.conditions import Verdict, compile_condition

TRUE, FALSE, OPEN = {"t": True}, {"t": False}, {"u": True}
FACTS: Mapping[str, object] = {"t": True}


@pytest.mark.parametrize(
    ("node", "missing"),
    [
        (OPEN, ("u",)),
        ({"all": [TRUE, OPEN, {"v": 1}]}, ("u", "v")),
        ({"all": [FALSE, OPEN]}, ()),
        ({"any": [TRUE, OPEN]}, ()),
        ({"all": [OPEN, {"any": [TRUE, {"v": 1}]}]}, ("u",)),
        ({"any": [{"all": [FALSE, {"v": 1}]}, {"not": OPEN}]}, ("u",)),
        ({"u": {"known": True}}, ()),
        ({"t": {"at_least": 1}}, ("t",)),
    ],
)
def test_missing_are_the_paths_that_would_settle_it(node: object, missing: tuple[str, ...]) -> None:
    assert _evaluated(node, FACTS).missing == missing


def test_a_comparison_leaves_what_it_saw() -> None:
    assert _evaluated({"a.b": {"at_least": 100}}, {"a": {"b": 7}}).trace == {
        "path": "a.b",
        "operator": "at_least",
        "operand": 100,
        "saw": 7,
        "outcome": "false",
    }


def test_a_composition_leaves_every_part_even_of_a_decided_whole() -> None:
    trace = _evaluated({"any": [{"t": True}, {"not": {"u": 1}}]}, FACTS).trace
    assert trace == {
        "any": [
            {"path": "t", "operator": "equals", "operand": True, "saw": True, "outcome": "true"},
            {
                "not": {
                    "path": "u",
                    "operator": "equals",
                    "operand": 1,
                    "saw": None,
                    "outcome": "undetermined",
                },
                "outcome": "undetermined",
            },
        ],
        "outcome": "true",
    }


def test_a_fact_of_the_wrong_kind_leaves_a_note() -> None:
    trace = _evaluated({"a": {"at_least": 100}}, {"a": "many"}).trace
    assert trace["note"] == "at_least compares number; this is text."


def test_a_partly_unknown_list_leaves_a_note() -> None:
    trace = _evaluated({"a": {"includes": "x"}}, {"a": ["unknown"]}).trace
    assert trace["note"] == "The list holds elements that are unknown or cannot be compared."


def test_an_absent_fact_needs_no_note() -> None:
    assert "note" not in _evaluated({"a": 1}, {}).trace


@pytest.mark.parametrize(
    ("fact", "saw"),
    [
        ("x" * 201, "x" * 200 + "…"),
        (10**20, hex(10**20)),
        (float("inf"), "inf"),
        ("\ud800", "?"),
        ({"b": 1}, "(object)"),
        (frozenset({"b", "a"}), ["a", "b"]),
        (datetime(2026, 11, 22, 9, tzinfo=UTC), "2026-11-22T09:00:00+00:00"),
        (timedelta(hours=1), "1:00:00"),
        ([["a"], "b"], ["(list)", "b"]),
    ],
)
def test_a_trace_holds_only_what_canonical_json_can(fact: object, saw: object) -> None:
    trace = _evaluated({"a": {"known": True}}, {"a": fact}).trace
    assert json.loads(canonical.text(trace))["saw"] == saw


def test_the_same_facts_leave_the_same_bytes() -> None:
    node = {"all": [{"harms": {"includes": "x"}}, {"system.risk_class": "high"}]}
    first, second = ({"harms": harms, "system": {}} for harms in ({"a", "b"}, {"b", "a"}))
    traces = [canonical.text(_evaluated(node, facts).trace) for facts in (first, second)]
    assert traces[0] == traces[1]


def _evaluated(node: object, facts: Mapping[str, object]) -> Verdict:
    return compile_condition(node).evaluate(facts)
