"""Deciding the examples of tests as an incident with these facts would be decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from governance import canonical
from policies import evaluation, reports, yaml_source
from policies.documents import Document
from policies.documents.policy_test import Example, PolicyTest
from policies.problems import Problem, below
from policies.release import Release
from policies.testing import comparison
from policies.testing.comparison import Mismatch, near

#: The system of an example that names none.
SYSTEM: Final = "example"


@dataclass(frozen=True)
class Result:
    """What became of one example; `mismatches` is empty when it holds. `test` is the identity of
    the document."""

    test: str
    example: str
    mismatches: tuple[Mismatch, ...]

    @property
    def passed(self) -> bool:
        return not self.mismatches


def run(release: Release, tests: Iterable[Document]) -> tuple[Result, ...]:
    """The result of every example of the PolicyTests among `tests`, in their order."""
    return tuple(
        Result(document.identity, example.name, tuple(_checked(release, document, example)))
        for document in tests
        if isinstance(document.spec, PolicyTest)
        for example in document.spec.examples
    )


def problems(
    document: Document, results: Iterable[Result], *, path: str = ""
) -> tuple[Problem, ...]:
    """The failures of one test document as findings with line and column."""
    source = yaml_source.read(document.text, path=path or document.identity)
    return tuple(
        source.located(
            Problem("test-failed", f"{result.example}: {mismatch.message}", mismatch.pointer)
        )
        for result in results
        if result.test == document.identity
        for mismatch in result.mismatches
    )


def facts_of(example: Example) -> dict[str, Any]:
    """As rules see an incident, with the example's system in place of the register's."""
    report = _report(example)
    return {
        **report,
        "system": {"id": report["system"], **reports.known_facts(example.system)},
        "organisation": reports.known_facts(example.organisation),
        "moments": {name: canonical.instant(at) for name, at in comparison.moments(report).items()},
    }


def _report(example: Example) -> dict[str, Any]:
    report: dict[str, Any] = reports.known_facts({"system": SYSTEM, **example.report})
    return report


def _checked(release: Release, document: Document, example: Example) -> list[Mismatch]:
    found = [
        *_unknown_policies(release, document),
        *_invalid(release, document, example),
        *_unknown_facts(release, document, example),
    ]
    if found:
        return found
    facts = facts_of(example)
    decision = evaluation.decide(release, facts, at=example.at)
    compared = comparison.Comparison(release, document.spec, example, facts, decision)
    return [*compared.severity(), *compared.duties()]


def _unknown_policies(release: Release, document: Document) -> Iterable[Mismatch]:
    known = {f"{each.kind}/{each.metadata.name}" for each in release.documents}
    for index, (kind, name) in enumerate(document.spec.policies):
        wanted = f"{kind}/{name}"
        if wanted not in known:
            message = f"{wanted} is not in the release{near(wanted, known)}"
            yield Mismatch(message, f"/spec/policies/{index}")


def _invalid(release: Release, document: Document, example: Example) -> Iterable[Mismatch]:
    """The report must be one that would be accepted, but for its system: the example brings the
    facts of that itself."""
    for finding in reports.check(_report(example), release, at=example.at):
        if finding.code != "unknown-system":
            message = f"the report is not valid: {finding.pointer or '/'}: {finding.detail}"
            yield Mismatch(message, _given(document.data, example, f"/report{finding.pointer}"))


def _unknown_facts(release: Release, document: Document, example: Example) -> Iterable[Mismatch]:
    """What no register may state of a system or the organisation would be true of nothing."""
    for part, facts in (("system", example.system), ("organisation", example.organisation)):
        for name, value in reports.known_facts(facts).items():
            said = _no_fact(release, f"{part}.{name}", value)
            if said:
                yield Mismatch(said, _given(document.data, example, below(f"/{part}", name)))


def _no_fact(release: Release, path: str, value: Any) -> str:
    fact = release.vocabulary.find(path)
    if fact is None:
        close = release.vocabulary.near(path)
        return f"{path} is not a fact{f'; did you mean {close}?' if close else ''}"
    values = value if isinstance(value, list) else [value]
    wrong = [each for each in values if fact.terms is not None and each not in fact.terms]
    known = [str(term) for term in fact.terms or ()]
    return f"{path}: {wrong[0]!r} is not known{near(str(wrong[0]), known)}" if wrong else ""


def _given(data: Mapping[str, Any], example: Example, pointer: str) -> str:
    """Where a value of the facts stands: in the example, or in what all examples share, which is
    where more of the way to it exists."""
    own, shared = f"{example.pointer}/given", "/spec/given"
    reached = [_reach(data, f"{base}{pointer}") - base.count("/") for base in (own, shared)]
    return f"{shared if reached[1] > reached[0] else own}{pointer}"


def _reach(node: Any, pointer: str) -> int:
    """How many steps of the way exist."""
    for count, part in enumerate(pointer.split("/")[1:]):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
            node = node[int(name)]
        elif isinstance(node, Mapping) and name in node:
            node = node[name]
        else:
            return count
    return pointer.count("/")
