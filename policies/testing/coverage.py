"""Which duties a test covers, and which of their outcomes some example shows."""

from collections.abc import Iterable, Mapping
from typing import Final

from policies.documents import Document
from policies.documents.policy_test import Outcome, PolicyTest
from policies.release import Release

#: What each duty needs an example of: the three values of a condition.
OUTCOMES: Final[tuple[Outcome, ...]] = ("applies", "does_not_apply", "undetermined")

#: The name of an ObligationPolicy and the id of one of its duties.
Key = tuple[str, str]


def coverage(release: Release, tests: Iterable[Document]) -> Mapping[Key, frozenset[Outcome]]:
    """Per duty of each covered policy the outcomes that some example expects."""
    found: dict[Key, set[Outcome]] = {}
    for document in tests:
        if not isinstance(document.spec, PolicyTest):
            continue
        duties = covered(release, document.spec)
        for key in duties:
            found.setdefault(key, set())
        for example in document.spec.examples:
            for name, expected in example.expected.duties.items():
                for key in meant(name, duties):
                    found[key].add(expected.outcome)
    return {key: frozenset(outcomes) for key, outcomes in found.items()}


def covered(release: Release, test: PolicyTest) -> tuple[Key, ...]:
    """Every duty of the policies that the test names."""
    names = {name for kind, name in test.policies if kind == "ObligationPolicy"}
    return tuple(
        (document.metadata.name, duty.id)
        for document, policy in release.obligations
        if document.metadata.name in names
        for duty in policy.duties
    )


def meant(name: str, duties: Iterable[Key]) -> tuple[Key, ...]:
    """The duties that `duty` or `policy/duty` may mean; one, where all is well."""
    policy, _, duty = name.rpartition("/")
    return tuple(key for key in duties if key[1] == duty and policy in {"", key[0]})
