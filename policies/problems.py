"""What is wrong in a policy document, said so that its author can put it right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

SHOWN = 60
"""How many characters of an author's own text a message repeats."""
MANY_NAMES = 300


@dataclass(frozen=True)
class Problem:
    """One finding in a policy document.

    `code` is stable and kebab-case; `pointer` is a JSON pointer (RFC 6901) into the document;
    `line` and `column` count from 1, 0 is unknown; `path` is the file; `hint` says what to do.
    """

    code: str
    message: str
    pointer: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    hint: str = ""

    def as_dict(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "pointer": self.pointer,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "hint": self.hint,
        }


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name closest to `word`, or None when nothing is near.

    Case and the choice between hyphen and underscore do not count as differences. Among very many
    names only those with the same first letter are compared, because comparing takes its time.
    """
    if len(word) > SHOWN:
        return None
    names = {_folded(name): name for name in sorted(known)}
    if len(names) > MANY_NAMES:
        same = [name for name in names if name[:1] == _folded(word)[:1]]
        names = {name: names[name] for name in same[:MANY_NAMES]}
    found = get_close_matches(_folded(word), names, n=1)
    return names[found[0]] if found else None


def below(pointer: str, step: str | int) -> str:
    """The JSON pointer one step below `pointer`, with `~` and `/` escaped as RFC 6901 asks."""
    return f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}"


def quoted(text: object) -> str:
    """`text` in quotes, cut to a length fit for a message."""
    shown = str(text)
    return f"“{shown}”" if len(shown) <= SHOWN else f"“{shown[:SHOWN]}…”"


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_")
