"""JSON as rows and as text that people read (pure)."""

import json
from collections.abc import Iterator, Mapping


def pretty(value: object, *, sort: bool = True) -> str:
    """Indented, letters of every script as they are."""
    return json.dumps(value, indent=2, sort_keys=sort, ensure_ascii=False)


def rows(value: object) -> Iterator[tuple[str, str]]:
    """(dotted path, text) of every leaf, in the order of the document."""
    for path, leaf in leaves(value):
        yield path, words(leaf)


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """(dotted path, value) of every leaf, in the order of the document. A list of plain values is
    one leaf."""
    match value:
        case Mapping() if value:
            for name, inner in value.items():
                yield from leaves(inner, f"{path}.{name}" if path else str(name))
        case list() if any(isinstance(item, Mapping | list) for item in value):
            for index, item in enumerate(value):
                yield from leaves(item, f"{path}[{index}]")
        case _:
            yield path, value


def words(value: object) -> str:
    """One plain value, or a list of them, as a person would write it."""
    match value:
        case None:
            return "—"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(words(item) for item in value) if value else "none"
        case Mapping():
            return "none" if not value else json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)
