"""What deciding gives: severity and duties, each with its reasons; the record of it all (pure)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal, NamedTuple

from governance import canonical
from policies.documents.obligation_policy import Duty, ObligationPolicy
from policies.documents.severity_policy import SeverityPolicy

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
    policy: SeverityPolicy = field(repr=False, compare=False)
    facts: Facts = field(repr=False, compare=False)

    @property
    def trace(self) -> tuple[Mapping[str, object], ...]:
        """Every rule with its comparisons."""
        return tuple(
            {"rule": rule.id, "level": rule.level, "trace": rule.when.evaluate(self.facts).trace}
            for rule in self.policy.rules
        )


@dataclass(frozen=True)
class Subject:
    """The duty that is decided on, in its policy version. `name` is the policy's."""

    name: str
    identity: str
    digest: str
    policy: ObligationPolicy
    duty: Duty


class DutyDecision(NamedTuple):
    """Whether one duty applies. `shadow`: computed and shown, but the law does not bite yet (or is
    not law), so it never counts as overdue and does not keep an incident open. `concerns`: its
    regime does, or may; that such a duty does not apply is a decision not to notify."""

    subject: Subject
    outcome: Outcome
    shadow: bool
    shadow_because: str
    superseded_by: str
    missing: tuple[str, ...]
    facts: Facts
    concerns: bool = True

    @property
    def policy(self) -> str:
        return self.subject.identity

    @property
    def policy_digest(self) -> str:
        return self.subject.digest

    @property
    def regime(self) -> str:
        return self.subject.policy.regime

    @property
    def duty(self) -> Duty:
        return self.subject.duty

    @property
    def determine_within(self) -> timedelta:
        return self.subject.duty.determine_within

    @property
    def trace(self) -> Mapping[str, object]:
        """The comparisons of the regime's condition, and of the duty's own where the regime does
        not fail to apply already."""
        scope = self.subject.policy.applies_when.evaluate(self.facts)
        when = self.subject.duty.when
        if when is None or scope.outcome is False:
            return {"applies_when": scope.trace}
        return {"applies_when": scope.trace, "when": when.evaluate(self.facts).trace}


@dataclass(frozen=True)
class Decision:
    """What a release says about some facts at an instant. `text` is its canonical JSON, written
    when it is first asked for: the facts must not change before that."""

    at: datetime
    release: str
    severity: Severity
    duties: tuple[DutyDecision, ...]
    facts: Facts = field(repr=False)
    write: Callable[["Decision"], str] = field(repr=False, compare=False)

    @cached_property
    def facts_text(self) -> str:
        """The facts as canonical JSON."""
        return canonical.text(self.facts)

    @cached_property
    def facts_digest(self) -> str:
        return canonical.digest(self.facts_text)

    @cached_property
    def text(self) -> str:
        return self.write(self)

    @cached_property
    def digest(self) -> str:
        return canonical.digest(self.text)

    def of(self, outcome: Outcome) -> tuple[DutyDecision, ...]:
        return tuple(duty for duty in self.duties if duty.outcome == outcome)
