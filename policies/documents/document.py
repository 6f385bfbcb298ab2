"""What all kinds share: the envelope of a document and how a file becomes one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from governance import canonical
from policies import yaml_source
from policies.documents import schema
from policies.documents.schema import ID, TEXT, array, mapping
from policies.problems import Problem, nearest

API_VERSION: Final = "bylaw/v1"

METADATA: Final = mapping(
    {
        "name": ID,
        "version": {
            "type": "string",
            "pattern": r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$",
            "maxLength": 40,
        },
        "title": {**TEXT, "maxLength": 250},
        "description": TEXT,
        "owner": ID,
        "references": array(mapping({"framework": TEXT, "id": TEXT, "note": TEXT, "url": TEXT})),
        "licence": TEXT,
    },
    required=("name", "version", "title", "owner"),
)


@dataclass(frozen=True)
class Metadata:
    name: str
    version: str
    title: str
    owner: str
    description: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of the language. `parse` takes a spec that fits `spec` (a JSON Schema) and returns
    the kind's dataclass with the problems of meaning that it found, pointers from the document."""

    name: str
    spec: schema.Schema
    parse: Callable[[Mapping[str, Any]], tuple[Any, list[Problem]]]


@dataclass(frozen=True)
class Document:
    """A policy document as read. `text` is the file byte for byte; `digest` is the SHA-256 of its
    meaning as canonical JSON (RFC 8785), so that comments and layout do not change it."""

    kind: str
    metadata: Metadata
    data: Mapping[str, Any]
    spec: Any
    text: str
    digest: str

    @property
    def identity(self) -> str:
        return f"{self.kind}/{self.metadata.name}@{self.metadata.version}"


@dataclass(frozen=True)
class Reading:
    """A document, or None with the problems that prevent one."""

    document: Document | None
    problems: tuple[Problem, ...]


def read(text: str | bytes, *, path: str, kinds: Mapping[str, Kind]) -> Reading:
    """Read one file completely: every problem of it, each with line and column. Never raises."""
    source = yaml_source.read(text, path=path)
    if source.data is None:
        return Reading(
            None, source.problems or (Problem("empty-file", "The file is empty.", path=path),)
        )
    document, found = _build(source, kinds)
    located = tuple(source.located(problem, key=problem.code == "unknown-key") for problem in found)
    return Reading(document if not located else None, (*source.problems, *located))


def _build(
    source: yaml_source.Source, kinds: Mapping[str, Kind]
) -> tuple[Document | None, list[Problem]]:
    data = source.data
    if not isinstance(data, dict):
        return None, [Problem("not-a-document", "A policy document is a mapping.")]
    kind = kinds.get(str(data.get("kind")))
    if kind is None:
        return None, [_unknown_kind(data, kinds)]
    found = list(schema.problems(_envelope(kind), data))
    if found:
        return None, found
    spec, found = kind.parse(data["spec"])
    meta = data["metadata"]
    document = Document(
        kind=kind.name,
        metadata=Metadata(
            name=meta["name"],
            version=meta["version"],
            title=meta["title"],
            owner=meta["owner"],
            description=meta.get("description", ""),
        ),
        data=data,
        spec=spec,
        text=source.text,
        digest=canonical.digest(canonical.text(data)),
    )
    return document, found


_ENVELOPES: dict[str, schema.Schema] = {}


def _envelope(kind: Kind) -> schema.Schema:
    return _ENVELOPES.setdefault(
        kind.name,
        mapping(
            {
                "apiVersion": {"enum": [API_VERSION]},
                "kind": {"enum": [kind.name]},
                "metadata": METADATA,
                "spec": kind.spec,
            },
            required=("apiVersion", "kind", "metadata", "spec"),
        ),
    )


def _unknown_kind(data: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Problem:
    given = data.get("kind")
    if given is None:
        return Problem(
            "missing-key", "The key 'kind' is missing.", hint=f"One of {', '.join(kinds)}."
        )
    close = nearest(str(given), kinds)
    hint = f"Did you mean {close!r}?" if close else f"One of {', '.join(kinds)}."
    return Problem("unknown-kind", f"There is no kind {given!r}.", "/kind", hint=hint)
