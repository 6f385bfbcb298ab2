"""The release as a set: one document of some kinds."""

from collections.abc import Iterator

from policies.checks.subject import Draft, Subject
from policies.documents import ONE_OF_EACH
from policies.problems import Problem


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    same = subject.of_kind(draft.kind)
    if draft.kind in ONE_OF_EACH and draft is not same[0]:
        message = f"A release has exactly one {draft.kind}; there is {same[0].name!r} already."
        hint = f"Give this one the name {same[0].name!r} to replace it, or retire that one."
        yield draft.problem("one-of-each", message, "/metadata/name", hint)
