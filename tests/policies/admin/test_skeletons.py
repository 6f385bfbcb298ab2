import json
import re
from pathlib import Path
from typing import Any

import pytest

from policies import documents, yaml_source
from policies.admin import skeletons


@pytest.mark.parametrize("kind", documents.KINDS)
def test_there_is_a_whole_example_of_each_kind(kind: str) -> None:
    reading = documents.read(skeletons.example(kind))
    assert reading.problems == ()
    assert reading.document is not None
    assert reading.document.kind == kind


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  version: 1.0.0 # as of 1.0.0", "  version: 1.1.0 # as of 1.0.0"),
        ('  version: "1.0.0"', '  version: "1.1.0"'),
        ("  'version' :   '1.0.0'", "  'version' :   '1.1.0'"),
    ],
)
def test_only_the_number_changes(line: str, expected: str) -> None:
    text = f"# 1.0.0\nkind: X\nmetadata:\n  name: x\n{line}\nspec: 1.0.0\n"
    assert skeletons.renumbered(text, "1.1.0") == text.replace(line, expected)


def test_a_text_without_a_number_stays_as_it_is() -> None:
    assert skeletons.renumbered("kind: X\n", "1.1.0") == "kind: X\n"


def put(node: Any, place: str, part: Any) -> None:
    """Add a list to the list at the place, or a mapping to the mapping."""
    *above, last = re.findall(r"[a-z_]+|\d+", place)
    for step in above:
        node = node[int(step)] if step.isdigit() else node[step]
    node[last] = (
        [*node.get(last, []), *part] if isinstance(part, list) else node.get(last, {}) | part
    )


@pytest.mark.parametrize("kind", documents.KINDS)
def test_each_part_fits_where_it_says(kind: str) -> None:
    for piece in skeletons.pieces(kind):
        whole: Any = yaml_source.read(skeletons.example(kind)).data
        put(whole, piece.place, yaml_source.read(piece.text).data)
        assert documents.read(json.dumps(whole)).problems == (), piece.title


def test_parts_are_of_a_kind_that_there_is() -> None:
    files = Path(skeletons.__file__).parent.glob("pieces/*.yaml")
    assert {file.name.partition(".")[0] for file in files} <= set(skeletons.KINDS)
    assert skeletons.pieces("Nothing") == ()
