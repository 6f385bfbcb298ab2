"""Findings in policy documents, and the nearest valid name."""

import pytest

from policies.problems import Problem, below, nearest, quoted

OPERATORS = ("at_least", "at_most", "includes_any", "not_equals")


@pytest.mark.parametrize(
    ("word", "close"),
    [
        ("at_leest", "at_least"),
        ("At-Least", "at_least"),
        ("includesany", "includes_any"),
        ("population", None),
        ("", None),
        ("x" * 1_000_000, None),
    ],
)
def test_the_nearest_name_is_offered_only_when_one_is_near(word: str, close: str | None) -> None:
    assert nearest(word, OPERATORS) == close


def test_the_nearest_name_does_not_depend_on_the_order_of_the_known_ones() -> None:
    assert nearest("at_", OPERATORS) == nearest("at_", reversed(OPERATORS))


def test_a_pointer_escapes_what_rfc_6901_reserves() -> None:
    assert below("/spec", "a/b~c") == "/spec/a~1b~0c"


def test_a_message_repeats_only_the_beginning_of_a_long_text() -> None:
    assert len(quoted("x" * 10_000)) < 100


def test_a_problem_is_shown_with_all_its_fields() -> None:
    problem = Problem("bad-path", "No path.", "/spec", 3, 7, "a.yaml", "Name one.")
    assert problem.as_dict() == {
        "code": "bad-path",
        "message": "No path.",
        "pointer": "/spec",
        "line": 3,
        "column": 7,
        "path": "a.yaml",
        "hint": "Name one.",
    }
