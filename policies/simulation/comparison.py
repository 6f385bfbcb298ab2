"""What stored incidents would get under another release (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from governance import canonical
from policies import reports
from policies.evaluation import DutyDecision
from policies.release import Release
from policies.simulation.case import Case
from policies.simulation.effect import OWED, DateChange, DutyChange, Effect, Status
from policies.simulation.side import DutyKey, Side, schema_changed

Facts = Mapping[str, Any]
Decided = Mapping[DutyKey, DutyDecision]


def compare(
    before: Release, after: Release, cases: Iterable[Case], *, at: datetime | None = None
) -> Iterator[Effect]:
    """One effect for each case, in their order; `changed` tells those that matter. See
    `Comparison.of`."""
    comparison = Comparison(before, after)
    return (comparison.of(case, at=at) for case in cases)


class Comparison:
    """Two releases, made ready. What both have alike is evaluated only where facts differ."""

    def __init__(self, before: Release, after: Release) -> None:
        self._before = Side(before, after)
        self._after = Side(after, before)
        self._schema_changed = schema_changed(before, after)
        #: The systems that both registers know.
        self.registered = before.register.systems.keys() & after.register.systems.keys()

    def of(self, case: Case, *, at: datetime | None = None) -> Effect:
        """The case decided under both at `at`, by default when it was decided last."""
        at = at or case.decided_at
        system = case.report.get("system")
        same = system in self._before.systems
        old = _facts(case, self._before.release)
        new = old if same else _facts(case, self._after.release)
        level, owed = _decided(self._before, old, at, whole=not same)
        level_after, owed_after = _decided(self._after, new, at, whole=not same)
        if same and not self._before.severity_changed:
            level = level_after = case.severity
        return Effect(
            id=case.id,
            reference=case.reference,
            open=case.open,
            now=case.severity,
            before=level,
            after=level_after,
            duties=tuple(self._duties(owed, owed_after)),
            dates=tuple(self._dates(case, owed, owed_after, (old, new), same=same)),
            findings=self._findings(case, at),
            unregistered=system not in self.registered,
        )

    def _duties(self, before: Decided, after: Decided) -> Iterator[DutyChange]:
        for key in {**after, **before}:
            old, new = before.get(key), after.get(key)
            status = self._before.without(key) if old is None else _status(old)
            status_after = self._after.without(key) if new is None else _status(new)
            shadow, shadow_after = old is not None and old.shadow, new is not None and new.shadow
            if (status, shadow) != (status_after, shadow_after):
                known = new or old
                yield DutyChange(
                    policy=key[0],
                    duty=key[1],
                    title=known.duty.title if known else "",
                    before=status,
                    after=status_after,
                    shadow_before=shadow,
                    shadow_after=shadow_after,
                    missing=new.missing if new else (),
                )

    def _dates(
        self, case: Case, before: Decided, after: Decided, facts: tuple[Facts, Facts], *, same: bool
    ) -> Iterator[DateChange]:
        """Of the duties that are owed under both: those newly owed are changes of their own. Of a
        stage that recurs, the first occurrence counts."""
        for key, decision in after.items():
            other = before.get(key)
            if other is None or _status(other) not in OWED or _status(decision) not in OWED:
                continue
            starts = case.starts(*key)
            for stage in self._stages(key, other, decision, same=same):
                old = self._before.clock((*key, stage), starts, facts[0])
                new = self._after.clock((*key, stage), starts, facts[1])
                if old != new:
                    yield DateChange(*key, stage, old, new)

    def _stages(
        self, key: DutyKey, before: DutyDecision, after: DutyDecision, *, same: bool
    ) -> list[str]:
        """Those whose dates may not be the same."""
        named = dict.fromkeys(stage.id for each in (after, before) for stage in each.duty.stages)
        if not same:
            return list(named)
        dated = self._before.dated | self._after.dated
        return [name for name in named if (*key, name) in dated]

    def _findings(self, case: Case, at: datetime) -> tuple[reports.Finding, ...]:
        if not self._schema_changed or self._after.release.report_validator.is_valid(case.report):
            return ()
        checked = reports.check(case.report, self._before.release, at=at)
        known = {(each.code, each.pointer) for each in checked}
        found = reports.check(case.report, self._after.release, at=at)
        # That a system is not registered is counted by itself.
        return tuple(
            each
            for each in found
            if (each.code, each.pointer) not in known and each.code != "unknown-system"
        )


def _facts(case: Case, release: Release) -> Facts:
    """The report with what the register knows of its system; where it knows none, with what the
    last decision saw."""
    register = release.register
    known = register.systems.get(case.report.get("system", ""))
    stored = case.stored or {}
    return {
        **case.report,
        "system": stored.get("system", {}) if known is None else known,
        "organisation": register.organisation,
        "moments": {name: canonical.instant(at) for name, at in case.moments.items()},
    }


def _decided(side: Side, facts: Facts, at: datetime, *, whole: bool) -> tuple[str, Decided]:
    """The level, and the duties that apply or might."""
    plan = side.whole if whole else side.changed
    reading = plan.read(facts)
    duties = {
        (each.subject.name, each.duty.id): each
        for each in plan.duties(reading, facts, at)
        if each.outcome != "does_not_apply"
    }
    return plan.severity(reading, facts).level, duties


def _status(decision: DutyDecision) -> Status:
    if decision.superseded_by:
        return "superseded"
    return "applies" if decision.outcome == "applies" else "question"
