"""SystemRegister: the AI systems of the organisation, and what is true of the organisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from policies.documents.document import Kind
from policies.documents.meaning import Problems, twice, unknown_name
from policies.documents.schema import ID, TEXT, array, mapping
from policies.problems import Problem

#: ISO 3166 (with EL and UK, as the Union writes them), EU or EEA. Rules compare them as they stand,
#: so that "Germany" would silently mean nothing.
JURISDICTION: Final = {"type": "string", "pattern": "^([A-Z]{2}(-[A-Z0-9]{1,3})?|EEA)$"}
CATEGORY: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 80}

#: What every register may state of a system; a taxonomy may add facts, so that other keys are
#: checked once the whole release is known.
PROPERTIES: Final = {
    "id": ID,
    "name": TEXT,
    "description": TEXT,
    "owner_team": ID,
    "models": array(TEXT),
    "lifecycle": {"enum": ["design", "development", "pilot", "production", "retired"]},
    "risk_class": {"enum": ["prohibited", "high", "limited", "minimal"]},
    "high_risk_basis": {"enum": ["annex_iii", "annex_i_section_a", "annex_i_section_b"]},
    "roles": array({"enum": ["provider", "deployer", "controller", "processor"]}, least=1),
    "jurisdictions": array(JURISDICTION),
    "sectors": array(TEXT),
    "data_categories": array(CATEGORY),
    "depends_on": array(ID),
}

#: What every register may state of the organisation.
ORGANISATION: Final = {"name": TEXT}

SYSTEM: Final = {
    **mapping(PROPERTIES, required=("id", "name", "owner_team", "roles")),
    "additionalProperties": True,
}

SPEC: Final = mapping(
    {
        "organisation": {"type": "object"},
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
    systems = {system["id"]: system for system in spec["systems"]}
    found = Problems()
    found.extend(twice("system", [each["id"] for each in spec["systems"]], "/spec/systems/{}/id"))
    for index, system in enumerate(spec["systems"]):
        for place, other in enumerate(system.get("depends_on", [])):
            if other not in systems:
                at = f"/spec/systems/{index}/depends_on/{place}"
                found.append(unknown_name("system", other, systems, at))
    return SystemRegister(spec.get("organisation", {}), systems), found


KIND: Final = Kind("SystemRegister", SPEC, parse)
