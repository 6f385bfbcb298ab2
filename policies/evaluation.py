"""Deciding: severity and duties of an incident under a release (pure and deterministic).

The same release, facts and instant give the same bytes. Every result carries its reasons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from governance import canonical
from policies.conditions import Condition, Verdict
from policies.documents import Document
from policies.documents.obligation_policy import Duty, ObligationPolicy
from policies.documents.severity_policy import Rule, SeverityPolicy
from policies.release import Release

Facts = Mapping[str, Any]
Outcome = Literal["applies", "undetermined", "does_not_apply"]


@dataclass(frozen=True)
class Severity:
    """`because` are the reasons of the rules that gave the level; `provisional` when only an
    undetermined rule reaches it, so that the facts in `missing` may still lower it."""

    level: str
    title: str
    rules: tuple[str, ...]
    because: tuple[str, ...]
    provisional: bool
    missing: tuple[str, ...]
    trace: tuple[Mapping[str, object], ...]


@dataclass(frozen=True)
class DutyDecision:
    """Whether one duty applies. `shadow`: computed and shown, but the law does not bite yet (or is
    not law), so it never counts as overdue and does not keep an incident open."""

    policy: str
    policy_digest: str
    regime: str
    duty: Duty
    outcome: Outcome
    shadow: bool
    shadow_because: str
    superseded_by: str
    missing: tuple[str, ...]
    determine_within: timedelta
    trace: Mapping[str, object]


@dataclass(frozen=True)
class Decision:
    """What a release says about some facts at an instant. `text` is its canonical JSON."""

    at: datetime
    release: str
    facts_digest: str
    severity: Severity
    duties: tuple[DutyDecision, ...]
    text: str

    @property
    def digest(self) -> str:
        return canonical.digest(self.text)

    def of(self, outcome: Outcome) -> tuple[DutyDecision, ...]:
        return tuple(duty for duty in self.duties if duty.outcome == outcome)


def facts_of(report: Mapping[str, Any], release: Release) -> dict[str, Any]:
    """A valid report with what the register knows of its system and of the organisation."""
    register = release.register
    return {
        **report,
        "system": dict(register.systems[report["system"]]),
        "organisation": dict(register.organisation),
    }


def decide(release: Release, facts: Facts, *, at: datetime) -> Decision:
    """Severity and duties of `facts` under `release` at `at`."""
    severity = _severity(release.severity, facts)
    duties = tuple(
        decision
        for document, policy in release.obligations
        for decision in _regime(document, policy, facts, at)
    )
    facts_digest = canonical.digest(canonical.text(facts))
    record = {
        "at": at,
        "release": release.digest,
        "facts": facts_digest,
        "severity": _severity_record(severity),
        "duties": [_duty_record(duty) for duty in duties],
    }
    return Decision(at, release.digest, facts_digest, severity, duties, canonical.text(record))


# --- severity ----------------------------------------------------------------------------------


def _severity(policy: SeverityPolicy, facts: Facts) -> Severity:
    verdicts = [(rule, rule.when.evaluate(facts)) for rule in policy.rules]
    true = [(rule, verdict) for rule, verdict in verdicts if verdict.outcome is True]
    level = min((rule.level for rule, _ in true), key=policy.rank, default=policy.default)
    chosen = [(rule, verdict) for rule, verdict in true if rule.level == level]
    provisional = False
    if policy.when_undetermined == "raise":
        open_ = [(rule, verdict) for rule, verdict in verdicts if verdict.outcome is None]
        highest = min((rule.level for rule, _ in open_), key=policy.rank, default=level)
        if policy.rank(highest) < policy.rank(level):
            level, provisional = highest, True
            chosen = [(rule, verdict) for rule, verdict in open_ if rule.level == highest]
    return Severity(
        level=level,
        title=next(known.title for known in policy.levels if known.id == level),
        rules=tuple(rule.id for rule, _ in chosen),
        because=tuple(rule.because for rule, _ in chosen)
        or ("No rule gives a higher level; this is the default.",),
        provisional=provisional,
        missing=tuple(sorted({path for _, verdict in chosen for path in verdict.missing})),
        trace=tuple(_rule_trace(rule, verdict) for rule, verdict in verdicts),
    )


def _rule_trace(rule: Rule, verdict: Verdict) -> Mapping[str, object]:
    return {"rule": rule.id, "level": rule.level, "trace": verdict.trace}


# --- duties ------------------------------------------------------------------------------------


def _regime(
    document: Document, policy: ObligationPolicy, facts: Facts, at: datetime
) -> list[DutyDecision]:
    scope = policy.applies_when.evaluate(facts)
    shadow, why = _shadow(policy, facts, at)
    found = []
    for duty in policy.duties:
        # A regime that does not apply needs no reasons duty by duty.
        verdict = duty.when.evaluate(facts) if duty.when and scope.outcome is not False else None
        outcome = _both(scope.outcome, verdict.outcome if verdict else True)
        missing = {*scope.missing, *(verdict.missing if verdict else ())}
        trace: dict[str, object] = {"applies_when": scope.trace}
        if verdict is not None:
            trace["when"] = verdict.trace
        found.append(
            DutyDecision(
                policy=document.identity,
                policy_digest=document.digest,
                regime=policy.regime,
                duty=duty,
                outcome=outcome,
                shadow=shadow,
                shadow_because=why,
                superseded_by="",
                missing=tuple(sorted(missing)) if outcome == "undetermined" else (),
                determine_within=duty.determine_within,
                trace=trace,
            )
        )
    return _supersede(found)


def _both(scope: bool | None, own: bool | None) -> Outcome:
    """Kleene's `and` of the regime's condition and the duty's own."""
    if scope is False or own is False:
        return "does_not_apply"
    return "applies" if scope is True and own is True else "undetermined"


