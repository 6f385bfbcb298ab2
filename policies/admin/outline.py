"""The outline of a policy text: what stands in it and on which line (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from policies import wording
from policies.problems import below
from policies.yaml_source import Source

_DEEPEST: Final = 4
#: How many entries one list is shown with.
_MOST: Final = 200
#: What names an entry of a list, the best first.
_NAMES: Final = ("title", "name", "example", "id", "text", "level", "date", "after")


@dataclass(frozen=True)
class Entry:
    """`line` and `column` count from 1; `depth` from 0."""

    depth: int
    text: str
    line: int
    column: int


def of(source: Source) -> list[Entry]:
    """Of a text with mistakes, what could be read of it."""
    data = source.data if source.data is not None else source.salvaged
    spec = data.get("spec") if isinstance(data, Mapping) else None
    return [*_metadata(data, source), *_below(spec, "/spec", 0, source)]


def _metadata(data: Any, source: Source) -> Iterator[Entry]:
    held = data.get("metadata") if isinstance(data, Mapping) else None
    if isinstance(held, Mapping):
        title = held.get("title") or held.get("name") or gettext("Metadata")
        yield _entry(0, str(title), "/metadata", source)


def _below(node: Any, pointer: str, depth: int, source: Source) -> Iterator[Entry]:
    """What stands in it, of mappings and lists only what holds more."""
    if depth >= _DEEPEST:
        return
    if isinstance(node, Mapping):
        for name, value in node.items():
            if isinstance(value, Mapping | list) and value:
                at = below(pointer, str(name))
                yield _entry(depth, wording.words(name).capitalize(), at, source)
                yield from _below(value, at, depth + 1, source)
    elif isinstance(node, list):
        yield from _listed(node, pointer, depth, source)


def _listed(node: Sequence[Any], pointer: str, depth: int, source: Source) -> Iterator[Entry]:
    for index, value in enumerate(node[:_MOST]):
        name = _name(value)
        if name:
            at = below(pointer, index)
            yield _entry(depth, name, at, source)
            inner = {key: each for key, each in value.items() if _holds_names(each)}
            yield from _below(inner, at, depth + 1, source)


def _holds_names(node: Any) -> bool:
    """Below the entry of a list only lists of named entries are worth a line."""
    return isinstance(node, list) and any(_name(each) for each in node)


def _name(node: Any) -> str:
    if not isinstance(node, Mapping):
        return ""
    return next((str(node[key]) for key in _NAMES if isinstance(node.get(key), str)), "")


def _entry(depth: int, text: str, pointer: str, source: Source) -> Entry:
    line, column = source.keys.get(pointer) or source.position(pointer)
    return Entry(depth, text, line, column)
