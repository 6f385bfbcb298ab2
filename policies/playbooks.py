"""Which playbooks answer an incident, and when their steps are due (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from policies.documents.playbook import Playbook, Step
from policies.release import Release


@dataclass(frozen=True)
class Planned:
    """`due` is None for a step without a time target."""

    step: Step
    due: datetime | None


@dataclass(frozen=True)
class Applicable:
    """A playbook to follow. With `missing`, it only may apply: these facts would settle it."""

    policy: str
    title: str
    missing: tuple[str, ...]
    steps: tuple[Planned, ...]


def applicable(
    release: Release, facts: Mapping[str, Any], level: str, *, reported_at: datetime
) -> tuple[Applicable, ...]:
    """The playbooks for an incident of this severity, those that apply before those that may; each
    step is due its time after the report."""
    found = []
    for document in release.of_kind("Playbook"):
        playbook: Playbook = document.spec
        if playbook.levels and level not in playbook.levels:
            continue
        verdict = playbook.applies_when.evaluate(facts) if playbook.applies_when else None
        if verdict is None or verdict.outcome is not False:
            missing = verdict.missing if verdict else ()
            steps = tuple(_planned(step, reported_at) for step in playbook.steps)
            found.append(Applicable(document.identity, document.metadata.title, missing, steps))
    return tuple(sorted(found, key=lambda each: bool(each.missing)))


def _planned(step: Step, reported_at: datetime) -> Planned:
    return Planned(step, reported_at + step.within if step.within is not None else None)
