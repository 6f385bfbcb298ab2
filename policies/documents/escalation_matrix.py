"""EscalationMatrix: per severity, who leads, who is told, and who is next while nobody answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from policies.documents.document import Kind
from policies.documents.meaning import Problems, duration, unknown_name
from policies.documents.schema import ID, TEXT, array, mapping
from policies.problems import Problem, below

CHANNEL: Final = {"enum": ["email"]}
ADDRESS: Final = {"type": "string", "pattern": "^[^@\\s]+@[^@\\s]+$", "maxLength": 254}

SPEC: Final = mapping(
    {
        "roles": array(
            mapping(
                {
                    "id": ID,
                    "title": TEXT,
                    "contacts": array(
                        mapping({"channel": CHANNEL, "to": ADDRESS}, required=("channel", "to"))
                    ),
                },
                required=("id", "title"),
            ),
            least=1,
        ),
        "levels": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": mapping(
                {
                    "lead": ID,
                    "channel": CHANNEL,
                    "notify": array(ID),
                    "acknowledge_within": TEXT,
                    "steps": array(
                        mapping(
                            {"after": TEXT, "notify": array(ID, least=1)},
                            required=("after", "notify"),
                        )
                    ),
                },
                required=("lead",),
            ),
        },
    },
    required=("roles", "levels"),
)


@dataclass(frozen=True)
class Role:
    """`contacts` are (channel, address) pairs told besides the people who hold the role."""

    id: str
    title: str
    contacts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """Tell `notify` when nobody has acknowledged `after` this long since the first notice."""

    after: timedelta
    notify: tuple[str, ...]


@dataclass(frozen=True)
class Response:
    lead: str
    channel: str
    notify: tuple[str, ...]
    acknowledge_within: timedelta | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class EscalationMatrix:
    roles: Mapping[str, Role]
    levels: Mapping[str, Response]


def parse(spec: Mapping[str, Any]) -> tuple[EscalationMatrix, list[Problem]]:
    roles = {raw["id"]: _role(raw) for raw in spec["roles"]}
    found = Problems()
    found.extend(
        unknown_name("role", name, roles, pointer)
        for level, raw in spec["levels"].items()
        for name, pointer in _named(raw, below("/spec/levels", level))
        if name not in roles
    )
    levels = {
        level: _response(raw, below("/spec/levels", level), found)
        for level, raw in spec["levels"].items()
    }
    for level, response in levels.items():
        waits = [step.after for step in response.steps]
        if waits != sorted(waits):
            at = f"{below('/spec/levels', level)}/steps"
            message = "Steps come in the order of their waits."
            found.append(Problem("steps-out-of-order", message, at))
    return EscalationMatrix(roles, levels), found


KIND: Final = Kind("EscalationMatrix", SPEC, parse)


def _role(raw: Mapping[str, Any]) -> Role:
    contacts = tuple((each["channel"], each["to"]) for each in raw.get("contacts", []))
    return Role(raw["id"], raw["title"], contacts)


def _response(raw: Mapping[str, Any], at: str, found: list[Problem]) -> Response:
    within = raw.get("acknowledge_within")
    return Response(
        lead=raw["lead"],
        channel=raw.get("channel", "email"),
        notify=tuple(raw.get("notify", [])),
        acknowledge_within=duration(within, f"{at}/acknowledge_within", found) if within else None,
        steps=tuple(
            Step(duration(step["after"], f"{at}/steps/{index}/after", found), tuple(step["notify"]))
            for index, step in enumerate(raw.get("steps", []))
        ),
    )


def _named(raw: Mapping[str, Any], at: str) -> list[tuple[str, str]]:
    """Every role that a level names, with its pointer."""
    return [
        (raw["lead"], f"{at}/lead"),
        *((name, f"{at}/notify/{place}") for place, name in enumerate(raw.get("notify", []))),
        *(
            (name, f"{at}/steps/{index}/notify/{place}")
            for index, step in enumerate(raw.get("steps", []))
            for place, name in enumerate(step["notify"])
        ),
    ]
