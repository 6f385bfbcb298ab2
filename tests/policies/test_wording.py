from typing import Any

import pytest

from policies import shipped, wording
from policies.conditions.operators import OPERATORS


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"system.risk_class": "high"}, "system › risk class is high"),
        ({"personal_data.breach": True}, "personal data › breach: yes"),
        ({"provider.reached": False}, "provider › reached: no"),
        ({"harms": {"includes": "serious_injury"}}, "harms include serious injury"),
        ({"harms": {"includes_any": ["a", "b", "c"]}}, "harms include a, b or c"),
        ({"harms": {"includes_all": ["a", "b"]}}, "harms include a and b"),
        ({"harms": {"includes_any": ["a"]}}, "harms include a"),
        ({"x": {"equals": "a"}}, "x is a"),
        ({"x": {"not_equals": "a"}}, "x is not a"),
        ({"x": {"in": ["a", "b"]}}, "x is a or b"),
        ({"x": {"not_in": ["a", "b"]}}, "x is neither a nor b"),
        ({"x": {"at_least": 100}}, "x is at least 100"),
        ({"x": {"more_than": 10000}}, "x is more than 10,000"),
        ({"x": {"at_most": 3}}, "x is at most 3"),
        ({"x": {"less_than": "P3D"}}, "x is less than P3D"),
        ({"x": {"between": [1, 5]}}, "x is between 1 and 5"),
        ({"x": {"starts_with": "AB"}}, "x begins with “AB”"),
        ({"x": {"matches": "^A"}}, "x matches the pattern “^A”"),
        ({"x": {"known": True}}, "x: known"),
        ({"x": {"known": False}}, "x: not known"),
        ({"x": {"known": True, "equals": True}}, "x: yes (if stated)"),
        (
            {"x": {"known": True, "at_least": 1, "at_most": 5}},
            "x is at least 1 and x is at most 5 (if stated)",
        ),
        ({"moments.fix_available": {"known": True}}, "the moment “fix available”: recorded"),
        ({"moments.fix_available": {"known": False}}, "the moment “fix available”: not recorded"),
        ({"system.high_risk_basis": "annex_iii"}, "system › high risk basis is Annex III"),
        ({"ai_act.risk_in_use": True}, "AI act › risk in use: yes"),
        (
            {"moments.fix_available": {"before": "2027-01-01T00:00:00Z"}},
            "the moment “fix available” is before 2027-01-01T00:00:00Z",
        ),
        ({"x": {"at_least": 1, "at_most": 5}}, "x is at least 1 and x is at most 5"),
        ({"a": 1, "b": 2}, "a is 1 and b is 2"),
        ({"not": {"a": 1}}, "not (a is 1)"),
        ({"any": [{"a": 1}, {"b": 2}]}, "a is 1 or b is 2"),
        ({"any": [{"a": 1, "b": 2}, {"c": 3}]}, "(a is 1 and b is 2) or c is 3"),
        ({"all": [{"a": 1}, {"any": [{"b": 2}, {"c": 3}]}]}, "a is 1 and (b is 2 or c is 3)"),
        ({"a": 1, "any": [{"b": 2}, {"c": 3}]}, "a is 1 and (b is 2 or c is 3)"),
        ({"any": [{"a": 1}]}, "a is 1"),
        ({"x": {"wobbles": "much"}}, "x wobbles much"),
        (None, "always"),
    ],
)
def test_a_condition_reads_as_a_sentence(condition: Any, expected: str) -> None:
    assert wording.sentence(condition) == expected


def test_an_outline_puts_a_composition_above_its_parts() -> None:
    condition = {"a": 1, "any": [{"b": 2}, {"not": {"c": 3}}]}
    assert list(wording.outline(condition)) == [
        (0, "All of these:"),
        (1, "a is 1"),
        (1, "At least one of these:"),
        (2, "b is 2"),
        (2, "Not:"),
        (3, "c is 3"),
    ]


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_every_operator_has_words_of_its_own(name: str) -> None:
    lists = {"in", "not_in", "includes_any", "includes_all"}
    operand: Any = {"between": [1, 2], "known": True}.get(name, ["a"] if name in lists else "a")
    shown = wording.sentence({"x": {name: operand}})
    assert "[" not in shown
    assert "_" not in shown


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"hours": 72}, "72 hours"),
        ({"hours": 1}, "1 hour"),
        ({"business_days": 4}, "4 business days"),
        ({"months": 1}, "1 month"),
        ({"counting": "elapsed"}, ""),
    ],
)
def test_a_period_reads_as_a_number_with_its_unit(raw: Any, expected: str) -> None:
    assert wording.period(raw) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 hours", "1 hour"),
        ("1 business days", "1 business day"),
        ("11 days", "11 days"),
        ("promptly", "promptly"),
        ("", ""),
    ],
    ids=["one", "two-words", "many", "no-number", "nothing"],
)
def test_a_period_that_a_clock_keeps_has_its_number(text: str, expected: str) -> None:
    assert wording.kept(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT15M", "15 minutes"),
        ("PT1H", "1 hour"),
        ("P10D", "10 days"),
        ("P1DT12H", "1 day 12 hours"),
        ("P2W", "2 weeks"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_a_duration_reads_as_numbers_with_units(text: str, expected: str) -> None:
    assert wording.duration(text) == expected


def test_no_condition_of_a_shipped_pack_reads_as_yaml() -> None:
    shown = [
        wording.sentence(node)
        for document, _ in shipped.load([shipped.DIRECTORY])
        for node in conditions(document.data)
    ]
    assert shown
    assert [text for text in shown if "{" in text or "[" in text] == []


def conditions(node: Any) -> list[Any]:
    if isinstance(node, list):
        return [found for each in node for found in conditions(each)]
    if not isinstance(node, dict):
        return []
    here = [node[key] for key in ("when", "applies_when") if key in node]
    return here + [found for each in node.values() for found in conditions(each)]
