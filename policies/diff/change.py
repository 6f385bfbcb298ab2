"""One difference between two documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import yaml

Kind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True)
class Change:
    """`document` is kind/name, `subject` what the change belongs to (`duty ‘death’`; empty for the
    document itself). `where` is a path by ids, such as `duties/death/stages/initial/limits/aware`;
    the pointers (RFC 6901) lead to the same place in each text, None where there is none."""

    kind: Kind
    document: str
    subject: str
    where: str
    pointer_before: str | None
    pointer_after: str | None
    before: Any
    after: Any
    words: str

    @property
    def before_yaml(self) -> str:
        return snippet(self.before) if self.pointer_before is not None else ""

    @property
    def after_yaml(self) -> str:
        return snippet(self.after) if self.pointer_after is not None else ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "kind": self.kind,
            "document": self.document,
            "subject": self.subject,
            "where": self.where,
            "pointer_before": self.pointer_before,
            "pointer_after": self.pointer_after,
            "before": self.before,
            "after": self.after,
            "words": self.words,
        }


def snippet(value: object) -> str:
    """A part of a document as YAML, for reading."""
    text: str = yaml.dump(
        value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text.removesuffix("...\n").rstrip("\n")


def grouped(changes: Iterable[Change]) -> Mapping[tuple[str, str], list[Change]]:
    """(document, subject) → changes, in the order in which they come."""
    found: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        found.setdefault((change.document, change.subject), []).append(change)
    return found
