"""Which parts of two releases can give an incident another result (pure).

Documents of equal digest decide alike on equal facts, so that only the others are evaluated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from governance import canonical
from policies import deadlines
from policies.deadlines import NotOwed, Running, Waiting
from policies.documents import Document
from policies.documents.obligation_policy import ObligationPolicy, Stage
from policies.evaluation import Facts, Plan
from policies.release import Release
from policies.simulation.effect import Status, When

DutyKey = tuple[str, str]
"""(policy's name, duty)"""
StageKey = tuple[str, str, str]
"""(policy's name, duty, stage)"""


class Side:
    """One of the two releases. `changed` decides by what is not the same in the other, `whole` by
    everything. `systems` are those of which both registers say the same, `dated` the stages whose
    dates may not be the same on equal facts."""

    def __init__(self, release: Release, other: Release) -> None:
        self.release = release
        self._calendars = _calendars(release, other)
        theirs = {document.metadata.name: document.digest for document, _ in other.obligations}
        self._differing = [
            (document, policy)
            for document, policy in release.obligations
            if theirs.get(document.metadata.name) != document.digest or self._counts_anew(policy)
        ]
        self.severity_changed = _severity(release) != _severity(other)
        severity = release.severity
        self.changed = Plan(
            severity if self.severity_changed else replace(severity, rules=()), self._differing
        )
        self.whole = Plan(severity, release.obligations)
        own, others = _stages(release), _stages(other)
        self._stages = {key: stage for key, (stage, _) in own.items()}
        self._duties = {key[:2] for key in own}
        self.dated = frozenset(
            key
            for key, (stage, text) in own.items()
            if others.get(key, (None, ""))[1] != text or self._calendars & _named(stage)
        )
        self.systems = _systems(release, other)

    def without(self, duty: DutyKey) -> Status:
        """How a duty stands that is not owed."""
        return "does_not_apply" if duty in self._duties else "absent"

    def clock(self, stage: StageKey, starts: Mapping[str, datetime], facts: Facts) -> When:
        known = self._stages.get(stage)
        if known is None:
            return When("absent")
        found = deadlines.clock(known, starts=starts, facts=facts, release=self.release)
        match found:
            case NotOwed():
                return When("not owed")
            case Waiting():
                return When("waiting", waits_for=found.for_anchors)
            case Running() if found.legal_due is None:
                return When("promptly")
            case _:
                return When("running", found.legal_due, found.conservative_due)

    def _counts_anew(self, policy: ObligationPolicy) -> bool:
        return any(
            self._calendars & _named(stage) for duty in policy.duties for stage in duty.stages
        )


def schema_changed(before: Release, after: Release) -> bool:
    return canonical.text(before.report_schema) != canonical.text(after.report_schema)


def _severity(release: Release) -> str:
    return release.of_kind("SeverityPolicy")[0].digest


def _systems(release: Release, other: Release) -> frozenset[str]:
    """The systems of which the two registers say the same."""
    mine, theirs = release.register, other.register
    if canonical.text(mine.organisation) != canonical.text(theirs.organisation):
        return frozenset()
    return frozenset(
        name
        for name, facts in mine.systems.items()
        if name in theirs.systems and canonical.text(facts) == canonical.text(theirs.systems[name])
    )


def _calendars(release: Release, other: Release) -> frozenset[str]:
    """The calendars that do not count alike; another version alone changes no date."""
    mine, theirs = release.calendars, other.calendars
    return frozenset(
        name
        for name in {*mine, *theirs}
        if name not in mine
        or name not in theirs
        or replace(mine[name], version="") != replace(theirs[name], version="")
    )


def _named(stage: Stage) -> frozenset[str]:
    """The calendars that a stage counts by."""
    named = {limit.calendar for limit in stage.limits}
    if stage.every is not None:
        named.add(stage.every.calendar)
    return frozenset(name for name in named if name)


def _stages(release: Release) -> Mapping[StageKey, tuple[Stage, str]]:
    return {
        (document.metadata.name, duty.id, stage.id): (stage, canonical.text(raw))
        for document, policy in release.obligations
        for duty, stage, raw in _with_text(document, policy)
    }


def _with_text(document: Document, policy: ObligationPolicy) -> Iterator[tuple[Any, Stage, Any]]:
    """Every stage with its part of the document; both stand in the document's order."""
    for duty, raw in zip(policy.duties, document.data["spec"]["duties"], strict=True):
        for stage, part in zip(duty.stages, raw["stages"], strict=True):
            yield duty, stage, part
