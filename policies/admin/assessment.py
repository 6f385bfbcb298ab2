"""What lint and tests make of a change, once for each text and each set of rules around it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from uuid import UUID

from policies import documents, lint, releases, testing
from policies.documents import Document, policy_test
from policies.errors import PolicyProblems
from policies.models import PolicyVersion
from policies.problems import Problem
from policies.release import compile_release
from policies.testing import Result

#: What a process keeps. A page is looked at several times; a text while it is typed, once.
_KEPT: Final = 32
Rules = tuple[tuple[UUID, str], ...]  # id and digest of every version in force, tests included
Texts = tuple[tuple[str, str], ...]  # path, text


@dataclass(frozen=True)
class Assessment:
    """`problems` keep the change from review; a failed test is one of them. `results` are those of
    every policy test in the release with the change, None when there is no such release."""

    problems: tuple[Problem, ...]
    results: tuple[Result, ...] | None
    tests: tuple[Document, ...] = ()

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(each for each in self.results or () if not each.passed)


def of_versions(versions: Iterable[PolicyVersion], *, at: datetime) -> Assessment:
    """These versions in the place of those of the same policies, among the rules of `at`. The path
    of a problem is the version's identity."""
    return of_texts({str(each): each.text for each in versions}, at=at)


def of_texts(texts: Mapping[str, str], *, at: datetime) -> Assessment:
    """The same of texts by path; of none, what the tests make of the rules as they are."""
    return _assessed(_rules(at), tuple(sorted(texts.items())), at.astimezone(UTC).date())


def linted(texts: Mapping[str, str], *, at: datetime) -> tuple[Problem, ...]:
    """What lint alone says of texts by path, which takes a fraction of what tests take."""
    return _linted(_rules(at), tuple(sorted(texts.items())), at.astimezone(UTC).date())


def _rules(at: datetime) -> Rules:
    return tuple(releases.versions_at(at).order_by("id").values_list("id", "digest"))


def _base(rules: Rules) -> list[Document]:
    rows = PolicyVersion.objects.in_bulk([id_ for id_, _ in rules])
    return [releases.document(row) for row in rows.values()]


@lru_cache(maxsize=_KEPT)
def _linted(rules: Rules, texts: Texts, day: date) -> tuple[Problem, ...]:
    """Lint depends on the day, on nothing finer."""
    midnight = datetime.combine(day, time(), UTC)
    return lint.lint(dict(texts), base=_base(rules), at=midnight).problems


@lru_cache(maxsize=_KEPT)
def _assessed(rules: Rules, texts: Texts, day: date) -> Assessment:
    base = _base(rules)
    if not texts:
        return _tested((), base, {})
    problems = _linted(rules, texts, day)
    changed = {path: documents.read(text, path=path).document for path, text in texts}
    whole = {path: each for path, each in changed.items() if each is not None}
    if len(whole) < len(changed):
        return Assessment(problems, None)
    paths = {each.identity: path for path, each in whole.items()}
    return _tested(problems, _with(base, whole.values()), paths)


def _tested(
    found: tuple[Problem, ...], held: Sequence[Document], paths: Mapping[str, str]
) -> Assessment:
    tests = tuple(each for each in held if each.kind == policy_test.KIND.name)
    try:
        results = testing.run(compile_release(held), tests)
    except PolicyProblems as error:
        return Assessment(found or error.problems, None)
    failed = [
        problem
        for test in tests
        for problem in testing.problems(test, results, path=paths.get(test.identity, ""))
    ]
    return Assessment((*found, *failed), results, tests)


def _with(base: Iterable[Document], changed: Iterable[Document]) -> list[Document]:
    held = {(each.kind, each.metadata.name): each for each in (*base, *changed)}
    return sorted(held.values(), key=lambda each: each.identity)