def _supersede(decisions: list[DutyDecision]) -> list[DutyDecision]:
    """A duty that applies replaces those it supersedes, if they apply or might."""
    by = {
        other: decision.duty.id
        for decision in decisions
        if decision.outcome == "applies"
        for other in decision.duty.supersedes
    }
    return [
        _replaced(decision, by[decision.duty.id])
        if decision.duty.id in by and decision.outcome != "does_not_apply"
        else decision
        for decision in decisions
    ]


def _replaced(decision: DutyDecision, by: str) -> DutyDecision:
    return DutyDecision(**{**decision.__dict__, "superseded_by": by})


def _shadow(policy: ObligationPolicy, facts: Facts, at: datetime) -> tuple[bool, str]:
    """Whether the law does not bite (yet), and why. In doubt the earliest date counts."""
    if policy.status in {"voluntary", "proposed", "repealed"}:
        return True, f"The rule is {policy.status}."
    if policy.applies_until is not None and at.date() > policy.applies_until:
        return True, f"The rule applied until {policy.applies_until.isoformat()}."
    if not policy.applies_from:
        return (
            policy.status != "in_force",
            "" if policy.status == "in_force" else "Not yet in force.",
        )
    possible = [each.first for each in policy.applies_from if _might(each.when, facts)]
    if not possible:
        return True, "None of the rule's dates of application fits this system."
    first = min(possible)
    if at.date() >= first:
        return False, ""
    return True, f"The rule applies from {first.isoformat()}."


def _might(when: Condition | None, facts: Facts) -> bool:
    return when is None or when.outcome(facts) is not False


# --- the record --------------------------------------------------------------------------------


def _severity_record(severity: Severity) -> Mapping[str, object]:
    return {
        "level": severity.level,
        "rules": severity.rules,
        "because": severity.because,
        "provisional": severity.provisional,
        "missing": severity.missing,
        "trace": severity.trace,
    }


def _duty_record(decision: DutyDecision) -> Mapping[str, object]:
    return {
        "policy": decision.policy,
        "digest": decision.policy_digest,
        "duty": decision.duty.id,
        "outcome": decision.outcome,
        "shadow": decision.shadow,
        "shadow_because": decision.shadow_because,
        "superseded_by": decision.superseded_by,
        "missing": decision.missing,
        "trace": decision.trace,
    }
