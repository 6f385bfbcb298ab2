"""Taxonomy: the facts that a report may and must carry, and the terms that its fields draw on."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import jsonschema

from policies.documents.document import Kind
from policies.documents.schema import TEXT, array, mapping, strings
from policies.problems import Problem, nearest

TERM: Final = mapping(
    {
        "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_.-]*$"},
        "title": TEXT,
        "description": TEXT,
        "rmf": array(TEXT),
        "characteristics": array(TEXT),
        "refs": array(TEXT),
    },
    required=("id", "title"),
)

MOMENT: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 64}

#: Facts by name, each with its JSON Schema.
FACTS: Final = {"type": "object", "additionalProperties": {"type": "object"}}

SPEC: Final = mapping(
    {
        "terms": {"type": "object", "additionalProperties": array(TERM, least=1)},
        "moments": array(
            mapping({"id": MOMENT, "title": TEXT, "description": TEXT}, required=("id", "title"))
        ),
        "report": {"type": "object"},
        "adds": mapping({"report": FACTS, "system": FACTS, "organisation": FACTS}),
        "licence": TEXT,
        "attribution": TEXT,
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
class Taxonomy:
    """`report` is a JSON Schema (draft 2020-12) in which our keyword `terms` is already resolved to
    an `enum` of the term ids; None for a side taxonomy that only adds terms."""

    terms: Mapping[str, tuple[Term, ...]]
    moments: Mapping[str, str]
    report: Mapping[str, Any] | None


def parse(spec: Mapping[str, Any]) -> tuple[Taxonomy, list[Problem]]:
    terms = {
        name: tuple(_term(raw) for raw in raws) for name, raws in spec.get("terms", {}).items()
    }
    found = [*_twice(terms)]
    report = deepcopy(spec.get("report"))
    if report is not None:
        found += _resolve(report, terms, "/spec/report")
        found += _not_a_schema(report)
    moments = {raw["id"]: raw["title"] for raw in spec.get("moments", [])}
    return Taxonomy(terms, moments, report), found


KIND: Final = Kind("Taxonomy", SPEC, parse)


def _term(raw: Mapping[str, Any]) -> Term:
    return Term(
        id=raw["id"],
        title=raw["title"],
        description=raw.get("description", ""),
        rmf=strings(raw.get("rmf")),
        characteristics=strings(raw.get("characteristics")),
    )


def _twice(terms: Mapping[str, tuple[Term, ...]]) -> list[Problem]:
    found = []
    for name, listed in terms.items():
        seen: set[str] = set()
        for index, term in enumerate(listed):
            if term.id in seen:
                found.append(
                    Problem(
                        "duplicate-term",
                        f"The term {term.id!r} stands twice in {name}.",
                        f"/spec/terms/{name}/{index}/id",
                    )
                )
            seen.add(term.id)
    return found


def _resolve(node: Any, terms: Mapping[str, tuple[Term, ...]], pointer: str) -> list[Problem]:
    """Replace `terms: NAME` by an enum, in place; unknown names are problems."""
    found: list[Problem] = []
    if isinstance(node, dict):
        name = node.get("terms")
        if isinstance(name, str):
            del node["terms"]
            if name in terms:
                node["enum"] = [term.id for term in terms[name]]
            else:
                close = nearest(name, terms)
                hint = f"Did you mean {close!r}?" if close else ""
                found.append(
                    Problem(
                        "unknown-terms",
                        f"There are no terms {name!r}.",
                        f"{pointer}/terms",
                        hint=hint,
                    )
                )
        for key, inner in node.items():
            found += _resolve(inner, terms, f"{pointer}/{key}")
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            found += _resolve(inner, terms, f"{pointer}/{index}")
    return found


def _not_a_schema(report: Mapping[str, Any]) -> list[Problem]:
    try:
        jsonschema.Draft202012Validator.check_schema(report)
    except jsonschema.SchemaError as error:
        return [Problem("not-a-schema", f"Not a JSON Schema: {error.message}", "/spec/report")]
    return []
