"""The difference between two texts, line by line, as pages show it (pure)."""

from collections.abc import Mapping, Sequence
from difflib import unified_diff
from typing import Final

_CLASSES: Final[Mapping[str, str]] = {"+": "by-added", "-": "by-removed", "@": "by-quiet"}


def of(before: str, after: str) -> Sequence[tuple[str, str]]:
    """(class, line) of a unified difference, without its file names."""
    found = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return [(_CLASSES.get(line[:1], ""), line) for index, line in enumerate(found) if index > 1]
