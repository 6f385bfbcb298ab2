"""Linting policy files: everything that is wrong with them, alone and together (pure).

The command line, the admin and the API call the one function here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Final

from policies import documents, yaml_source
from policies.checks import CHECKS, Draft, Subject
from policies.documents import Document, Reading
from policies.documents.document import OF_A_KEY
from policies.problems import Problem
from policies.yaml_tree import MAX_PROBLEMS

_KIND: Final = re.compile(r"^kind:[ \t]*[\"']?([A-Za-z]+)", re.MULTILINE)
_NAME: Final = re.compile(
    r"^(?:metadata:.*\bname|[ \t]+name):[ \t]*[\"']?([a-z0-9_-]+)", re.MULTILINE
)

Text = bytes | str


@dataclass(frozen=True)
class Linting:
    """`problems` are sorted by file and place; `documents` are those of the files that have no
    problem by themselves, and may still have one in `problems` with the others."""

    problems: tuple[Problem, ...]
    documents: tuple[Document, ...]


def lint(files: Mapping[str, Text], *, base: Iterable[Document] = (), at: datetime) -> Linting:
    """Every problem of every file (path → text), with line and column. Never raises.

    The documents of `base`, usually those in force, complete the release; a file replaces the one
    of its kind and name. Of their problems only those are reported that the files cause; as they
    have no file, their `path` is their identity. `at` is the instant of the check: some rules
    depend on today.
    """
    ground = tuple(base)
    readings = {path: documents.read(text, path=path) for path, text in files.items()}
    drafts = [_draft(path, reading) for path, reading in sorted(readings.items())]
    found = [problem for reading in readings.values() for problem in reading.problems]
    found += _twice(drafts)
    found += _unraised(drafts, ground)
    given = _first_of_each(drafts)
    taken = {(draft.kind, draft.name) for draft in given if isinstance(draft.data, dict)}
    kept = [_kept(each) for each in ground if (each.kind, each.metadata.name) not in taken]
    others = {(each.kind, each.name) for each in kept}
    given = [each for each in given if (each.kind, each.name) not in others]
    known = _known(_Ground(ground), at)
    together = _of((*given, *kept), at)
    found += [each for each in together if each.path in readings or _words(each) not in known]
    sources = {path: reading.source for path, reading in readings.items()}
    located = _located(found, sources, {draft.key: draft for draft in kept})
    usable = (each.document for each in readings.values() if each.document is not None)
    return Linting(tuple(sorted(set(located), key=_order)), tuple(usable))


def together(documents: Iterable[Document], *, at: datetime) -> tuple[Problem, ...]:
    """What is wrong with these documents as one release; the `path` of each is an identity."""
    drafts = {draft.key: draft for draft in map(_kept, documents)}
    found = set(_of(tuple(drafts.values()), at))
    return tuple(sorted(_located(found, {}, drafts), key=_order))


def _draft(path: str, reading: Reading) -> Draft:
    """What could be read of a file; of one that is no YAML, what it seems to be."""
    source = reading.source
    data = source.data if source.data is not None else source.salvaged
    if isinstance(data, dict):
        metadata = data.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        return Draft(path, str(data.get("kind")), str(name), data, reading.salvaged)
    kind, name = _KIND.search(source.text), _NAME.search(source.text)
    return Draft(path, kind[1] if kind else "", name[1] if name else "", None, None)


def _kept(document: Document) -> Draft:
    name = document.metadata.name
    return Draft(document.identity, document.kind, name, document.data, document)


def _first_of_each(drafts: Iterable[Draft]) -> list[Draft]:
    first: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        first.setdefault((draft.kind, draft.name), draft)
    return list(first.values())


def _twice(drafts: list[Draft]) -> list[Problem]:
    first = {(each.kind, each.name): each for each in _first_of_each(drafts)}
    return [
        draft.problem(
            "duplicate-document",
            f"{draft.kind}/{draft.name} stands in {other.key} already.",
            "/metadata/name",
            "Give one version of each policy.",
        )
        for draft in drafts
        if draft.name and (other := first[draft.kind, draft.name]) is not draft
    ]


def _unraised(drafts: Iterable[Draft], base: Iterable[Document]) -> list[Problem]:
    """A version means one thing for good."""
    known = {document.identity: document for document in base}
    return [
        draft.problem(
            "version-not-raised",
            f"{draft.document.identity} exists with another meaning.",
            "/metadata/version",
            "A version never changes: raise it.",
        )
        for draft in drafts
        if draft.document is not None
        and draft.document.digest
        and (other := known.get(draft.document.identity)) is not None
        and other.digest != draft.document.digest
    ]


def _of(drafts: tuple[Draft, ...], at: datetime) -> list[Problem]:
    """What the checks say of each; of a hostile document only the beginning."""
    subject = Subject(drafts, at)
    return [
        problem
        for draft in drafts
        for problem in islice(
            (each for check in CHECKS for each in check(draft, subject)), MAX_PROBLEMS
        )
    ]


class _Ground:
    """Documents as a cache key: by what each of them is, not by all that it says."""

    def __init__(self, documents: tuple[Document, ...]) -> None:
        self.documents = documents
        self._key = tuple((each.identity, each.digest) for each in documents)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ground) and other._key == self._key


@lru_cache(maxsize=8)
def _known(ground: _Ground, at: datetime) -> frozenset[tuple[str, str, str, str]]:
    """What is wrong with these anyway: an editor asks again with every pause."""
    return frozenset(_said(_of(tuple(map(_kept, ground.documents)), at)))


def _words(problem: Problem) -> tuple[str, str, str, str]:
    return problem.path, problem.code, problem.pointer, problem.message


def _said(problems: Iterable[Problem]) -> set[tuple[str, str, str, str]]:
    return {_words(problem) for problem in problems}


def _located(
    problems: Iterable[Problem], sources: dict[str, yaml_source.Source], kept: Mapping[str, Draft]
) -> list[Problem]:
    """Each with line and column, in the text of a file or of a document in force."""
    located = []
    for problem in problems:
        if problem.line or not (problem.path in sources or problem.path in kept):
            located.append(problem)
            continue
        if problem.path not in sources:
            document = kept[problem.path].document
            text = document.text if document else ""
            sources[problem.path] = yaml_source.read(text, path=problem.path)
        source = sources[problem.path]
        located.append(source.located(problem, key=problem.code in OF_A_KEY))
    return located


def _order(problem: Problem) -> tuple[str, int, int, str, str]:
    return problem.path, problem.line, problem.column, problem.code, problem.message
