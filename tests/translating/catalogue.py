"""A language that shows what is translated: each text in brackets. Its catalogue holds what stands
in the source for `makemessages` to find, and nothing else."""

import ast
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import django
from django.utils.translation.template import templatize

from tests.translating.brackets import CODE
from tests.translating.sources import borrowed, modules, templates

#: As `makemessages` looks for them in Python.
CALLS: Final = frozenset({"gettext", "gettext_lazy", "gettext_noop", "_", "ngettext"})
_LITERAL: Final = r"""(u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))"""
#: What `templatize` makes of the tags, for the same search.
_CALL: Final = re.compile(rf"(?:\bn?gettext|\b_)\({_LITERAL}(?:\s*,\s*{_LITERAL})?")
_IN_CONTEXT: Final = re.compile(rf"\bpgettext\({_LITERAL}\s*,\s*{_LITERAL}")
#: Between a context and its text.
_OF: Final = "\4"
_LINES: Final = r'((?:"(?:\\.|[^"\\])*"\n)+)'
_ENTRY: Final = re.compile(rf"^msgid {_LINES}(?:msgid_plural {_LINES})?", re.MULTILINE)
_HEAD: Final = (
    "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
)
_MAGIC: Final = 0x950412DE


def bracketed(text: str) -> str:
    return f"⟦{text}⟧"


def write(folder: Path) -> None:
    """`folder` is for LOCALE_PATHS."""
    file = folder / CODE / "LC_MESSAGES" / "django.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(_compiled({"": _HEAD, **dict(_entries())}))


def _entries() -> Iterator[tuple[str, str]]:
    for texts in {*in_modules(), *in_templates(), *of_frameworks()}:
        yield "\0".join(texts), "\0".join(bracketed(each.rpartition(_OF)[2]) for each in texts)


def in_modules() -> Iterator[tuple[str, ...]]:
    for file in modules():
        yield from _in_module(file)


def _in_module(file: Path) -> Iterator[tuple[str, ...]]:
    for call in calls(ast.parse(file.read_text())):
        count = 2 if called(call) == "ngettext" else 1
        texts = [each.value for each in call.args[:count] if isinstance(each, ast.Constant)]
        if len(texts) == count:
            yield tuple(map(str, texts))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in CALLS:
            yield node


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def in_templates() -> Iterator[tuple[str, ...]]:
    for file in templates():
        yield from _in_template(file)


def _in_template(file: Path) -> Iterator[tuple[str, ...]]:
    calls = templatize(file.read_text())
    for found in _CALL.finditer(calls):
        yield tuple(ast.literal_eval(each) for each in found.groups() if each)
    for found in _IN_CONTEXT.finditer(calls):
        yield (_OF.join(map(ast.literal_eval, found.groups())),)


def of_frameworks() -> Iterator[tuple[str, ...]]:
    """What Django, which comes with catalogues, and the theme translate."""
    for file in borrowed():
        yield from _in_template(file) if file.suffix == ".html" else _in_module(file)
    for file in Path(django.__file__).parent.rglob("locale/en/LC_MESSAGES/django.po"):
        for found in _ENTRY.finditer(file.read_text()):
            texts = tuple(_joined(each) for each in found.groups() if each)
            if texts[0]:
                yield texts


def _joined(lines: str) -> str:
    return "".join(ast.literal_eval(each) for each in lines.strip().splitlines())


def _compiled(entries: Mapping[str, str]) -> bytes:
    """The binary form of GNU gettext: a table of the texts and one of their translations, each of
    (length, offset), sorted by text."""
    pairs = sorted((key.encode(), value.encode()) for key, value in entries.items())
    count, begin = len(pairs), 28
    at = begin + 16 * count
    tables: tuple[list[bytes], list[bytes]] = ([], [])
    data = b""
    for side in (0, 1):
        for pair in pairs:
            tables[side].append(struct.pack("<II", len(pair[side]), at + len(data)))
            data += pair[side] + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, count, begin, begin + 8 * count, 0, at)
    return head + b"".join([*tables[0], *tables[1]]) + data
