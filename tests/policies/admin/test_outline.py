"""The outline of a text: what stands in it, and where."""

import pytest

from policies.admin import outline
from policies.yaml_source import read

TEXT = """\
kind: ObligationPolicy
metadata: {name: breach, title: Data breach}
spec:
  regime: {title: Breach law}
  duties:
    - id: notify
      title: Notify the authority
      when: {personal_data.breach: true}
      stages:
        - id: initial
    - id: other
"""


def outlined(text: str) -> list[tuple[int, str, int]]:
    return [(each.depth, each.text, each.line) for each in outline.of(read(text))]


def test_it_has_the_title_the_parts_and_what_lists_hold() -> None:
    assert outlined(TEXT) == [
        (0, "Data breach", 2),
        (0, "Regime", 4),
        (0, "Duties", 5),
        (1, "Notify the authority", 6),
        (2, "Stages", 9),
        (3, "initial", 10),
        (1, "other", 11),
    ]


def test_of_a_text_with_mistakes_it_has_what_could_be_read() -> None:
    found = outlined(TEXT.replace("    - id: other\n", "    - id: other\n      id: twice\n"))
    assert (0, "Data breach", 2) in found


@pytest.mark.parametrize("text", ["", "[", "- a", "kind: X\nspec: text", "spec: [1, [2], {3: 4}]"])
def test_nothing_of_what_has_no_parts(text: str) -> None:
    assert outlined(text) == []
