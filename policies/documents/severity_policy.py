"""SeverityPolicy: ordered levels, most severe first, and the rules that choose one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from policies.conditions import Condition
from policies.documents.document import Kind
from policies.documents.meaning import Problems, condition, unknown_name
from policies.documents.schema import CONDITION, ID, TEXT, array, mapping
from policies.problems import Problem

LEVEL_ID: Final = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": 16}

SPEC: Final = mapping(
    {
        "levels": array(
            mapping({"id": LEVEL_ID, "title": TEXT, "description": TEXT}, required=("id", "title")),
            least=1,
        ),
        "rules": array(
            mapping(
                {"id": ID, "level": LEVEL_ID, "because": TEXT, "when": CONDITION},
                required=("id", "level", "because", "when"),
            ),
            least=1,
        ),
        "default": LEVEL_ID,
        "when_undetermined": {"enum": ["raise", "ignore"]},
    },
    required=("levels", "rules", "default", "when_undetermined"),
)


@dataclass(frozen=True)
class Level:
    id: str
    title: str


@dataclass(frozen=True)
class Rule:
    id: str
    level: str
    because: str
    when: Condition


@dataclass(frozen=True)
class SeverityPolicy:
    levels: tuple[Level, ...]
    rules: tuple[Rule, ...]
    default: str
    when_undetermined: Literal["raise", "ignore"]

    def rank(self, level: str) -> int:
        """0 is the most severe."""
        return [known.id for known in self.levels].index(level)

    @property
    def ranks(self) -> Mapping[str, int]:
        return {level.id: self.rank(level.id) for level in self.levels}


def merged(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Levels of two policies, the most severe first; one that `after` lacks stands next to the one
    that it followed."""
    found = list(after)
    for index, level in enumerate(before):
        if level not in found:
            found.insert(found.index(before[index - 1]) + 1 if index else 0, level)
    return found


def parse(spec: Mapping[str, Any]) -> tuple[SeverityPolicy | None, list[Problem]]:
    levels = tuple(Level(raw["id"], raw["title"]) for raw in spec["levels"])
    known = [level.id for level in levels]
    found = Problems()
    rules = []
    if spec["default"] not in known:
        found.append(unknown_name("level", spec["default"], known, "/spec/default"))
    for index, raw in enumerate(spec["rules"]):
        at = f"/spec/rules/{index}"
        if raw["level"] not in known:
            found.append(unknown_name("level", raw["level"], known, f"{at}/level"))
        when = condition(raw["when"], f"{at}/when", found)
        if when is not None:
            rules.append(Rule(raw["id"], raw["level"], raw["because"], when))
    if found:
        return None, found
    return SeverityPolicy(levels, tuple(rules), spec["default"], spec["when_undetermined"]), []


KIND: Final = Kind("SeverityPolicy", SPEC, parse)
