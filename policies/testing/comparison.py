"""What was decided of an example, against what it expects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from policies import deadlines, reports
from policies.documents.obligation_policy import Stage
from policies.documents.policy_test import DutyExpected, Example, PolicyTest, StageExpected
from policies.evaluation import Decision, DutyDecision
from policies.problems import below, nearest
from policies.release import Release
from policies.testing.coverage import covered, meant

Now = deadlines.Running | deadlines.Waiting | deadlines.NotOwed


@dataclass(frozen=True)
class Mismatch:
    """`pointer` leads into the test document, to the expectation or to the facts at fault."""

    message: str
    pointer: str


@dataclass(frozen=True, eq=False)
class Comparison:
    release: Release
    test: PolicyTest
    example: Example
    facts: Mapping[str, Any]
    decision: Decision

    def severity(self) -> Iterable[Mismatch]:
        expected, got = self.example.expected, self.decision.severity
        at = f"{self.example.pointer}/expect"
        if expected.severity not in {None, got.level}:
            because = " ".join(got.because)
            message = f"severity: expected {expected.severity}, got {got.level} ({because})"
            yield Mismatch(message, f"{at}/severity")
        if expected.provisional not in {None, got.provisional}:
            found = "is provisional" if got.provisional else "is not provisional"
            yield Mismatch(f"severity: {got.level} {found}", f"{at}/provisional")

    def duties(self) -> Iterable[Mismatch]:
        decided = {(_policy(each), each.duty.id): each for each in self.decision.duties}
        known = covered(self.release, self.test)
        for name, expected in self.example.expected.duties.items():
            at = below(f"{self.example.pointer}/expect/duties", name)
            found = meant(name, known)
            if len(found) == 1:
                yield from self._duty(name, expected, decided[found[0]], at)
            elif found:
                choice = " or ".join("/".join(key) for key in found)
                yield Mismatch(f"{name}: several policies have this duty; write {choice}", at)
            else:
                close = near(name, [duty for _, duty in known])
                yield Mismatch(f"{name}: no covered policy has this duty{close}", at)

    def _duty(
        self, name: str, expected: DutyExpected, got: DutyDecision, at: str
    ) -> Iterable[Mismatch]:
        outcome = "superseded" if got.superseded_by else got.outcome
        if outcome != expected.outcome:
            yield Mismatch(f"{name}: expected {expected.outcome}, got {_got(got)}", at)
            return
        if expected.shadow not in {None, got.shadow}:
            message = f"in shadow: {got.shadow_because}" if got.shadow else "not in shadow"
            yield Mismatch(f"{name}: it is {message}", f"{at}/shadow")
        if expected.missing not in {None, frozenset(got.missing)}:
            wanted = ", ".join(sorted(expected.missing or ()))
            message = f"expected {wanted} to be missing, missing are {', '.join(got.missing)}"
            yield Mismatch(f"{name}: {message}", f"{at}/missing")
        for stage, stage_expected in expected.stages.items():
            place = below(f"{at}/stages", stage)
            for message in self._stage(name, got, stage, stage_expected):
                yield Mismatch(f"{name}/{stage}: {message}", place)

    def _stage(
        self, duty: str, got: DutyDecision, name: str, expected: StageExpected
    ) -> Iterable[str]:
        stages = {stage.id: stage for stage in got.duty.stages}
        if name not in stages:
            return [f"there is no such stage{near(name, stages)}"]
        return _clock(self._now(duty, stages[name]), expected)

    def _now(self, duty: str, stage: Stage) -> Now:
        """The clock of the stage, of a recurring one that of the occurrence to be sent next."""
        sent = self.example.submitted.get(duty, {})
        first = {f"submitted:{name}": instants[0] for name, instants in sent.items()}
        starts = {**moments(self.facts), **first}
        previous, now = None, self._count(stage, starts, None)
        for at in sent.get(stage.id, ()) if stage.every else ():
            due = now.legal_due if isinstance(now, deadlines.Running) else None
            previous = deadlines.Sent(at, due)
            now = self._count(stage, starts, previous)
        return now

    def _count(
        self, stage: Stage, starts: Mapping[str, datetime], previous: deadlines.Sent | None
    ) -> Now:
        return deadlines.clock(
            stage, starts=starts, facts=self.facts, release=self.release, previous=previous
        )


def moments(facts: Mapping[str, Any]) -> dict[str, datetime]:
    """The moments that facts or a report state."""
    stated = facts.get("moments", {})
    read = {name: reports.instant_of(text) for name, text in stated.items()}
    return {name: at for name, at in read.items() if at is not None}


def near(name: str, known: Iterable[str]) -> str:
    """The end of a message about a name that does not exist."""
    close = nearest(name, known)
    return f"; did you mean {close}?" if close else ""


def _policy(decision: DutyDecision) -> str:
    return decision.policy.partition("/")[2].partition("@")[0]


def _got(decision: DutyDecision) -> str:
    if decision.superseded_by:
        return f"superseded (by {decision.superseded_by})"
    if decision.outcome == "undetermined":
        return f"undetermined (missing {', '.join(decision.missing)})"
    return decision.outcome


def _clock(now: Now, expected: StageExpected) -> Iterable[str]:
    match now:
        case deadlines.NotOwed():
            return [f"it is not owed: {now.because}"] if expected.owed else []
        case _ if not expected.owed:
            return ["it is owed"]
        case deadlines.Waiting():
            waits = frozenset(now.for_anchors)
            return [] if waits == expected.waits_for else [f"it waits for {_or(waits)}"]
        case _:
            return _running(now, expected)


def _or(anchors: Iterable[str]) -> str:
    return " or ".join(sorted(anchors)) or "nothing that can be recorded"


def _running(now: deadlines.Running, expected: StageExpected) -> Iterable[str]:
    if expected.waits_for is not None:
        yield f"it does not wait: it runs from {now.anchor}, {_at(now.started_at, now.zone)}"
    if expected.promptly and now.legal_due is not None:
        yield f"it is due {_at(now.legal_due, now.zone)}, not promptly"
    for word, wanted, got in (
        ("legal", expected.legal, now.legal_due),
        ("conservative", expected.conservative, now.conservative_due),
        ("target", expected.target, now.target_due),
    ):
        if wanted is not None and got is None:
            yield f"{word}: expected {_at(wanted, now.zone)}, but it has no such time"
        elif wanted is not None and got is not None and wanted != got:
            yield f"{word}: expected {_at(wanted, now.zone)}, got {_at(got, now.zone)}"


def _at(instant: datetime, zone: str) -> str:
    """An instant in UTC and in the zone that counted."""
    local = instant.astimezone(ZoneInfo(zone))
    utc = instant.astimezone(ZoneInfo("UTC"))
    return f"{local:%a %Y-%m-%d %H:%M:%S} {zone} ({utc:%Y-%m-%dT%H:%M:%SZ})"
