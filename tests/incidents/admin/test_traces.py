from typing import Any

import pytest

from incidents.admin import traces


def comparison(**changes: Any) -> dict[str, Any]:
    plain = {"path": "a.b", "operator": "equals", "operand": True, "saw": True, "outcome": "true"}
    return {**plain, **changes}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "a.b is yes — yes"),
        ({"saw": None, "outcome": "undetermined"}, "a.b is yes — not known"),
        ({"operator": "at_least", "operand": 10, "saw": 3}, "a.b is at least 10 — 3"),
        ({"operator": "includes", "operand": "x", "saw": []}, "a.b includes x — none"),
        ({"operator": "in", "operand": ["x", "y"], "saw": "x"}, "a.b is one of x, y — x"),
        ({"operator": "new_one", "operand": "x", "saw": "x"}, "a.b new one x — x"),
    ],
)
def test_a_comparison_reads_as_a_sentence(changes: dict[str, Any], expected: str) -> None:
    assert traces.step(comparison(**changes)).text == expected


def test_a_long_operand_is_cut() -> None:
    found = traces.step(comparison(operator="in", operand=[str(n) for n in range(31)], saw="1"))
    assert "7 and 23 more" in found.text


def test_a_composition_holds_its_parts() -> None:
    found = traces.step(
        {"any": [comparison(), {"not": comparison(), "outcome": "false"}], "outcome": "true"}
    )
    assert [part.text for part in found.parts] == ["a.b is yes — yes", "not"]


def test_a_note_is_kept() -> None:
    assert traces.step(comparison(note="This is text.")).note == "This is text."
