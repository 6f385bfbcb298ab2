"""Playbook: ordered steps of response, each with who takes it and how soon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from policies.conditions import Condition
from policies.documents.document import Kind
from policies.documents.meaning import Problems, condition, duration, twice
from policies.documents.schema import CONDITION, ID, TEXT, array, mapping
from policies.documents.severity_policy import LEVEL_ID
from policies.problems import Problem

PHASES: Final = (
    "contain",
    "halt_delivery",
    "roll_back",
    "preserve_evidence",
    "communicate",
    "investigate",
    "recover",
)
#: A subcategory of the NIST AI RMF 1.0.
RMF: Final = {"type": "string", "pattern": r"^(GOVERN|MAP|MEASURE|MANAGE) [1-9]\.[1-9][0-9]?$"}

STEP: Final = mapping(
    {
        "id": ID,
        "title": TEXT,
        "phase": {"enum": list(PHASES)},
        "role": ID,
        "within": TEXT,
        "instructions": TEXT,
        "action": ID,
        "rmf": array(RMF),
    },
    required=("id", "title", "phase", "role"),
)

SPEC: Final = mapping(
    {
        "applies_when": CONDITION,
        "levels": array(LEVEL_ID, least=1),
        "steps": array(STEP, least=1),
    },
    required=("steps",),
)


@dataclass(frozen=True)
class Step:
    """`within` counts from the report; None is a step without a time target. `action` names what a
    connector could do for it."""

    id: str
    title: str
    phase: str
    role: str
    within: timedelta | None
    instructions: str
    action: str
    rmf: tuple[str, ...]


@dataclass(frozen=True)
class Playbook:
    """Applies when the condition holds and the severity is one of `levels` (empty: any)."""

    applies_when: Condition | None
    levels: tuple[str, ...]
    steps: tuple[Step, ...]


def parse(spec: Mapping[str, Any]) -> tuple[Playbook | None, list[Problem]]:
    found = Problems()
    when = None
    if "applies_when" in spec:
        when = condition(spec["applies_when"], "/spec/applies_when", found)
    elif "levels" not in spec:
        found.append(
            Problem(
                "playbook-for-everything",
                "The playbook does not say when it applies.",
                "/spec",
                hint="Add `applies_when:`, `levels:` or both.",
            )
        )
    levels = spec.get("levels", [])
    found += twice("level", levels, "/spec/levels/{}")
    found += twice("step", [raw["id"] for raw in spec["steps"]], "/spec/steps/{}/id")
    steps = tuple(
        _step(raw, f"/spec/steps/{index}", found) for index, raw in enumerate(spec["steps"])
    )
    return (None if found else Playbook(when, tuple(levels), steps)), found


KIND: Final = Kind("Playbook", SPEC, parse)


def _step(raw: Mapping[str, Any], at: str, found: list[Problem]) -> Step:
    within = duration(raw["within"], f"{at}/within", found) if "within" in raw else None
    return Step(
        id=raw["id"],
        title=raw["title"],
        phase=raw["phase"],
        role=raw["role"],
        within=within,
        instructions=raw.get("instructions", ""),
        action=raw.get("action", ""),
        rmf=tuple(raw.get("rmf", [])),
    )
