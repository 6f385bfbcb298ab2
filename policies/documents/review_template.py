"""ReviewTemplate: what a blameless post-mortem must contain, per severity, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from policies.documents.document import Kind
from policies.documents.meaning import Problems, duration, twice, unknown_name
from policies.documents.obligation_policy import MOMENT
from policies.documents.playbook import RMF
from policies.documents.schema import ID, TEXT, array, mapping
from policies.documents.severity_policy import LEVEL_ID
from policies.problems import Problem

DEMAND: Final = mapping(
    {"within": TEXT, "from": MOMENT, "facilitator": ID, "participants": array(ID)},
    required=("within", "facilitator"),
)

SECTION: Final = mapping(
    {
        "id": ID,
        "title": TEXT,
        "prompt": TEXT,
        "required": {"type": "boolean"},
        "levels": array(LEVEL_ID, least=1),
        "rmf": array(RMF),
    },
    required=("id", "title", "prompt"),
)

SPEC: Final = mapping(
    {
        "levels": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": LEVEL_ID,
            "additionalProperties": DEMAND,
        },
        "sections": array(SECTION, least=1),
    },
    required=("levels", "sections"),
)


@dataclass(frozen=True)
class Demand:
    """The review of one severity: due `within` the moment `start`."""

    within: timedelta
    start: str
    facilitator: str
    participants: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """`levels` empty: asked at every severity that is reviewed."""

    id: str
    title: str
    prompt: str
    required: bool
    levels: tuple[str, ...]
    rmf: tuple[str, ...]


@dataclass(frozen=True)
class ReviewTemplate:
    """A severity that `levels` does not name is not reviewed."""

    levels: Mapping[str, Demand]
    sections: tuple[Section, ...]

    def sections_at(self, level: str) -> tuple[Section, ...]:
        return tuple(each for each in self.sections if not each.levels or level in each.levels)


def parse(spec: Mapping[str, Any]) -> tuple[ReviewTemplate | None, list[Problem]]:
    found = Problems()
    levels = {
        level: _demand(raw, f"/spec/levels/{level}", found) for level, raw in spec["levels"].items()
    }
    found += twice("section", [raw["id"] for raw in spec["sections"]], "/spec/sections/{}/id")
    for index, raw in enumerate(spec["sections"]):
        found += [
            unknown_name("level", level, levels, f"/spec/sections/{index}/levels/{place}")
            for place, level in enumerate(raw.get("levels", []))
            if level not in levels
        ]
    template = ReviewTemplate(levels, tuple(_section(raw) for raw in spec["sections"]))
    found += [
        Problem(
            "review-without-section",
            f"A review at {level} asks for no section.",
            f"/spec/levels/{level}",
            hint="Give it at least one required section.",
        )
        for level in levels
        if not any(section.required for section in template.sections_at(level))
    ]
    return (None if found else template), found


KIND: Final = Kind("ReviewTemplate", SPEC, parse)


def _demand(raw: Mapping[str, Any], at: str, found: list[Problem]) -> Demand:
    participants = raw.get("participants", [])
    found += twice("participant", participants, f"{at}/participants/{{}}")
    return Demand(
        within=duration(raw["within"], f"{at}/within", found),
        start=raw.get("from", "resolved"),
        facilitator=raw["facilitator"],
        participants=tuple(participants),
    )


def _section(raw: Mapping[str, Any]) -> Section:
    return Section(
        id=raw["id"],
        title=raw["title"],
        prompt=raw["prompt"],
        required=raw.get("required", True),
        levels=tuple(raw.get("levels", [])),
        rmf=tuple(raw.get("rmf", [])),
    )
