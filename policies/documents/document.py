"""What all kinds share: the envelope of a document and how a file becomes one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from governance import canonical
from policies import yaml_source
from policies.documents import schema
from policies.documents.meaning import Problems, TooManyProblems
from policies.documents.schema import ID, TEXT, array, mapping
from policies.problems import Problem, nearest

API_VERSION: Final = "bylaw/v1"
MAX_PATTERNS: Final = 100
#: Problems whose place is that of the key and not of its value.
OF_A_KEY: Final = frozenset(
    {
        "bad-path",
        "escalation-without-severity",
        "fact-defined-twice",
        "operator-does-not-fit",
        "operator-without-path",
        "unknown-fact",
        "unknown-key",
        "unknown-operator",
        "unknown-path",
    }
)

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
    """A document, or None with the problems that prevent one. `source` knows the place of every
    value, whether there is a document or not; `salvaged` is what could be made of one with
    problems, for further checks only and never for use."""

    document: Document | None
    problems: tuple[Problem, ...]
    source: yaml_source.Source
    salvaged: Document | None = None


def read(text: str | bytes, *, path: str, kinds: Mapping[str, Kind]) -> Reading:
    """Read one file completely: every problem of it, each with line and column. Never raises."""
    source = yaml_source.read(text, path=path)
    data = source.data if source.data is not None else source.salvaged
    if data is None:
        return Reading(None, source.problems, source)
    document, found = _build(data, source.text, kinds)
    if source.problems:
        found = [problem for problem in found if _stands_alone(problem, source.problems)]
    located = tuple(source.located(problem, key=problem.code in OF_A_KEY) for problem in found)
    problems = (*source.problems, *located)
    return Reading(None if problems else document, problems, source, _salvaged(document, problems))


def _build(
    data: object, text: str, kinds: Mapping[str, Kind]
) -> tuple[Document | None, list[Problem]]:
    if not isinstance(data, dict):
        return None, [Problem("not-a-document", "A policy document is a mapping.")]
    kind = kinds.get(str(data.get("kind")))
    if kind is None:
        return None, [_unknown_kind(data, kinds)]
    found = Problems()
    try:
        found.extend(schema.problems(_envelope(kind), data))
        if found:
            return None, found
        if patterns(data) > MAX_PATTERNS:
            message = f"More than {MAX_PATTERNS} regular expressions."
            return None, [Problem("too-many-patterns", message, hint="Split the document.")]
        spec, meant = kind.parse(data["spec"])
        found.extend(meant)
    except TooManyProblems as error:
        message = "The rest of the document was not looked at."
        more = Problem("too-many-problems", message, hint="Mend these problems first.")
        return None, [*error.problems, more]
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
        text=text,
        digest="" if found else canonical.digest(canonical.text(data)),
    )
    return document, found


def patterns(data: object) -> int:
    """How many regular expressions there are to compile, each of which takes its time."""
    if isinstance(data, dict):
        own = sum(isinstance(data.get(key), str) for key in ("matches", "pattern"))
        return own + sum(patterns(value) for value in data.values())
    return sum(patterns(value) for value in data) if isinstance(data, list) else 0


def _salvaged(document: Document | None, problems: tuple[Problem, ...]) -> Document | None:
    if document is None or document.spec is None:
        return None
    # What cannot be read as a schema cannot be put together with others.
    unusable = {"not-a-schema", "too-many-values"}
    return None if any(each.code in unusable for each in problems) else document


def _stands_alone(problem: Problem, earlier: tuple[Problem, ...]) -> bool:
    """Whether a problem of what was salvaged is more than the echo of one of the text itself, which
    may have cost a key or changed a value."""
    if problem.code == "missing-key":
        return False
    return not any(f"{each.pointer}/".startswith(f"{problem.pointer}/") for each in earlier)


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
