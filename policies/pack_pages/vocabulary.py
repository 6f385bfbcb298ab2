"""The pages of taxonomies and of the register: terms, moments and facts as tables (pure)."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies import wording
from policies.documents import Document
from policies.pack_pages import markdown
from policies.pack_pages.markdown import Raw

_ADDED = {
    "report": "Facts that a report may carry besides",
    "system": "Facts that the register may state of a system",
    "organisation": "Facts that the register may state of the organisation",
}


def taxonomy(document: Document) -> Iterator[str]:
    spec: Raw = document.data["spec"]
    source: Raw = spec.get("source", {})
    yield from markdown.properties(
        [
            ("Source", markdown.link(source.get("citation", ""), source.get("url"))),
            ("Verified on", source.get("verified_on")),
            ("Verification", source.get("verification")),
            ("Note", source.get("note")),
            ("Licence", spec.get("licence")),
            ("Attribution", spec.get("attribution")),
            ("Taxonomy", f"`{document.identity}`"),
        ]
    )
    for name, terms in spec.get("terms", {}).items():
        yield from markdown.section(3, wording.words(name).capitalize(), _terms(terms))
    yield from markdown.section(3, "Moments", _moments(spec))
    yield from markdown.section(3, "Facts of a report", _facts(spec.get("report", {})))
    for part, title in _ADDED.items():
        added = {"type": "object", "properties": spec.get("adds", {}).get(part, {})}
        yield from markdown.section(3, title, _facts(added))


def register(document: Document) -> Iterator[str]:
    spec: Raw = document.data["spec"]
    yield from markdown.properties(
        (wording.words(name).capitalize(), wording.value_words(value))
        for name, value in spec.get("organisation", {}).items()
    )
    yield from markdown.table(
        ("System", "What it is", "Risk class", "Our role", "Where", "Data", "Stands on"),
        [
            (
                f"**{raw['name']}** (`{raw['id']}`)",
                raw.get("description"),
                " ".join(filter(None, (raw.get("risk_class"), _basis(raw)))),
                ", ".join(raw["roles"]),
                ", ".join(raw.get("jurisdictions", [])),
                wording.words(", ".join(raw.get("data_categories", []))),
                ", ".join(raw.get("depends_on", [])),
            )
            for raw in spec["systems"]
        ],
    )


def _basis(raw: Raw) -> str:
    return f"({wording.words(raw['high_risk_basis'])})" if "high_risk_basis" in raw else ""


def _terms(terms: list[Raw]) -> Iterator[str]:
    yield from markdown.table(
        ("Id", "Title", "Meaning", "NIST AI RMF", "Characteristics", "Compare"),
        [
            (
                f"`{raw['id']}`",
                raw["title"],
                raw.get("description"),
                ", ".join(raw.get("rmf", [])),
                ", ".join(raw.get("characteristics", [])),
                raw.get("refs", []),
            )
            for raw in terms
        ],
    )


def _moments(spec: Raw) -> Iterator[str]:
    yield from markdown.table(
        ("Id", "Moment", "Meaning"),
        [
            (f"`{raw['id']}`", raw["title"], raw.get("description"))
            for raw in spec.get("moments", [])
        ],
    )


def _facts(schema: Raw) -> Iterator[str]:
    yield from markdown.table(
        ("Fact", "Form", "Meaning"),
        [(f"`{path}`", _form(node), node.get("description")) for path, node in _leaves(schema, "")],
    )


def _leaves(schema: Raw, path: str) -> Iterator[tuple[str, Raw]]:
    for name, node in schema.get("properties", {}).items():
        inner = f"{path}.{name}" if path else name
        if "properties" in node:
            yield from _leaves(node, inner)
        else:
            yield inner, node


def _form(node: Mapping[str, Any]) -> str:
    if "terms" in node:
        return f"one of {wording.words(node['terms'])}"
    if "enum" in node:
        return f"one of {', '.join(str(value) for value in node['enum'])}"
    match node.get("type"):
        case "array":
            inner = _form(node.get("items", {}))
            return f"list: {inner}"
        case "boolean":
            return "yes or no"
        case "integer" | "number":
            return "number"
        case "string":
            return {"date-time": "instant", "date": "date", "uri": "address"}.get(
                node.get("format", ""), "text"
            )
        case other:
            return str(other or "any")
