"""The release that a change would make, checked before it is made.

A release that is to hold must compile, every policy test of that day must pass, and lint must find
nothing that it did not find before: a rule that was added to lint later makes nothing that has been
in force for years untouchable.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from policies import lint, releases, testing
from policies.documents import Document, policy_test
from policies.errors import PolicyProblems
from policies.problems import Problem
from policies.release import Release, compile_release

Texts = Mapping[str, str]  # path → YAML
Findings = frozenset[tuple[str, str, str]]


def check(at: datetime, texts: Texts) -> None:
    """Raise PolicyProblems with everything that `problems` finds."""
    if found := problems(at, texts):
        raise PolicyProblems(found)


def problems(at: datetime, texts: Texts) -> tuple[Problem, ...]:
    """What is wrong with these texts in the place of the versions of the same policies that are in
    force at `at`: what lint finds; if nothing, what keeps the release from compiling; if nothing,
    the tests that fail."""
    held = documents_at(at)
    linting = lint.lint(texts, base=held, at=at)
    if linting.problems:
        return linting.problems
    paths = {releases.parsed(text).identity: path for path, text in texts.items()}
    return _failures(in_place(held, linting.documents), paths)


def results(at: datetime, texts: Texts) -> tuple[testing.Result, ...]:
    """What every policy test makes of that release, by example. Raises PolicyProblems when there is
    no such release."""
    changed = [releases.parsed(text, path=path) for path, text in texts.items()]
    held = in_place(documents_at(at), changed)
    return testing.run(compile_release(held), _tests(held))


def release(at: datetime, changed: Sequence[Document] = ()) -> Release:
    """The release at `at` with `changed` in it. Raises PolicyProblems."""
    return compile_release(in_place(documents_at(at), changed))


def documents_at(at: datetime) -> list[Document]:
    """Every document in force at `at`, tests included."""
    return [releases.document(each) for each in releases.versions_at(at).order_by("id")]


def findings(at: datetime) -> Findings:
    """What lint says of the versions in force at `at`, for `refuse_worse` after a change."""
    return frozenset(map(_words, lint.together(documents_at(at), at=at)))


def refuse_worse(at: datetime, before: Findings) -> None:
    """Raise PolicyProblems unless the versions in force at `at` compile, pass their tests and have
    no lint finding beyond `before`."""
    held = documents_at(at)
    found = _failures(held, {})
    found += tuple(each for each in lint.together(held, at=at) if _words(each) not in before)
    if found:
        raise PolicyProblems(found)


def _failures(held: Sequence[Document], paths: Mapping[str, str]) -> tuple[Problem, ...]:
    try:
        compiled = compile_release(held)
    except PolicyProblems as error:
        return error.problems
    tests = _tests(held)
    done = testing.run(compiled, tests)
    return tuple(
        problem
        for test in tests
        for problem in testing.problems(test, done, path=paths.get(test.identity, ""))
    )


def in_place(held: Iterable[Document], changed: Iterable[Document]) -> list[Document]:
    """`held` with `changed` in the place of the documents of the same policies."""
    policies = {(each.kind, each.metadata.name): each for each in (*held, *changed)}
    return list(policies.values())


def _tests(held: Iterable[Document]) -> list[Document]:
    return [each for each in held if each.kind == policy_test.KIND.name]


def _words(problem: Problem) -> tuple[str, str, str]:
    return problem.path, problem.code, problem.message
