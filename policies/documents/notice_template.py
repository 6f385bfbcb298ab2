"""NoticeTemplate: the text of a notice or a regulator's report, with placeholders for facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from policies.documents import placeholders as texts
from policies.documents.document import Kind
from policies.documents.meaning import Problems
from policies.documents.placeholders import Placeholder, Text
from policies.documents.schema import ID, TEXT, mapping
from policies.problems import Problem

PURPOSES: Final = ("regulator_report", "data_subject_notice", "client_notice", "internal_notice")
LANGUAGE: Final = {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "maxLength": 35}
NOT_KNOWN: Final = "(not known yet)"

#: What a template may show besides the facts of the incident.
CONTEXT: Final = (
    "duty.title",
    "duty.citation",
    "duty.recipient",
    "clock.legal_due",
    "clock.conservative_due",
    "reference",
    "severity.level",
    "severity.title",
    "policy.identity",
)

SPEC: Final = mapping(
    {
        "purpose": {"enum": list(PURPOSES)},
        "language": LANGUAGE,
        "subject": {**TEXT, "maxLength": 500},
        "body": TEXT,
        "when_missing": TEXT,
        "approval": mapping({"role": ID}, required=("role",)),
    },
    required=("purpose", "language", "subject", "body"),
)


@dataclass(frozen=True)
class NoticeTemplate:
    """`when_missing` stands where a fact has no value. `approval` is the role that must approve a
    notice before it leaves; empty: none must."""

    purpose: str
    language: str
    subject: Text
    body: Text
    when_missing: str
    approval: str = ""


def parse(spec: Mapping[str, Any]) -> tuple[NoticeTemplate | None, list[Problem]]:
    found = Problems()
    subject = texts.text(spec["subject"], "/spec/subject", found)
    body = texts.text(spec["body"], "/spec/body", found)
    if "\n" in spec["subject"].strip():
        found.append(Problem("subject-of-lines", "A subject is one line.", "/spec/subject"))
    if found:
        return None, found
    missing = spec.get("when_missing", NOT_KNOWN)
    approval = spec["approval"]["role"] if "approval" in spec else ""
    return NoticeTemplate(spec["purpose"], spec["language"], subject, body, missing, approval), []


def placeholders(template: NoticeTemplate) -> tuple[Placeholder, ...]:
    """Every placeholder of subject and body, each with its path, the pointer of the text it stands
    in and its offset there in characters."""
    return (*template.subject.placeholders, *template.body.placeholders)


KIND: Final = Kind("NoticeTemplate", SPEC, parse)
