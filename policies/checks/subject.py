"""What is checked: the documents of a release as far as they could be read, mistakes and all.

A document with a mistake is still looked at for others, so that no check may rely on its form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from policies import report_schema
from policies.checks.cursor import Cursor
from policies.checks.stated import Broken, Read, Stated, stated
from policies.documents import Document
from policies.documents.document import MAX_PATTERNS, patterns
from policies.documents.meaning import MAX_COMPARISONS
from policies.documents.system_register import ORGANISATION, PROPERTIES
from policies.problems import Problem
from policies.vocabulary import Vocabulary


def unusable(schema: Mapping[str, Any]) -> str:
    """Why a schema cannot be used; empty if it can."""
    try:
        report_schema.validator(schema)
    except ValueError as error:
        return str(error).partition("\n")[0]
    return ""


@dataclass(frozen=True, eq=False)
class Draft:
    """One document. `key` names it in problems: the path of its file, or its identity. `document`
    is None when it cannot be used, but see `data`."""

    key: str
    kind: str
    name: str
    data: object
    document: Document | None

    @property
    def spec(self) -> Cursor:
        return Cursor(self.data)["spec"]

    @property
    def conditions(self) -> tuple[Stated, ...]:
        """Every condition of the document that can be compiled."""
        return tuple(each for each in self._read if isinstance(each, Stated))

    @property
    def broken(self) -> tuple[Broken, ...]:
        """What can be read of those that cannot."""
        return tuple(each for each in self._read if isinstance(each, Broken))

    @cached_property
    def _read(self) -> tuple[Read, ...]:
        if patterns(self.data) > MAX_PATTERNS:
            return ()
        found: list[Read] = []
        comparisons = 0
        for each in stated(self.kind, self.spec):
            comparisons += len(each.uses)
            if comparisons > MAX_COMPARISONS:
                break
            found.append(each)
        return tuple(found)

    def duties(self) -> list[Cursor]:
        return list(self.spec["duties"].rows()) if self.kind == "ObligationPolicy" else []

    def stages(self) -> list[Cursor]:
        return [stage for duty in self.duties() for stage in duty["stages"].rows()]

    def problem(self, code: str, message: str, pointer: str, hint: str = "") -> Problem:
        return Problem(code, message, pointer, path=self.key, hint=hint)


@dataclass(frozen=True, eq=False)
class Subject:
    """`at` is the instant of the check, for what depends on today."""

    drafts: tuple[Draft, ...]
    at: datetime

    def of_kind(self, kind: str) -> tuple[Draft, ...]:
        return tuple(draft for draft in self.drafts if draft.kind == kind)

    def names(self, kind: str) -> list[str]:
        return [draft.name for draft in self.of_kind(kind)]

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The ids of the levels, most severe first."""
        return self._ids("SeverityPolicy", "levels")

    @cached_property
    def roles(self) -> tuple[str, ...]:
        return self._ids("EscalationMatrix", "roles")

    @cached_property
    def moments(self) -> tuple[str, ...]:
        return self._ids("Taxonomy", "moments")

    def _ids(self, kind: str, part: str) -> tuple[str, ...]:
        return tuple(
            each["id"].text for draft in self.of_kind(kind) for each in draft.spec[part].rows()
        )

    def legible(self, kind: str) -> bool:
        """Whether there are documents of this kind, and each could be read as far as a spec. Where
        not, it cannot be said that they lack something."""
        drafts = self.of_kind(kind)
        return bool(drafts) and all(isinstance(draft.spec.value, dict) for draft in drafts)

    @cached_property
    def whole(self) -> bool:
        """Whether there is something of each kind that a release must have, so that a name which
        nothing defines is a mistake."""
        needed = ("SeverityPolicy", "EscalationMatrix", "SystemRegister")
        return self.vocabulary is not None and all(self.of_kind(kind) for kind in needed)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        return tuple(draft.document for draft in self.drafts if draft.document is not None)

    @cached_property
    def declared(self) -> Mapping[str, Mapping[str, Any]]:
        """The facts that may be stated of the system and of the organisation, with their schema."""
        found: dict[str, dict[str, Any]] = {"system": {}, "organisation": {}}
        for document in report_schema.taxonomies(self.documents):
            for part, facts in found.items():
                facts |= {**getattr(document.spec.adds, part), **facts}
        return {
            "system": {**found["system"], **PROPERTIES},
            "organisation": {**found["organisation"], **ORGANISATION},
        }

    @cached_property
    def base_unusable(self) -> str:
        """Why the base taxonomy's report cannot be used as a schema; empty if it can."""
        ground = report_schema.base(self.documents)
        return unusable(report_schema.merged([ground]).schema) if ground else ""

    @cached_property
    def report(self) -> report_schema.Merged:
        """The schema of reports that all taxonomies make together."""
        return report_schema.merged(self.documents)

    @cached_property
    def vocabulary(self) -> Vocabulary | None:
        """None when some of the facts are not known here."""
        usable = all(draft.document is not None for draft in self.of_kind("Taxonomy"))
        ground = report_schema.base(self.documents)
        return Vocabulary.of(self.documents) if usable and ground else None
