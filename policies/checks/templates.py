"""The placeholders of notices: each names a fact, or something of the notice's duty."""

from collections.abc import Iterator

from policies.checks.comparisons import unknown_path
from policies.checks.subject import Draft, Subject
from policies.documents.notice_template import CONTEXT, NoticeTemplate, placeholders
from policies.documents.placeholders import Placeholder
from policies.problems import Problem, nearest, quoted
from policies.vocabulary import Vocabulary

_INSTANTS = frozenset({"clock.legal_due", "clock.conservative_due"})


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if draft.document is None or not isinstance(draft.document.spec, NoticeTemplate):
        return
    if subject.vocabulary is None:
        return
    for each in placeholders(draft.document.spec):
        yield from _placeholder(draft, each, subject.vocabulary)


def _placeholder(draft: Draft, each: Placeholder, vocabulary: Vocabulary) -> Iterator[Problem]:
    fact = None if each.path in CONTEXT else vocabulary.find(each.path)
    if fact is None and each.path not in CONTEXT:
        message, hint = unknown_path(each.path, vocabulary)
        if close := nearest(each.path, CONTEXT):
            hint = f"Did you mean {close!r}?"
        yield draft.problem("placeholder-without-fact", message, each.pointer, hint)
        return
    is_instant = fact is None and each.path in _INSTANTS
    is_instant = is_instant or (fact is not None and "instant" in fact.values.kinds)
    if not is_instant and any(used.name == "instant" for used in each.filters):
        message = f"{quoted(each.path)} is no instant."
        hint = "The filter instant shows an instant in a zone: leave it out here."
        yield draft.problem("filter-does-not-fit", message, each.pointer, hint)
