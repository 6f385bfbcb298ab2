from typing import Any

import pytest

from governance.console import values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "—"),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (["a", "b"], "a, b"),
        ([], "none"),
        ({}, "none"),
        ("öffentlich", "öffentlich"),
    ],
)
def test_a_value_reads_as_a_person_would_write_it(value: Any, expected: str) -> None:
    assert values.words(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": {"b": 1, "c": None}}, [("a.b", "1"), ("a.c", "—")]),
        ({"a": ["x", "y"]}, [("a", "x, y")]),
        ({"a": [{"b": 1}, {"b": 2}]}, [("a[0].b", "1"), ("a[1].b", "2")]),
        ({"a": {}}, [("a", "none")]),
    ],
)
def test_every_leaf_becomes_a_row(value: Any, expected: list[tuple[str, str]]) -> None:
    assert list(values.rows(value)) == expected


def test_pretty_json_keeps_letters_of_every_script() -> None:
    assert values.pretty({"b": "ж", "a": 1}) == '{\n  "a": 1,\n  "b": "ж"\n}'
