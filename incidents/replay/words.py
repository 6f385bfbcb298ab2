"""Finding names by the words of a text: ordered tables of phrases, matched as whole words."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from incidents.replay.record import Chosen

# Name → phrases. `*` ends a word that may go on; ` ~ ` stands for up to sixty characters of the
# same sentence; a space also matches a hyphen, and the other way round.
Phrases = Mapping[str, tuple[str, ...]]

_GAP: Final = r"\b[^.]{1,60}?\b"


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a comma-separated list that may run over several lines."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip())


def first(table: Phrases, text: str, *, where: str) -> Chosen | None:
    """The first name of the table whose phrase stands in `text`; the table's order decides."""
    for name, phrases in table.items():
        if found := _pattern(phrases).search(text):
            return Chosen(name, f"“{found[0]}” in the {where}")
    return None


def every(table: Phrases, text: str, *, where: str) -> Iterable[Chosen]:
    """Every name of the table whose phrase stands in `text`."""
    for name, phrases in table.items():
        if found := _pattern(phrases).search(text):
            yield Chosen(name, f"“{found[0]}” in the {where}")


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(_expression, phrases))})", re.IGNORECASE)


def _expression(phrase: str) -> str:
    return _GAP.join(map(_words, phrase.split(" ~ ")))


def _words(part: str) -> str:
    words = re.split(r"[ -]", part.removesuffix("*"))
    ending = r"\w*" if part.endswith("*") else r"(?!\w)"
    return "[ -]".join(map(re.escape, words)) + ending
