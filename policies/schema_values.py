"""Reading a JSON Schema for the values that it allows, as far as checks of policies need it (pure).

What a schema says in ways not read here makes its values wider, never narrower: a check that builds
on this may miss a mistake but never invents one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, get_args

from policies.conditions import Kind, kind
from policies.report_schema import PERSONAL, resolved

ALL_KINDS: Final[frozenset[Kind]] = frozenset(get_args(Kind))
_TYPES: Final[Mapping[str, Kind]] = {
    "string": "text",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "array": "list",
    "object": "object",
}
_FORMATS: Final[Mapping[str, Kind]] = {"date-time": "instant", "duration": "duration"}
_CHOICES: Final = ("anyOf", "oneOf")
_COMPOSED: Final = ("allOf", *_CHOICES)
#: How many schemas one may be composed of; what is composed of more is not read.
_MOST: Final = 50


@dataclass(frozen=True)
class Values:
    """`terms` are the only possible values, None when there are others. The rest are the bounds of
    numbers and texts, None for none; `whole` numbers have no fraction."""

    kinds: frozenset[Kind]
    terms: tuple[object, ...] | None = None
    least: float | None = None
    most: float | None = None
    whole: bool = False
    longest: int | None = None
    pattern: str | None = None


ANYTHING: Final = Values(ALL_KINDS)


@dataclass(frozen=True, eq=False)
class Node:
    """A schema with the root that its references start from. With `own_roots` each property is a
    schema of its own, whose references start from itself. `marked`: what leads to it is personal.
    """

    schema: Mapping[str, Any]
    root: Mapping[str, Any]
    own_roots: bool = False
    marked: bool = False

    @property
    def personal(self) -> bool:
        """Whether it may be about a person, as it stands or as part of what may."""
        return self.marked or any(each.get(PERSONAL) is True for each in self._parts)

    def text(self, key: str) -> str:
        return str(self.schema.get(key, "")).strip()

    def names(self) -> list[str]:
        """The names that an object is known to have."""
        return list(dict.fromkeys(name for each in self._parts for name in _properties(each)))

    def child(self, name: str) -> "Node | None":
        """What stands at `name` of an object; None when nothing can."""
        for each in self._parts:
            if name in (properties := _properties(each)):
                return self._node(properties[name])
        if "object" not in self.values.kinds:
            return None
        more = [each.get("additionalProperties", True) for each in self._parts]
        if False in more:
            return None
        given = next((each for each in more if isinstance(each, Mapping)), {})
        return self._node(given)

    @cached_property
    def values(self) -> Values:
        return _values(self.schema, self.root)

    @cached_property
    def items(self) -> Values | None:
        """The elements, if it is a list."""
        if "list" not in self.values.kinds or self.values.kinds == ALL_KINDS:
            return None
        listed = [each["items"] for each in self._parts if "items" in each]
        return _values(resolved(self.root, listed[0]), self.root) if listed else ANYTHING

    @cached_property
    def _parts(self) -> list[Mapping[str, Any]]:
        """The schema, and those that it is composed of."""
        parts = (part for key in _COMPOSED for part in _within(self.schema, self.root, key))
        return [self.schema, *parts]

    def _node(self, schema: Any) -> "Node":
        root = schema if self.own_roots and isinstance(schema, Mapping) else self.root
        marked = isinstance(schema, Mapping) and schema.get(PERSONAL) is True
        return Node(resolved(root, schema), root, marked=marked or self.personal)


def _values(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Values:
    found = _own(schema)
    for key in _CHOICES:
        if options := [_own(each) for each in _within(schema, root, key)]:
            found = _narrowed(found, _either(options))
    for each in _within(schema, root, "allOf"):
        found = _narrowed(found, _own(each))
    return found


def _own(schema: Mapping[str, Any]) -> Values:
    terms = schema.get("enum", [schema["const"]] if "const" in schema else None)
    kinds = _kinds(schema)
    if terms is not None and kinds.isdisjoint(_FORMATS.values()):
        kinds &= {kind(each) for each in terms}
    exclusive = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    return Values(
        kinds=kinds,
        terms=tuple(each for each in terms if not isinstance(each, list | Mapping))
        if terms is not None
        else None,
        least=schema.get("minimum", exclusive[0]),
        most=schema.get("maximum", exclusive[1]),
        whole=schema.get("type") == "integer",
        longest=schema.get("maxLength"),
        pattern=schema.get("pattern"),
    )


def _kinds(schema: Mapping[str, Any]) -> frozenset[Kind]:
    given = schema.get("type")
    if given is None and isinstance(schema.get("properties"), Mapping):
        return frozenset({"object"})
    if given is None:
        terms = schema.get("enum", [schema["const"]] if "const" in schema else None)
        return ALL_KINDS if terms is None else frozenset(kind(each) for each in terms)
    names = [given] if isinstance(given, str) else given
    kinds = frozenset(_TYPES[name] for name in names if name in _TYPES)
    form = _FORMATS.get(schema.get("format", ""))
    return kinds - {"text"} | {form} if form and "text" in kinds else kinds


def _either(options: list[Values]) -> Values:
    """What one of several schemas allows."""
    kinds = frozenset(kind for each in options for kind in each.kinds)
    if any(each.terms is None for each in options):
        return Values(kinds)
    return Values(kinds, tuple(term for each in options for term in each.terms or ()))


def _narrowed(one: Values, other: Values) -> Values:
    terms = one.terms if one.terms is not None else other.terms
    if one.terms is not None and other.terms is not None:
        terms = tuple(term for term in one.terms if term in other.terms)
    return Values(
        kinds=one.kinds & other.kinds,
        terms=terms,
        least=one.least if one.least is not None else other.least,
        most=one.most if one.most is not None else other.most,
        whole=one.whole or other.whole,
        longest=one.longest if one.longest is not None else other.longest,
        pattern=one.pattern or other.pattern,
    )


def _within(
    schema: Mapping[str, Any], root: Mapping[str, Any], key: str
) -> list[Mapping[str, Any]]:
    listed = schema.get(key)
    if not isinstance(listed, list) or len(listed) > _MOST:
        return []
    return [resolved(root, each) for each in listed]


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, Mapping) else {}
