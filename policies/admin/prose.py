"""A policy in words: the lines of its documentation page, as HTML (pure but for escaping)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString

from policies import pack_pages
from policies.documents import Document

_HEADING: Final = re.compile(r"(#{2,5}) (.*)")
_BULLET: Final = re.compile(r"( *)- (.*)")
_CELL: Final = re.compile(r"(?<!\\)\|")
_CODE: Final = re.compile(r"`([^`]+)`")
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")
_LINK: Final = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")


def html(document: Document, moments: Mapping[str, str]) -> SafeString:
    """`moments` are the titles of moments by id. Everything that an author wrote is escaped."""
    blocks = groupby(pack_pages.of(document, moments), key=_kind)
    # Each part below was escaped when it was made.
    return SafeString("".join(_block(kind, list(block)) for kind, block in blocks if kind))


def _kind(line: str) -> str:
    """Empty for the line between two blocks."""
    if not line:
        return ""
    if line.startswith("|"):
        return "table"
    return "list" if _BULLET.fullmatch(line) else "text"


def _block(kind: str, lines: list[str]) -> str:
    match kind:
        case "table":
            return _table(lines)
        case "list":
            return f'<ul class="by-bullets">{"".join(map(_bullet, lines))}</ul>'
        case _:
            return "".join(map(_text, lines))


def _text(line: str) -> str:
    heading = _HEADING.fullmatch(line)
    if heading is None:
        return f"<p>{_inline(line)}</p>"
    return f"<h4>{_inline(heading[2])}</h4>"


def _bullet(line: str) -> str:
    found = _BULLET.fullmatch(line)
    depth, text = (len(found[1]) // 2, found[2]) if found else (0, line)
    return f'<li class="by-depth-{min(depth, 5)}">{_inline(text)}</li>'


def _table(lines: list[str]) -> str:
    """The second line only divides the head from the rows. One without names in its head is a list
    of names and values."""
    head, _, *rows = (_cells(line) for line in lines)
    if not any(head):
        return f'<dl class="by-pairs">{"".join(_pair(*row) for row in rows)}</dl>'
    shown = "".join(f"<th>{_inline(each)}</th>" for each in head)
    body = "".join(_row(row, head) for row in rows)
    return (
        '<div class="by-scroll"><table class="by-table by-stacked">'
        f"<thead><tr>{shown}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _pair(name: str, *values: str) -> str:
    shown = "<br>".join(_inline(value) for value in values)
    plain = _BOLD.sub(r"\1", name)
    return f"<div><dt>{_inline(plain)}</dt><dd>{shown}</dd></div>"


def _row(cells: Iterable[str], head: list[str]) -> str:
    named = zip(cells, head, strict=False)
    return f"<tr>{''.join(_cell(text, label) for text, label in named)}</tr>"


def _cell(text: str, label: str) -> str:
    inner = f"<div>{_inline(text)}</div>" if text else ""
    return f'<td data-label="{escape(label)}">{inner}</td>'


def _cells(line: str) -> list[str]:
    return [each.strip().replace("\\|", "|") for each in _CELL.split(line.strip())[1:-1]]


def _inline(text: str) -> str:
    return "".join(_spans(text))


def _spans(text: str) -> Iterator[str]:
    """What stands between backquotes is as it is; the rest may be bold, linked or broken."""
    for index, part in enumerate(_CODE.split(text)):
        escaped = str(escape(part))
        if index % 2:
            yield f"<code>{escaped}</code>"
        else:
            linked = _LINK.sub(r'<a class="by-link" rel="noreferrer" href="\2">\1</a>', escaped)
            yield _BOLD.sub(r"<strong>\1</strong>", linked).replace("&lt;br&gt;", "<br>")
