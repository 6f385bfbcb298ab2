"""The few pieces of Markdown that the pages are made of (pure)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from policies import wording

Raw = Mapping[str, Any]


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table without the columns that are empty in every row; nothing without rows."""
    cells = [[cell(value) for value in row] for row in rows]
    kept = [at for at in range(len(headers)) if any(row[at] for row in cells)]
    if not kept:
        return
    yield _row(headers[at] for at in kept)
    yield _row("---" for _ in kept)
    for row in cells:
        yield _row(row[at] for at in kept)
    yield ""


def properties(pairs: Iterable[tuple[str, object]]) -> Iterator[str]:
    """A table of two columns; a pair without a value stays out."""
    yield from table(("", " "), [(f"**{name}**", value) for name, value in pairs if value])


def section(level: int, title: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading over `lines`; nothing if there are none."""
    body = list(lines)
    if body:
        yield f"{'#' * level} {line(title)}"
        yield ""
        yield from body


def paragraph(text: object) -> Iterator[str]:
    if text:
        yield line(text)
        yield ""


def bullets(texts: Iterable[object]) -> Iterator[str]:
    listed = [f"- {line(text)}" for text in texts]
    if listed:
        yield from listed
        yield ""


def condition(node: object) -> Iterator[str]:
    """A condition as nested bullets."""
    for depth, text in wording.outline(node):
        yield f"{'  ' * depth}- {line(text)}"
    yield ""


def link(text: object, url: object) -> str:
    return f"[{line(text)}]({url})" if url else line(text)


def line(text: object) -> str:
    """Any text in one line."""
    return re.sub(r"\s+", " ", str(text)).strip()


def cell(value: object) -> str:
    """A list becomes lines of the cell; what would end a cell is escaped."""
    if value is None or value == "":
        return ""
    if isinstance(value, list | tuple):
        return "<br>".join(filter(None, (cell(each) for each in value)))
    return line(value).replace("|", "\\|")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
