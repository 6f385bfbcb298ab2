"""Taxonomy: the facts that a report may and must carry, and the terms that its fields draw on."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

import jsonschema_rs

from policies.documents.document import Kind
from policies.documents.meaning import Problems, twice, unknown_name
from policies.documents.schema import DATE, TEXT, array, mapping, strings
from policies.problems import Problem, below

TERM: Final = mapping(
    {
        # Ids of others stand as they are: GAI-02, AML.TA0000, MEASURE 2.7.
        "id": {"type": "string", "pattern": "^[A-Za-z0-9]([A-Za-z0-9_. -]*[A-Za-z0-9])?$"},
        "title": TEXT,
        "description": TEXT,
        "rmf": array(TEXT),
        "characteristics": array(TEXT),
        "refs": array(TEXT),
    },
    required=("id", "title"),
)

MOMENT: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 64}

#: Where terms that others publish come from, and how well that was checked.
SOURCE: Final = mapping(
    {
        "citation": TEXT,
        "url": TEXT,
        "verified_on": DATE,
        "verification": {"enum": ["verified", "secondary", "unverified"]},
        "note": TEXT,
    },
    required=("citation", "verified_on", "verification"),
)

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
META_SCHEMA: Final = jsonschema_rs.Draft202012Validator({"$ref": DRAFT}, offline=True)

MOST_TERMS: Final = 100_000

#: Facts by name, each with its JSON Schema.
FACTS: Final = {
    "type": "object",
    "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_-]*$"},
    "additionalProperties": {"type": "object"},
}

SPEC: Final = mapping(
    {
        "terms": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z0-9_.-]+$"},
            "additionalProperties": array(TERM, least=1),
        },
        "moments": array(
            mapping({"id": MOMENT, "title": TEXT, "description": TEXT}, required=("id", "title"))
        ),
        "report": {"type": "object"},
        "adds": mapping({"report": FACTS, "system": FACTS, "organisation": FACTS}),
        "licence": TEXT,
        "attribution": TEXT,
        "source": SOURCE,
    },
)


@dataclass(frozen=True)
class Term:
    id: str
    title: str
    description: str
    rmf: tuple[str, ...]
    characteristics: tuple[str, ...]


@dataclass(frozen=True)
class Adds:
    """Facts by name, each with its JSON Schema: what a report may carry besides, and what the
    register may state of a system and of the organisation."""

    report: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    system: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    organisation: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Taxonomy:
    """`report` is a JSON Schema (draft 2020-12), None for a side taxonomy. In it and in `adds` our
    keyword `terms` is already resolved to an `enum` of the term ids."""

    terms: Mapping[str, tuple[Term, ...]]
    moments: Mapping[str, str]
    report: Mapping[str, Any] | None
    adds: Adds = Adds()


def parse(spec: Mapping[str, Any]) -> tuple[Taxonomy, list[Problem]]:
    terms = {
        name: tuple(_term(raw) for raw in raws) for name, raws in spec.get("terms", {}).items()
    }
    found = Problems()
    for name, listed in terms.items():
        at = f"{below('/spec/terms', name)}/{{}}/id"
        found.extend(twice("term", [term.id for term in listed], at))
    ids = {name: [term.id for term in listed] for name, listed in terms.items()}
    report = deepcopy(spec.get("report"))
    used = _checked(report, ids, "/spec/report", found) if report is not None else 0
    adds = deepcopy(spec.get("adds", {}))
    for part, facts in adds.items():
        for name, schema in facts.items():
            used += _checked(schema, ids, below(f"/spec/adds/{part}", name), found)
    if used > MOST_TERMS:
        message = f"More than {MOST_TERMS:,} terms, counted each time that they are used."
        found.append(Problem("too-many-values", message, "/spec/terms", hint="Split the terms."))
    moments = {raw["id"]: raw["title"] for raw in spec.get("moments", [])}
    return Taxonomy(terms, moments, report, Adds(**adds)), found


KIND: Final = Kind("Taxonomy", SPEC, parse)


def _term(raw: Mapping[str, Any]) -> Term:
    return Term(
        id=raw["id"],
        title=raw["title"],
        description=raw.get("description", ""),
        rmf=strings(raw.get("rmf")),
        characteristics=strings(raw.get("characteristics")),
    )


def _checked(schema: Any, ids: Mapping[str, list[str]], pointer: str, found: list[Problem]) -> int:
    """Say what keeps `schema` from being a JSON Schema, and resolve its terms in place. How many
    terms that are, counted each time that they are used.

    Its references and patterns are tried once the release puts its parts together.
    """
    for error in META_SCHEMA.iter_errors(schema):
        at = pointer
        for part in error.instance_path:
            at = below(at, part)
        found.append(Problem("not-a-schema", f"Not a JSON Schema: {error.message}"[:300], at))
    if schema.get("$schema", DRAFT) != DRAFT:
        message = "Only the draft 2020-12 of JSON Schema is read here."
        found.append(Problem("not-a-schema", message, f"{pointer}/$schema", hint=f"Write {DRAFT}."))
    return _resolve(schema, ids, pointer, found)


def _resolve(node: Any, ids: Mapping[str, list[str]], pointer: str, found: list[Problem]) -> int:
    """Replace `terms: NAME` by an enum, in place; unknown names are problems."""
    used = 0
    if isinstance(node, dict):
        name = node.get("terms")
        if isinstance(name, str):
            del node["terms"]
            if name in ids:
                node["enum"] = ids[name]
                used = len(ids[name])
            else:
                found.append(unknown_name("terms", name, ids, f"{pointer}/terms"))
        return used + sum(
            _resolve(inner, ids, below(pointer, key), found)
            for key, inner in node.items()
            if key != "enum"
        )
    listed = node if isinstance(node, list) else ()
    return sum(_resolve(each, ids, below(pointer, at), found) for at, each in enumerate(listed))
