"""A release made ready to decide fast: its conditions as one circuit (pure)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from policies.conditions import Condition
from policies.documents import Document
from policies.documents.obligation_policy import ObligationPolicy
from policies.documents.severity_policy import Rule, SeverityPolicy
from policies.evaluation.circuit import FALSE, TRUE, UNDETERMINED, Circuit, Gate, Reading
from policies.evaluation.decision import DutyDecision, Facts, Outcome, Severity, Subject

BY_DEFAULT: Final = ("No rule gives a higher level; this is the default.",)
OUTCOMES: Final[Sequence[Outcome]] = ("does_not_apply", "undetermined", "applies")
Standing = tuple[bool, str]
"""Whether a policy's duties are shadows, and why."""


@dataclass(frozen=True)
class Ranked:
    """A rule of the severity policy; rank 0 is the most severe level."""

    rule: Rule
    rank: int
    slot: int


@dataclass(frozen=True)
class PolicyPlan:
    """`scope` and the slots of `duties` (None: the regime's condition is enough) are in the
    release's circuit; `gates` are settled only where the regime may apply. `dates` are those from
    which the law bites, each with the slot of its condition."""

    identity: str
    digest: str
    policy: ObligationPolicy
    scope: int
    duties: Sequence[tuple[Subject, int | None]]
    dates: Sequence[tuple[date, int | None]]
    gates: Sequence[Gate]
    supersedes: bool

    def standing(self, outcomes: Sequence[int], today: date) -> Standing:
        """Whether the law does not bite (yet), and why. In doubt the earliest date counts."""
        policy = self.policy
        if policy.status in {"voluntary", "proposed", "repealed"}:
            return True, f"The rule is {policy.status}."
        if policy.applies_until is not None and today > policy.applies_until:
            return True, f"The rule applied until {policy.applies_until.isoformat()}."
        if not self.dates:
            in_force = policy.status == "in_force"
            return (False, "") if in_force else (True, "Not yet in force.")
        possible = [day for day, slot in self.dates if slot is None or outcomes[slot] != FALSE]
        if not possible:
            return True, "None of the rule's dates of application fits this system."
        first = min(possible)
        if today >= first:
            return False, ""
        return True, f"The rule applies from {first.isoformat()}."


class Plan:
    """How to decide by a severity policy and some obligation policies, often a whole release's."""

    def __init__(
        self, severity: SeverityPolicy, obligations: Sequence[tuple[Document, ObligationPolicy]]
    ) -> None:
        self.severity_policy = severity
        self.circuit = Circuit(_conditions(severity, obligations))
        slot = self.circuit.slot
        self.rules = [
            Ranked(each, severity.rank(each.level), slot(each.when)) for each in severity.rules
        ]
        #: What every decision looks at: the rules, each regime's condition and dates.
        self.always = self.circuit.reach(
            [each.slot for each in self.rules]
            + [slot(each) for _, policy in obligations for each in _scope(policy)]
        )
        self._first = self.circuit.gates(self.always)
        self.policies = [self._policy(document, policy) for document, policy in obligations]

    def read(self, facts: Facts) -> Reading:
        """The facts as rules and regimes see them; `duties` settles the rest."""
        reading = self.circuit.read(facts)
        reading.settle(self._first)
        return reading

    def severity(self, reading: Reading, facts: Facts) -> Severity:
        """The highest level with a true rule; doubt raises it where the policy says so."""
        policy, outcomes = self.severity_policy, reading.outcomes
        rank, wanted = min(self._ranks(outcomes, TRUE), default=policy.rank(policy.default)), TRUE
        if policy.when_undetermined == "raise":
            possible = min(self._ranks(outcomes, UNDETERMINED), default=rank)
            if possible < rank:
                rank, wanted = possible, UNDETERMINED
        chosen = [
            each for each in self.rules if each.rank == rank and outcomes[each.slot] == wanted
        ]
        missing = 0
        for each in chosen:
            missing |= reading.missing(each.slot)
        return Severity(
            level=policy.levels[rank].id,
            title=policy.levels[rank].title,
            rules=tuple([each.rule.id for each in chosen]),
            because=tuple([each.rule.because for each in chosen]) or BY_DEFAULT,
            provisional=wanted == UNDETERMINED,
            missing=self.circuit.names(missing),
            policy=policy,
            facts=facts,
        )

    def duties(self, reading: Reading, facts: Facts, at: datetime) -> tuple[DutyDecision, ...]:
        found: list[DutyDecision] = []
        today = at.date()
        for plan in self.policies:
            shadow, why = plan.standing(reading.outcomes, today)
            if reading.outcomes[plan.scope] == FALSE:
                found += [
                    DutyDecision(subject, "does_not_apply", shadow, why, "", (), facts, False)
                    for subject, _ in plan.duties
                ]
            else:
                decided = self._open(plan, reading, shadow, why, facts)
                found += _superseded(decided) if plan.supersedes else decided
        return tuple(found)

    def _open(
        self, plan: PolicyPlan, reading: Reading, shadow: bool, why: str, facts: Facts
    ) -> list[DutyDecision]:
        """The duties of a regime that applies or might."""
        outcomes = reading.outcomes
        reading.settle(plan.gates)
        scope = outcomes[plan.scope]
        found = []
        for subject, slot in plan.duties:
            outcome = scope if slot is None else min(scope, outcomes[slot])
            missing: tuple[str, ...] = ()
            if outcome == UNDETERMINED:
                own = 0 if slot is None else reading.missing(slot)
                missing = self.circuit.names(reading.missing(plan.scope) | own)
            found.append(DutyDecision(subject, OUTCOMES[outcome], shadow, why, "", missing, facts))
        return found

    def _ranks(self, outcomes: Sequence[int], wanted: int) -> list[int]:
        return [each.rank for each in self.rules if outcomes[each.slot] == wanted]

    def _policy(self, document: Document, policy: ObligationPolicy) -> PolicyPlan:
        slot = self.circuit.slot
        own = [slot(duty.when) for duty in policy.duties if duty.when is not None]
        return PolicyPlan(
            identity=document.identity,
            digest=document.digest,
            policy=policy,
            scope=slot(policy.applies_when),
            duties=[
                (
                    Subject(
                        document.metadata.name, document.identity, document.digest, policy, duty
                    ),
                    None if duty.when is None else slot(duty.when),
                )
                for duty in policy.duties
            ],
            dates=[
                (each.first, None if each.when is None else slot(each.when))
                for each in policy.applies_from
            ],
            gates=self.circuit.gates(self.circuit.reach(own) - self.always),
            supersedes=any(duty.supersedes for duty in policy.duties),
        )


def _conditions(
    severity: SeverityPolicy, obligations: Iterable[tuple[Document, ObligationPolicy]]
) -> Iterator[Condition]:
    yield from (rule.when for rule in severity.rules)
    for _, policy in obligations:
        yield from _scope(policy)
        yield from (duty.when for duty in policy.duties if duty.when is not None)


def _scope(policy: ObligationPolicy) -> Iterator[Condition]:
    yield policy.applies_when
    yield from (each.when for each in policy.applies_from if each.when is not None)


def _superseded(decisions: list[DutyDecision]) -> list[DutyDecision]:
    """A duty that applies replaces those it supersedes, if they apply or might."""
    by = {
        other: decision.duty.id
        for decision in decisions
        if decision.outcome == "applies"
        for other in decision.duty.supersedes
    }
    return [
        decision._replace(superseded_by=by[decision.duty.id])
        if decision.duty.id in by and decision.outcome != "does_not_apply"
        else decision
        for decision in decisions
    ]
