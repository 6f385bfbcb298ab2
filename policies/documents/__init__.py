"""The kinds of policy documents. `read` turns a file into a document or into its problems."""

from collections.abc import Mapping
from typing import Final

from policies.documents import (
    calendar,
    document,
    escalation_matrix,
    notice_template,
    obligation_policy,
    playbook,
    policy_test,
    review_template,
    severity_policy,
    system_register,
    taxonomy,
)
from policies.documents.document import Document, Kind, Metadata, Reading

KINDS: Final[Mapping[str, Kind]] = {
    module.KIND.name: module.KIND
    for module in (
        taxonomy,
        system_register,
        severity_policy,
        escalation_matrix,
        obligation_policy,
        calendar,
        playbook,
        review_template,
        notice_template,
        policy_test,
    )
}

#: Kinds of which a release has exactly one document.
ONE_OF_EACH: Final = ("SeverityPolicy", "EscalationMatrix", "SystemRegister")

__all__ = ["KINDS", "ONE_OF_EACH", "Document", "Kind", "Metadata", "Reading", "read"]


def read(text: str | bytes, *, path: str = "") -> Reading:
    """Every problem of a file at once, with line and column, or its document. Never raises."""
    return document.read(text, path=path, kinds=KINDS)
