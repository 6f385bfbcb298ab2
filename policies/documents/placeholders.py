"""Texts with placeholders: `{{ path }}`, `{{ path | words | list }}`, `{{ '{{' }}` for the braces.

A template has no conditions, loops or calls: what it can say is what it shows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from policies.problems import Problem, nearest, quoted

FILTERS: Final = ("list", "words", "instant")
_OPENING: Final = "{{"
_CLOSING: Final = "}}"
_PATH: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*")
_LITERAL: Final = re.compile(r"""\{\{ *(?:'(\{\{|\}\})'|"(\{\{|\}\})") *\}\}""")
_HINT: Final = "Write {{ a.path }}; for the braces themselves {{ '{{' }} or {{ '}}' }}."


@dataclass(frozen=True)
class Filter:
    """`argument` is the zone of `instant Europe/Brussels`, else empty."""

    name: str
    argument: str = ""


@dataclass(frozen=True)
class Placeholder:
    """A path into the facts, at `offset` (characters) of the text at `pointer` of the document."""

    path: str
    filters: tuple[Filter, ...]
    pointer: str
    offset: int


@dataclass(frozen=True)
class Text:
    """Literal texts and placeholders in their order."""

    parts: tuple[str | Placeholder, ...]

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        return tuple(part for part in self.parts if isinstance(part, Placeholder))


def text(written: str, pointer: str, found: list[Problem]) -> Text:
    """The parts of a text that stands at `pointer`; what is wrong is added to `found`."""
    return Text(tuple(_parts(written, pointer, found)))


def _parts(written: str, pointer: str, found: list[Problem]) -> Iterator[str | Placeholder]:
    place = 0
    while (opening := written.find(_OPENING, place)) != -1:
        yield from _literal(written, place, opening, pointer, found)
        if literal := _LITERAL.match(written, opening):
            yield literal[1] or literal[2]
            place = literal.end()
            continue
        closing = written.find(_CLOSING, opening + 2)
        inner = written[opening + 2 : closing]
        if closing == -1 or _OPENING in inner or "\n" in inner:
            found.append(
                _problem("unclosed-placeholder", "A {{ is not closed.", written, opening, pointer)
            )
            return
        placeholder = _placeholder(inner, written, opening, pointer, found)
        if placeholder is not None:
            yield placeholder
        place = closing + 2
    yield from _literal(written, place, len(written), pointer, found)


def _literal(
    written: str, start: int, end: int, pointer: str, found: list[Problem]
) -> Iterator[str]:
    stray = written.find(_CLOSING, start, end)
    if stray != -1:
        found.append(
            _problem("unopened-placeholder", "A }} closes nothing.", written, stray, pointer)
        )
    if start < end:
        yield written[start:end]


def _placeholder(
    inner: str, written: str, offset: int, pointer: str, found: list[Problem]
) -> Placeholder | None:
    path, *names = (part.strip() for part in inner.split("|"))
    if not path:
        message = "A placeholder names no fact."
        found.append(_problem("empty-placeholder", message, written, offset, pointer))
        return None
    if not _PATH.fullmatch(path):
        message = f"{quoted(path)} is not a dotted path of names."
        found.append(_problem("bad-placeholder", message, written, offset, pointer))
        return None
    filters = []
    for name in names:
        read = _filter(name)
        if isinstance(read, Filter):
            filters.append(read)
        else:
            message, hint = read
            found.append(_problem("unknown-filter", message, written, offset, pointer, hint))
    return Placeholder(path, tuple(filters), pointer, offset)


def _filter(written: str) -> Filter | tuple[str, str]:
    """The filter, or the message and hint that say why it is none."""
    name, _, argument = written.partition(" ")
    argument = argument.strip()
    if name not in FILTERS:
        close = nearest(name, FILTERS)
        hint = f"Did you mean {close!r}?" if close else f"Filters: {', '.join(FILTERS)}."
        return f"There is no filter {quoted(name)}.", hint
    if argument and name != "instant":
        return f"The filter {name} takes no argument.", f"Write | {name}."
    if argument and not _is_zone(argument):
        return f"There is no zone {quoted(argument)}.", "An IANA name such as Europe/Brussels."
    return Filter(name, argument)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _problem(
    code: str, message: str, written: str, offset: int, pointer: str, hint: str = _HINT
) -> Problem:
    line = written.count("\n", 0, offset) + 1
    place = f" (line {line} of the text)" if "\n" in written.rstrip("\n") else ""
    return Problem(code, f"{message[:-1]}{place}.", pointer, hint=hint)
