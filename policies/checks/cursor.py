"""Walking through a document that may be wrong: where something else stands than was asked for,
there is nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from policies.problems import below


@dataclass(frozen=True)
class Cursor:
    """A value of a document and its JSON pointer."""

    value: object
    pointer: str = ""

    def __getitem__(self, key: str) -> "Cursor":
        """The value at `key`; a cursor at nothing, where there is none."""
        inner = self.value.get(key) if isinstance(self.value, dict) else None
        return Cursor(inner, below(self.pointer, key))

    def __bool__(self) -> bool:
        return self.value is not None

    def rows(self) -> Iterator["Cursor"]:
        """The elements of a list."""
        for index, inner in enumerate(self.value if isinstance(self.value, list) else ()):
            yield Cursor(inner, below(self.pointer, index))

    def entries(self) -> Iterator[tuple[str, "Cursor"]]:
        """The entries of a mapping."""
        for key, inner in self.value.items() if isinstance(self.value, dict) else ():
            yield key, Cursor(inner, below(self.pointer, key))

    @property
    def text(self) -> str:
        """The value, if it is a text; else nothing."""
        return self.value if isinstance(self.value, str) else ""
