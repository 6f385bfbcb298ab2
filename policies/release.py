"""A release: the policy versions in force at one instant, compiled and ready to decide (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from governance import canonical
from policies import report_schema
from policies.counting import WorkingCalendar
from policies.documents import ONE_OF_EACH, Document, policy_test
from policies.documents.escalation_matrix import EscalationMatrix
from policies.documents.meaning import unknown_name
from policies.documents.obligation_policy import ObligationPolicy, moments
from policies.documents.severity_policy import SeverityPolicy
from policies.documents.system_register import SystemRegister
from policies.errors import PolicyProblems
from policies.problems import Problem
from policies.vocabulary import Vocabulary

#: For counting rules that ignore working days: every day works, and the zone is UTC.
PLAIN_CALENDAR: Final = WorkingCalendar(
    "none", "", "UTC", frozenset(), frozenset(), date(1900, 1, 1), date(2999, 12, 31)
)


@dataclass(frozen=True, eq=False)
class Release:
    """`digest` names the set: the SHA-256 of its sorted identities and digests."""

    digest: str
    documents: tuple[Document, ...]

    def of_kind(self, kind: str) -> tuple[Document, ...]:
        return tuple(document for document in self.documents if document.kind == kind)

    @cached_property
    def report_schema(self) -> Mapping[str, Any]:
        """The base taxonomy's report with the facts and moments that the others add, and what a
        report says of itself as a signal."""
        schema = report_schema.merged(self.documents).schema
        return report_schema.with_signal(schema) if self.takes_signals else schema

    @cached_property
    def takes_signals(self) -> bool:
        """Whether no taxonomy has a fact of its own by the name of the signal."""
        merged = report_schema.merged(self.documents).schema
        return report_schema.SIGNAL not in merged.get("properties", {})

    @cached_property
    def report_validator(self) -> Any:
        return report_schema.validator(self.report_schema)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The facts that conditions and templates may name."""
        return Vocabulary.of(self.documents)

    @cached_property
    def moments(self) -> Mapping[str, str]:
        """Every moment that may be recorded, with its title."""
        return {
            name: title
            for document in self.of_kind("Taxonomy")
            for name, title in document.spec.moments.items()
        }

    @cached_property
    def register(self) -> SystemRegister:
        spec: SystemRegister = self.of_kind("SystemRegister")[0].spec
        return spec

    @cached_property
    def severity(self) -> SeverityPolicy:
        spec: SeverityPolicy = self.of_kind("SeverityPolicy")[0].spec
        return spec

    @cached_property
    def escalation(self) -> EscalationMatrix:
        spec: EscalationMatrix = self.of_kind("EscalationMatrix")[0].spec
        return spec

    @cached_property
    def obligations(self) -> tuple[tuple[Document, ObligationPolicy], ...]:
        return tuple((document, document.spec) for document in self.of_kind("ObligationPolicy"))

    @cached_property
    def calendars(self) -> Mapping[str, WorkingCalendar]:
        return {
            document.metadata.name: replace(
                document.spec, name=document.metadata.name, version=document.metadata.version
            )
            for document in self.of_kind("Calendar")
        }

    def calendar(self, name: str | None) -> WorkingCalendar:
        return self.calendars[name] if name else PLAIN_CALENDAR


def digest_of(members: Iterable[tuple[str, str]]) -> str:
    """The name of the set of (identity, digest) pairs, whatever their order."""
    return canonical.digest(canonical.text([list(pair) for pair in sorted(members)]))


def compile_release(documents: Iterable[Document]) -> Release:
    """The release of these documents but for tests, which decide nothing. Raises PolicyProblems
    when they do not work together: a missing or double kind, or a name of one document that another
    should define and does not."""
    deciding = (document for document in documents if document.kind != policy_test.KIND.name)
    ordered = tuple(sorted(deciding, key=lambda document: document.identity))
    release = Release(
        digest_of((document.identity, document.digest) for document in ordered), ordered
    )
    problems = [*_missing(release)]
    if not problems:
        problems = [*_references(release), *_report_schema(release)]
    if problems:
        raise PolicyProblems(problems)
    return release


def _missing(release: Release) -> Iterable[Problem]:
    for kind in ONE_OF_EACH:
        count = len(release.of_kind(kind))
        if count != 1:
            yield Problem("one-of-each", f"A release has exactly one {kind}; this one has {count}.")
    reports = [doc for doc in release.of_kind("Taxonomy") if doc.spec.report is not None]
    if len(reports) != 1:
        yield Problem(
            "one-report-schema",
            f"Exactly one Taxonomy gives the report schema; here {len(reports)} do.",
        )


def _references(release: Release) -> Iterable[Problem]:
    roles = release.escalation.roles
    for level in release.severity.levels:
        if level.id not in release.escalation.levels:
            yield Problem("severity-without-escalation", f"No escalation for {level.id}.")
    for name in sorted(release.escalation.calendars):
        if name not in release.calendars:
            matrix = release.of_kind("EscalationMatrix")[0]
            yield _in(matrix, unknown_name("calendar", name, release.calendars, ""))
    for document, policy in release.obligations:
        for name in sorted(moments(policy) - set(release.moments)):
            yield _in(document, unknown_name("moment", name, release.moments, ""))
        for duty in policy.duties:
            if duty.owner not in roles:
                yield _in(document, unknown_name("role", duty.owner, roles, ""))
            names = {limit.calendar for stage in duty.stages for limit in stage.limits}
            names |= {stage.every.calendar for stage in duty.stages if stage.every}
            for name in sorted(filter(None, names)):
                if name not in release.calendars:
                    yield _in(document, unknown_name("calendar", name, release.calendars, ""))


def _report_schema(release: Release) -> Iterable[Problem]:
    """What every reader of a report relies on, and whether the schema can be used at all."""
    yield from report_schema.merged(release.documents).problems
    schema = release.report_schema
    if not report_schema.has_title(schema):
        yield Problem(
            "report-without-title", "The report schema must require incident.title and system."
        )
    try:
        _ = release.report_validator
    except ValueError as error:
        yield Problem("report-schema-unusable", f"The report schema cannot be used: {error}"[:300])


def _in(document: Document, problem: Problem) -> Problem:
    return replace(problem, path=document.identity)
