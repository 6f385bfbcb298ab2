import pytest

from policies import documents
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
