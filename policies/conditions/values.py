"""What stands at a path of the facts, and how a trace shows it."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

Facts = Mapping[str, object]
Kind = Literal["text", "number", "boolean", "list", "instant", "duration", "object", "other"]

UNKNOWN: Final = "unknown"
LONGEST_SHOWN: Final = 200
"""Characters of a text that a trace repeats; a narrative may be long, and personal."""

_LARGEST_JSON_INTEGER: Final = 2**53 - 1


def kind(value: object) -> Kind:
    """What a fact or an operand is. A bool is no number; infinity and not-a-number are `other`."""
    match value:
        case str():
            return "text"
        case bool():
            return "boolean"
        case int():
            return "number"
        case float():
            return "number" if math.isfinite(value) else "other"
        case list() | tuple() | set() | frozenset():
            return "list"
        case datetime():
            return "instant"
        case timedelta():
            return "duration"
        case Mapping():
            return "object"
        case _:
            return "other"


def lookup(path: str) -> Callable[[Facts], object]:
    """A function that finds the value at a dotted path. It gives None where there is none: the path
    is absent, null or the literal `unknown`, or it leads through something that is no mapping."""
    first, *rest = path.split(".")
    if not rest:
        return lambda facts: _known(facts.get(first))
    if len(rest) == 1:
        return _two_steps(first, rest[0])

    def many_steps(facts: Facts) -> object:
        value: object = facts.get(first)
        for step in rest:
            if not isinstance(value, Mapping):
                return None
            value = value.get(step)
        return _known(value)

    return many_steps


def shown(value: object) -> object:
    """`value` as canonical JSON can hold it, for a trace; long texts and deep lists are cut."""
    match value:
        case None | bool():
            return value
        case str():
            return _shown_text(value)
        case int():
            return value if abs(value) <= _LARGEST_JSON_INTEGER else _shown_text(hex(value))
        case float():
            return value if math.isfinite(value) else str(value)
        case datetime():
            return value.isoformat()
        case list() | tuple():
            return [_shown_item(item) for item in value]
        case set() | frozenset():
            return sorted((_shown_item(item) for item in value), key=str)
        case _:
            return f"({kind(value)})" if not isinstance(value, timedelta) else str(value)


def _two_steps(first: str, second: str) -> Callable[[Facts], object]:
    def two_steps(facts: Facts) -> object:
        inner = facts.get(first)
        if not isinstance(inner, Mapping):
            return None
        value = inner.get(second)
        return None if value == UNKNOWN else value

    return two_steps


def _known(value: object) -> object:
    return None if value == UNKNOWN else value


def _shown_item(item: object) -> object:
    return "(list)" if kind(item) == "list" else shown(item)


def _shown_text(text: str) -> str:
    # A lone surrogate has no UTF-8 form, and canonical JSON is UTF-8.
    cut = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return cut.encode("utf-8", "replace").decode("utf-8")
