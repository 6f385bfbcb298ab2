"""The texts that stand in a script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"""
    //[^\n]* | /\*.*?\*/
    | (?: (?<=[(,=:\[!&|?{};>]) | (?<=\breturn) )
      \s*/(?![*/]) (?: \\. | \[(?:\\.|[^\]\\])*\] | [^/\\\n] )+ /[a-z]*
    | (?P<string> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' )
    | (?P<sign> [`{}] )
    """,
    re.DOTALL | re.VERBOSE,
)
#: Of a template literal, up to its end or to the next value.
_PIECE: Final = re.compile(r"((?:\\.|[^`\\$]|\$(?!\{))*)(`|\$\{|\Z)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_BEGINS: Final = re.compile(r"[;{}]")


@dataclass(frozen=True)
class Literal:
    """`before` is what stands to the left of it in the same statement."""

    text: str
    before: str
    line: int


def of(source: str) -> Iterator[Literal]:
    """Strings, and the pieces of template literals between their values."""
    at = 0
    values: list[bool] = []  # of each open brace, whether it holds a value of a template
    while found := _TOKEN.search(source, at):
        at = found.end()
        if found["string"]:
            yield _literal(source, found.start(), found["string"][1:-1])
        elif found["sign"] == "{":
            values.append(False)
        elif found["sign"] == "`" or (found["sign"] and values and values.pop()):
            piece = _PIECE.match(source, at)
            assert piece is not None
            yield _literal(source, at, piece[1])
            at = piece.end()
            if piece[2] == "${":
                values.append(True)


def _literal(source: str, at: int, text: str) -> Literal:
    before = _BEGINS.split(source[:at])[-1]
    line = source.count("\n", 0, at) + 1
    return Literal(_ESCAPED.sub(_plain, text), before, line)


def _plain(escaped: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t"}.get(escaped[1], escaped[1])
