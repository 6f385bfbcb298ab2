"""Conditions in words (pure)."""

from typing import Any

import pytest

from policies.conditions import OPERATORS, words


@pytest.mark.parametrize(
    ("node", "text"),
    [
        ({"a.b": "x"}, "a.b is x"),
        ({"a": True, "b": {"at_least": 3}}, "a is yes and b is at least 3"),
        ({"a": {"at_least": 3, "less_than": 9}}, "a is at least 3 and a is less than 9"),
        ({"a": {"includes_any": ["x", "y"]}}, "a includes any of x, y"),
        ({"any": [{"a": 1}, {"b": 2}]}, "a is 1 or b is 2"),
        ({"c": 3, "any": [{"a": 1}, {"b": 2}]}, "c is 3 and (a is 1 or b is 2)"),
        ({"any": [{"a": 1, "c": 3}, {"b": 2}]}, "(a is 1 and c is 3) or b is 2"),
        ({"not": {"any": [{"a": 1}, {"b": 2}]}}, "not (a is 1 or b is 2)"),
        ({"all": [{"any": [{"a": 1}, {"b": 2}]}, {"any": [{"c": 1}, {"d": 2}]}]},
         "(a is 1 or b is 2) and (c is 1 or d is 2)"),
        ({"any": [{"all": [{"a": 1}, {"b": 2}]}, {"not": {"c": 3}}]},
         "(a is 1 and b is 2) or not (c is 3)"),
    ],
)  # fmt: skip
def test_a_condition_reads_as_a_sentence(node: Any, text: str) -> None:
    assert words.sentence(node) == text


def test_every_operator_has_its_words() -> None:
    assert words.OPERATORS.keys() == OPERATORS.keys()
