"""SystemRegister: the AI systems of the organisation, and what is true of the organisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from policies.documents.document import Kind
from policies.documents.schema import ID, TEXT, array, mapping
from policies.problems import Problem, nearest

SYSTEM: Final = mapping(
    {
        "id": ID,
        "name": TEXT,
        "description": TEXT,
        "owner_team": ID,
        "models": array(TEXT),
        "lifecycle": {"enum": ["design", "development", "pilot", "production", "retired"]},
        "risk_class": {"enum": ["prohibited", "high", "limited", "minimal"]},
        "high_risk_basis": {"enum": ["annex_iii", "annex_i_section_a", "annex_i_section_b"]},
        "roles": array({"enum": ["provider", "deployer", "controller", "processor"]}, least=1),
        "jurisdictions": array(TEXT),
        "sectors": array(TEXT),
        "data_categories": array(TEXT),
        "depends_on": array(ID),
    },
    required=("id", "name", "owner_team", "roles"),
)

SPEC: Final = mapping(
    {
        "organisation": {
            "type": "object",
            "additionalProperties": {"type": ["string", "boolean", "number", "array"]},
        },
        "systems": array(SYSTEM),
    },
    required=("systems",),
)


@dataclass(frozen=True)
class SystemRegister:
    """`systems` maps an id to the facts that join a report under `system.*`."""

    organisation: Mapping[str, Any]
    systems: Mapping[str, Mapping[str, Any]]


def parse(spec: Mapping[str, Any]) -> tuple[SystemRegister, list[Problem]]:
    systems: dict[str, Mapping[str, Any]] = {}
    found: list[Problem] = []
    for index, system in enumerate(spec["systems"]):
        if system["id"] in systems:
            found.append(
                Problem(
                    "duplicate-system",
                    f"The system {system['id']!r} stands twice.",
                    f"/spec/systems/{index}/id",
                )
            )
        systems[system["id"]] = system
    for index, system in enumerate(spec["systems"]):
        for place, other in enumerate(system.get("depends_on", [])):
            if other not in systems:
                close = nearest(other, systems)
                found.append(
                    Problem(
                        "unknown-system",
                        f"{system['id']!r} depends on {other!r}, which is not in the register.",
                        f"/spec/systems/{index}/depends_on/{place}",
                        hint=f"Did you mean {close!r}?" if close else "",
                    )
                )
    return SystemRegister(spec.get("organisation", {}), systems), found


KIND: Final = Kind("SystemRegister", SPEC, parse)
