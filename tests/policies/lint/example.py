"""A wrong file and a right one for a code of the linter.

A row is an edit of one file of the set (the house of the tests, and `more/`): what stands there is
replaced by the wrong text, and by the right one, which is what stood there unless another is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from policies import documents, lint
from policies.documents import Document

AT: Final = datetime(2026, 11, 22, tzinfo=UTC)
HOUSE: Final = Path(__file__).parents[2] / "data" / "house"
MORE: Final = Path(__file__).parent / "more"
SET: Final = {file.stem: file.read_text() for root in (HOUSE, MORE) for file in root.glob("*.yaml")}


@dataclass(frozen=True)
class Example:
    code: str
    file: str
    old: str
    wrong: str
    right: str = ""

    def files(self, *, wrong: bool) -> dict[str, str | bytes]:
        text = SET[self.file]
        assert self.old in text, self.old
        new = self.wrong if wrong else self.right or self.old
        return {**SET, self.file: text.replace(self.old, new)}


def base() -> list[Document]:
    """The set as documents in force."""
    found = [documents.read(text).document for text in SET.values()]
    return [each for each in found if each is not None]


def found(files: dict[str, str | bytes]) -> list[tuple[str, str]]:
    """(file, code) of every problem."""
    return [(each.path, each.code) for each in lint.lint(files, at=AT).problems]


def rows(file: str, *rows: tuple[str, ...]) -> Iterator[Example]:
    for code, *texts in rows:
        yield Example(code, file, *texts)
