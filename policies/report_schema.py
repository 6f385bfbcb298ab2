"""The report schema of a release: the base taxonomy's and what the others add (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

import jsonschema_rs

from policies.documents import Document
from policies.problems import Problem, below

#: Keywords that say nothing about which values are valid.
ANNOTATIONS: Final = frozenset(
    {"title", "description", "$comment", "examples", "default", "personal"}
)
#: Marks a property that may be about a person (see `personal_facts`).
PERSONAL: Final = "personal"

#: What a report says of itself as a signal, unless a taxonomy has a fact of that name.
SIGNAL: Final = "signal"
_SIGNAL: Final = {
    "type": "object",
    "description": "Reports of one system with one fingerprint are counted on one open incident.",
    "additionalProperties": False,
    "required": ["fingerprint"],
    "properties": {
        "fingerprint": {
            "type": "string",
            "description": "By what the sender knows that it is the same trouble again.",
            "minLength": 1,
            "maxLength": 200,
        },
        "observed_at": {
            "type": "string",
            "description": "When it was seen; when the report came in, unless said.",
            "format": "date-time",
        },
        "count": {
            "type": "integer",
            "description": "How often it was seen since the report before; once, unless said.",
            "minimum": 1,
            "maximum": 1_000_000,
        },
    },
}

#: More bytes for a compiled pattern take tenths of a second to fill.
_PATTERNS: Final = jsonschema_rs.RegexOptions(size_limit=1 << 18)

Schema = dict[str, Any]


@dataclass
class Merged:
    """`origins` maps the dotted path of each added fact to the identity of the document that added
    it; what is not there comes from the base. `problems` name their document in `path`."""

    schema: Schema
    origins: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def base(documents: Iterable[Document]) -> Document | None:
    """The one taxonomy that gives the report; the first, when there are several."""
    return next((each for each in taxonomies(documents) if each.spec.report is not None), None)


def merged(documents: Sequence[Document]) -> Merged:
    """The schema that a report must fit, and the facts that two taxonomies define differently."""
    ground = base(documents)
    made = Merged(deepcopy(dict(ground.spec.report)) if ground else {"type": "object"})
    for document in taxonomies(documents):
        for name, fact in document.spec.adds.report.items():
            pointer = below("/spec/adds/report", name)
            _add(made, made.schema, name, fact, _Place(document.identity, name, pointer))
        _add_moments(made, document)
    return made


def with_signal(schema: Schema) -> Schema:
    """The schema of what is sent: a report may say by what its sender knows the same trouble, when
    it was seen and how often. That is no fact of an incident, and no condition reads it."""
    properties = {**schema.get("properties", {}), SIGNAL: _SIGNAL}
    return {**schema, "properties": properties}


def taxonomies(documents: Iterable[Document]) -> tuple[Document, ...]:
    found = [document for document in documents if document.kind == "Taxonomy"]
    return tuple(sorted(found, key=lambda document: document.identity))


def validator(schema: Mapping[str, Any]) -> Any:
    """Never fetches: a `$ref` to elsewhere is a ValueError, as is a schema or a pattern that cannot
    be used. Its regular expressions run in linear time, because reports come from outside."""
    return jsonschema_rs.Draft202012Validator(
        dict(schema), validate_formats=True, offline=True, pattern_options=_PATTERNS
    )


def has_title(schema: Mapping[str, Any]) -> bool:
    """What every reader of a report relies on: it requires incident.title and system."""
    properties = schema.get("properties")
    incident = resolved(schema, properties.get("incident")) if properties else {}
    required = {*schema.get("required", [])}
    return {"incident", "system"} <= required and "title" in incident.get("required", [])


def same(one: Any, other: Any) -> bool:
    """Whether two schemas differ in annotations only."""
    return bool(_plain(one) == _plain(other))


def resolved(root: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    """`node`, or what its `$ref` within `root` leads to; {} where a reference leads nowhere, out of
    the schema or in a circle."""
    seen: set[str] = set()
    while isinstance(node, Mapping) and isinstance(reference := node.get("$ref"), str):
        if reference in seen or not (reference == "#" or reference.startswith("#/")):
            return {}
        seen.add(reference)
        node = _target(root, reference)
    return node if isinstance(node, Mapping) else {}


@dataclass(frozen=True)
class _Place:
    """Who adds a fact, its dotted path and the pointer of its definition."""

    identity: str
    path: str
    pointer: str

    def under(self, name: str) -> "_Place":
        pointer = below(below(self.pointer, "properties"), name)
        return _Place(self.identity, f"{self.path}.{name}", pointer)


def _add(made: Merged, into: Schema, name: str, fact: Mapping[str, Any], place: _Place) -> None:
    """Define `name` under the object schema `into`, or add to what it is there already."""
    properties = into.setdefault("properties", {})
    if name not in properties:
        properties[name] = _closed(fact)
        made.origins[place.path] = place.identity
        return
    present = deepcopy(resolved(made.schema, properties[name]))
    if not present and isinstance(properties[name], Mapping) and "$ref" in properties[name]:
        return  # a reference to nothing, of which the use of the schema will tell
    if not (isinstance(present, dict) and _is_object(present) and _is_object(fact)):
        if not same(present, fact):
            made.problems.append(_twice(place))
        elif isinstance(fact, Mapping) and fact.get(PERSONAL) is True:
            properties[name] = {**present, PERSONAL: True}  # who is more careful counts
        return
    properties[name] = present
    for inner, schema in fact.get("properties", {}).items():
        _add(made, present, inner, schema, place.under(inner))
    if required := {*present.get("required", []), *fact.get("required", [])}:
        present["required"] = sorted(required)


def _add_moments(made: Merged, document: Document) -> None:
    """Every moment may be given; one that the base defines already is left as it is."""
    schemas = made.schema.setdefault("properties", {})
    present = dict(deepcopy(resolved(made.schema, schemas.get("moments"))))
    properties = {**present.get("properties", {})}
    for name, title in document.spec.moments.items():
        if name not in properties:
            properties[name] = {"type": "string", "format": "date-time", "description": title}
            made.origins[f"moments.{name}"] = document.identity
    if properties:
        closed = {"type": "object", "additionalProperties": False}
        schemas["moments"] = {**closed, **present, "properties": properties}


def _closed(fact: Any) -> Any:
    """A new object takes the properties that it names and no others."""
    made = deepcopy(fact)
    if not _is_object(made):
        return made
    properties = {name: _closed(inner) for name, inner in made.get("properties", {}).items()}
    return {"type": "object", "additionalProperties": False, **made, "properties": properties}


def _is_object(schema: Any) -> bool:
    """A schema may also be true or false."""
    if not isinstance(schema, Mapping):
        return False
    return schema.get("type") == "object" or isinstance(schema.get("properties"), Mapping)


def _plain(schema: Any) -> Any:
    """`schema` without its annotations, for comparing meaning."""
    if not isinstance(schema, Mapping):
        return schema
    return {key: value for key, value in schema.items() if key not in ANNOTATIONS}


def _twice(place: _Place) -> Problem:
    return Problem(
        "fact-defined-twice",
        f"The fact {place.path!r} is defined differently elsewhere.",
        place.pointer,
        path=place.identity,
        hint="Give both the same JSON Schema, or this one another name.",
    )


def _target(root: Any, reference: str) -> Any:
    """What a JSON pointer in a URI fragment (RFC 6901, 6) leads to; None for nothing."""
    for part in reference.removeprefix("#").split("/")[1:]:
        if not isinstance(root, Mapping):
            return None
        root = root.get(unquote(part).replace("~1", "/").replace("~0", "~"))
    return root
