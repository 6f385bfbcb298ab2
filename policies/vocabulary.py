"""The facts that conditions and templates may name, by dotted path: what each is and where it comes
from (pure). For checks, for an editor's completion and for the pages that explain the policies.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final, Literal

from policies import report_schema
from policies.documents import Document
from policies.documents.system_register import ORGANISATION, PROPERTIES
from policies.problems import nearest
from policies.schema_values import Node, Values

#: How many paths are listed, and how deep: a schema may refer to itself. `find` has no such bound.
MOST_LISTED: Final = 2_000
DEEPEST: Final = 8

Origin = Literal["report", "system", "organisation", "moments"]
_ORIGINS: Final[Mapping[str, Origin]] = {
    "system": "system",
    "organisation": "organisation",
    "moments": "moments",
}


@dataclass(frozen=True)
class Fact:
    """What stands at a path. `document` is the identity of the document that defines it, empty for
    what every register may state of a system; `items` are the elements of a list. A `personal` one
    may be about a person: no decision reads it."""

    path: str
    origin: Origin
    document: str
    title: str
    description: str
    values: Values
    items: Values | None
    personal: bool = False

    @property
    def terms(self) -> tuple[object, ...] | None:
        """The only values that it, or an element of it, may have; None when others may be."""
        return self.items.terms if self.items is not None else self.values.terms


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """`roots` are the objects at the top, by name; the report's own facts stand under an empty
    one. `origins` maps paths that a document added to its identity; `base` gave the others."""

    roots: Mapping[str, Node]
    origins: Mapping[str, str]
    base: str

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Vocabulary":
        merged = report_schema.merged(documents)
        ground = report_schema.base(documents)
        origins = dict(merged.origins)
        roots = {"": Node(merged.schema, merged.schema)}
        for name, known in (("system", _systems(documents)), ("organisation", ORGANISATION)):
            added = dict(_added(documents, name, origins))
            closed = {"type": "object", "additionalProperties": False}
            schema = {**closed, "properties": {**added, **known}}
            roots[name] = Node(schema, schema, own_roots=True)
        return cls(roots, origins, ground.identity if ground else "")

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """Every path with its fact, in the order of the schemas."""
        return {fact.path: fact for fact in islice(self._listed(), MOST_LISTED)}

    @cached_property
    def personal(self) -> tuple[str, ...]:
        """The paths of a report that may be about a person; what stands below them goes along."""
        return tuple(self._personal("", self.roots[""], 0))

    def find(self, path: str) -> Fact | None:
        """The fact at `path`; None when no report, register or moment can have it."""
        if path not in self._found:
            self._found[path] = self._find(path)
        return self._found[path]

    def _find(self, path: str) -> Fact | None:
        node, steps = self._root(path)
        for step in steps:
            below = node.child(step)
            if below is None:
                return None
            node = below
        return self._fact(path, node)

    def near(self, path: str) -> str | None:
        """The known path that `path` was probably meant to be."""
        node, steps = self._root(path)
        known = path.split(".")[: -len(steps)] if steps else []
        for step in steps:
            below = node.child(step)
            if below is None:
                break
            node, known = below, [*known, step]
        missed = path.split(".")[len(known)]
        rest = path.split(".")[len(known) + 1 :]
        if close := nearest(missed, self._names(node, root=not known)):
            meant = ".".join([*known, close, *rest])
            return meant if self.find(meant) else ".".join([*known, close])
        return self._ending.get(path.rpartition(".")[2]) or nearest(path, self.facts)

    @cached_property
    def _found(self) -> dict[str, Fact | None]:
        return {}

    @cached_property
    def _ending(self) -> Mapping[str, str]:
        return {path.rpartition(".")[2]: path for path in reversed(list(self.facts))}

    def _root(self, path: str) -> tuple[Node, list[str]]:
        first, *rest = path.split(".")
        if first in self.roots and first:
            return self.roots[first], rest
        return self.roots[""], [first, *rest]

    def _names(self, node: Node, *, root: bool) -> Iterable[str]:
        names = dict.fromkeys(node.names())
        return [*names, "system", "organisation"] if root else names

    def _personal(self, above: str, node: Node, depth: int) -> Iterator[str]:
        for name in node.names() if depth < DEEPEST else ():
            below, path = node.child(name), f"{above}.{name}" if above else name
            if below is not None and below.personal:
                yield path
            elif below is not None:
                yield from self._personal(path, below, depth + 1)

    def _listed(self) -> Iterator[Fact]:
        for name, node in self.roots.items():
            children = ((child, node.child(child)) for child in node.names())
            for child, below in children:
                if below is not None and not (name == "" and child in self.roots):
                    yield from self._under(f"{name}.{child}" if name else child, below, 1)

    def _under(self, path: str, node: Node, depth: int) -> Iterator[Fact]:
        names = node.names()
        if not names or depth >= DEEPEST:
            yield self._fact(path, node)
            return
        for name in names:
            below = node.child(name)
            if below is not None:
                yield from self._under(f"{path}.{name}", below, depth + 1)

    def _fact(self, path: str, node: Node) -> Fact:
        return Fact(
            path=path,
            origin=_ORIGINS.get(path.partition(".")[0], "report"),
            document=self._document(path),
            title=node.text("title"),
            description=node.text("description"),
            values=node.values,
            items=node.items,
            personal=node.personal,
        )

    def _document(self, path: str) -> str:
        steps = path.split(".")
        prefixes = (".".join(steps[:count]) for count in range(len(steps), 0, -1))
        added = next((self.origins[each] for each in prefixes if each in self.origins), None)
        if added is not None:
            return added
        return "" if steps[0] in {"system", "organisation"} else self.base


def _systems(documents: Iterable[Document]) -> Mapping[str, Any]:
    """What a register may state of a system; of the ids only those that one has."""
    ids = [
        name for each in documents if each.kind == "SystemRegister" for name in each.spec.systems
    ]
    return {**PROPERTIES, "id": {**PROPERTIES["id"], "enum": ids}} if ids else PROPERTIES


def _added(
    documents: Iterable[Document], part: str, origins: dict[str, str]
) -> Iterator[tuple[str, Any]]:
    """The facts that taxonomies add to the register; the first to define one is its origin."""
    for document in report_schema.taxonomies(documents):
        for name, schema in getattr(document.spec.adds, part).items():
            if f"{part}.{name}" not in origins:
                origins[f"{part}.{name}"] = document.identity
                yield name, schema
