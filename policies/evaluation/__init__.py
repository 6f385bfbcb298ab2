"""Deciding: severity and duties of an incident under a release (pure and deterministic).

The same release, facts and instant give the same bytes. Every result carries its reasons.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from policies import personal_facts
from policies.evaluation.decision import Decision, DutyDecision, Facts, Outcome, Severity
from policies.evaluation.plan import Plan
from policies.evaluation.reasons import reasons
from policies.evaluation.record import Writer
from policies.release import Release

__all__ = [
    "Decision",
    "DutyDecision",
    "Facts",
    "Outcome",
    "Plan",
    "Severity",
    "decide",
    "facts_of",
    "reasons",
]

_ready: WeakKeyDictionary[Release, tuple[Plan, Writer]] = WeakKeyDictionary()


def facts_of(report: Mapping[str, Any], release: Release) -> dict[str, Any]:
    """A valid report with what the register knows of its system and of the organisation, and
    without what may be about a person: a decision keeps its facts for good, and reads none of
    that."""
    register = release.register
    return {
        **personal_facts.without(report, release.vocabulary.personal),
        "system": dict(register.systems[report["system"]]),
        "organisation": dict(register.organisation),
    }


def decide(release: Release, facts: Facts, *, at: datetime) -> Decision:
    """Severity and duties of `facts` under `release` at `at`."""
    plan, writer = _ready.get(release) or prepare(release)
    reading = plan.read(facts)
    return Decision(
        at=at,
        release=release.digest,
        severity=plan.severity(reading, facts),
        duties=plan.duties(reading, facts, at),
        facts=facts,
        write=partial(writer.text, reading),
    )


def prepare(release: Release) -> tuple[Plan, Writer]:
    """Get ready to decide by `release`, which the first decision does otherwise. Kept for as long
    as the release is."""
    plan = Plan(release.severity, release.obligations)
    return _ready.setdefault(release, (plan, Writer(plan)))
