"""Notices: each placeholder names a fact, or something of the notice's duty, and who is to approve
one may do so."""

from collections.abc import Iterator
from typing import Final

from governance.accounts.roles import INCIDENTS_APPROVE, ROLES, scopes_of
from policies.checks.comparisons import unknown_path
from policies.checks.subject import Draft, Subject
from policies.documents.notice_template import CONTEXT, NoticeTemplate, placeholders
from policies.documents.placeholders import Placeholder
from policies.problems import Problem, nearest, quoted
from policies.vocabulary import Vocabulary

_INSTANTS = frozenset({"clock.legal_due", "clock.conservative_due"})
_APPROVERS: Final = [role for role in ROLES if INCIDENTS_APPROVE in scopes_of([role])]


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if draft.kind == "NoticeTemplate":
        yield from _approver(draft, subject)
    if draft.document is None or not isinstance(draft.document.spec, NoticeTemplate):
        return
    if subject.vocabulary is None:
        return
    for each in placeholders(draft.document.spec):
        yield from _placeholder(draft, each, subject.vocabulary)


def _approver(draft: Draft, subject: Subject) -> Iterator[Problem]:
    """A role that the matrix does not have is reported with the names."""
    role = draft.spec["approval"]["role"]
    if role.text in subject.roles and role.text not in _APPROVERS:
        message = f"Nobody who holds the role {quoted(role.text)} may approve a notice."
        hint = f"Roles that may: {', '.join(_APPROVERS)}."
        yield draft.problem("role-cannot-approve", message, role.pointer, hint)


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
