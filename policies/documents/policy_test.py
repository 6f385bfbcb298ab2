"""PolicyTest: examples of facts, and what the policies must make of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from policies.conditions import instants
from policies.documents import schema
from policies.documents.document import Kind
from policies.documents.meaning import Problems, twice
from policies.documents.schema import TEXT, array, mapping
from policies.documents.severity_policy import LEVEL_ID
from policies.merge_patch import merge
from policies.problems import Problem, below

Outcome = Literal["applies", "undetermined", "does_not_apply", "superseded"]

OUTCOME: Final = {"enum": ["applies", "undetermined", "does_not_apply", "superseded"]}
COVERED: Final = {
    "type": "string",
    "pattern": "^(ObligationPolicy|SeverityPolicy)/[a-z0-9][a-z0-9_-]*$",
}
#: What all examples share is repeated in each of them.
MAX_GIVEN: Final = 200_000
#: `duty`, or `policy/duty` when several obligation policies are covered.
DUTY_NAME: Final = r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)?$"
FACTS: Final = {"type": "object"}

GIVEN: Final = mapping({"report": FACTS, "system": FACTS, "organisation": FACTS})

STAGE: Final = {
    **mapping(
        {
            "legal": TEXT,
            "conservative": TEXT,
            "target": TEXT,
            "waits_for": array(TEXT),
            "promptly": {"enum": [True]},
            "owed": {"enum": [False]},
        }
    ),
    "minProperties": 1,
}

DUTY: Final = mapping(
    {
        "outcome": OUTCOME,
        "shadow": {"type": "boolean"},
        "missing": array(TEXT, least=1),
        "stages": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"type": "string", "pattern": DUTY_NAME},
            "additionalProperties": STAGE,
        },
    },
    required=("outcome",),
)

SUBMITTED: Final = {
    "type": "object",
    "propertyNames": {"type": "string", "pattern": DUTY_NAME},
    "additionalProperties": {
        "type": "object",
        "propertyNames": {"type": "string", "pattern": DUTY_NAME},
        "additionalProperties": {"anyOf": [TEXT, array(TEXT, least=1)]},
    },
}

EXAMPLE: Final = mapping(
    {
        "name": TEXT,
        "at": TEXT,
        "given": GIVEN,
        "submitted": SUBMITTED,
        "expect": {
            **mapping(
                {
                    "severity": LEVEL_ID,
                    "provisional": {"type": "boolean"},
                    "duties": {
                        "type": "object",
                        "minProperties": 1,
                        "propertyNames": {"type": "string", "pattern": DUTY_NAME},
                        # A text is the outcome alone; `_duty` checks either form by its own.
                        "additionalProperties": {"type": ["string", "object"]},
                    },
                }
            ),
            "minProperties": 1,
        },
    },
    required=("name", "expect"),
)

SPEC: Final = mapping(
    {
        "policies": array(COVERED, least=1),
        "at": TEXT,
        "given": GIVEN,
        "examples": array(EXAMPLE, least=1),
    },
    required=("policies", "examples"),
)


@dataclass(frozen=True)
class StageExpected:
    """What is None is not checked. `waits_for`: the clock has not started; `promptly`: it runs
    without a number; `owed` False: its condition does not hold."""

    legal: datetime | None = None
    conservative: datetime | None = None
    target: datetime | None = None
    waits_for: frozenset[str] | None = None
    promptly: bool = False
    owed: bool = True


@dataclass(frozen=True)
class DutyExpected:
    outcome: Outcome
    shadow: bool | None
    missing: frozenset[str] | None
    stages: Mapping[str, StageExpected]


@dataclass(frozen=True)
class Expected:
    severity: str | None
    provisional: bool | None
    duties: Mapping[str, DutyExpected]


@dataclass(frozen=True)
class Example:
    """`report`, `system` and `organisation` are complete: what all examples share is merged in.
    `submitted` maps a duty to the instants at which each of its stages was sent, several for one
    that recurs; `pointer` is the example's own."""

    name: str
    at: datetime
    report: Mapping[str, Any]
    system: Mapping[str, Any]
    organisation: Mapping[str, Any]
    submitted: Mapping[str, Mapping[str, tuple[datetime, ...]]]
    expected: Expected
    pointer: str


@dataclass(frozen=True)
class PolicyTest:
    """`policies` are the covered (kind, name) pairs."""

    policies: tuple[tuple[str, str], ...]
    examples: tuple[Example, ...]


def parse(spec: Mapping[str, Any]) -> tuple[PolicyTest | None, list[Problem]]:
    found = Problems()
    found.extend(twice("policy", spec["policies"], "/spec/policies/{}"))
    found.extend(
        twice("example", [raw["name"] for raw in spec["examples"]], "/spec/examples/{}/name")
    )
    if _size(spec.get("given")) * len(spec["examples"]) > MAX_GIVEN:
        message = f"The examples have more than {MAX_GIVEN:,} facts together."
        found.append(Problem("too-many-values", message, "/spec/given", hint="Split the document."))
        return None, found
    covered = tuple((kind, name) for kind, _, name in (p.partition("/") for p in spec["policies"]))
    at = _instant(spec["at"], "/spec/at", found) if "at" in spec else None
    examples = []
    for index, raw in enumerate(spec["examples"]):
        example = _example(raw, spec.get("given", {}), at, f"/spec/examples/{index}", found)
        if example is not None:
            examples.append(example)
    return (None if found else PolicyTest(covered, tuple(examples))), found


KIND: Final = Kind("PolicyTest", SPEC, parse)


def _size(given: Any) -> int:
    """How many values there are to merge into each example."""
    if isinstance(given, dict):
        return 1 + sum(_size(value) for value in given.values())
    return 1


def _example(
    raw: Mapping[str, Any],
    common: Mapping[str, Any],
    at: datetime | None,
    pointer: str,
    found: list[Problem],
) -> Example | None:
    if "at" in raw:
        at = _instant(raw["at"], f"{pointer}/at", found)
    if at is None:
        message = f"The example {raw['name']!r} does not say when it is decided."
        hint = "Give `at:` here, or once for all examples."
        found.append(Problem("example-without-instant", message, pointer, hint=hint))
        return None
    given = merge(common, raw.get("given", {}))
    return Example(
        name=raw["name"],
        at=at,
        report=given.get("report", {}),
        system=given.get("system", {}),
        organisation=given.get("organisation", {}),
        submitted=_submitted(raw, pointer, found),
        expected=_expected(raw["expect"], f"{pointer}/expect", found),
        pointer=pointer,
    )


def _submitted(
    raw: Mapping[str, Any], pointer: str, found: list[Problem]
) -> Mapping[str, Mapping[str, tuple[datetime, ...]]]:
    at = f"{pointer}/submitted"
    return {
        duty: {
            stage: tuple(_instants(given, below(below(at, duty), stage), found))
            for stage, given in stages.items()
        }
        for duty, stages in raw.get("submitted", {}).items()
    }


def _instants(given: str | list[str], at: str, found: list[Problem]) -> Iterator[datetime]:
    if isinstance(given, str):
        yield _instant(given, at, found)
        return
    for index, text in enumerate(given):
        yield _instant(text, below(at, index), found)


def _expected(raw: Mapping[str, Any], pointer: str, found: list[Problem]) -> Expected:
    at = f"{pointer}/duties"
    duties = {
        name: duty
        for name, each in raw.get("duties", {}).items()
        if (duty := _duty(each, below(at, name), found)) is not None
    }
    return Expected(raw.get("severity"), raw.get("provisional"), duties)


def _duty(raw: Any, pointer: str, found: list[Problem]) -> DutyExpected | None:
    form = OUTCOME if isinstance(raw, str) else DUTY
    if wrong := list(schema.problems(form, raw, pointer=pointer)):
        found += wrong
        return None
    given: Mapping[str, Any] = {"outcome": raw} if isinstance(raw, str) else raw
    outcome = given["outcome"]
    if "missing" in given and outcome != "undetermined":
        message = "Only a duty that is undetermined misses facts."
        found.append(Problem("missing-of-determined", message, f"{pointer}/missing"))
    if "stages" in given and outcome == "does_not_apply":
        message = "A duty that does not apply has no clocks."
        found.append(Problem("clock-of-no-duty", message, f"{pointer}/stages"))
    return DutyExpected(
        outcome=outcome,
        shadow=given.get("shadow"),
        missing=frozenset(given["missing"]) if "missing" in given else None,
        stages={
            name: _stage(stage, below(f"{pointer}/stages", name), found)
            for name, stage in given.get("stages", {}).items()
        },
    )


def _stage(raw: Mapping[str, Any], pointer: str, found: list[Problem]) -> StageExpected:
    dues = {name for name in raw if name in {"legal", "conservative", "target"}}
    states = [name for name in ("waits_for", "promptly", "owed") if name in raw]
    if len(states) + bool(dues - {"target"}) > 1 or (dues and {"waits_for", "owed"} & {*states}):
        message = "A stage has due times, waits, runs promptly or is not owed: only one of these."
        found.append(Problem("stage-of-two-minds", message, pointer))
    return StageExpected(
        **{name: _instant(raw[name], below(pointer, name), found) for name in dues},
        waits_for=frozenset(raw["waits_for"]) if "waits_for" in raw else None,
        promptly="promptly" in raw,
        owed="owed" not in raw,
    )


def _instant(text: str, at: str, found: list[Problem]) -> datetime:
    try:
        return instants.parse(text)
    except ValueError as error:
        hint = "Date, time and offset: 2026-11-22T09:30:00Z."
        found.append(Problem("no-instant", str(error), at, hint=hint))
        return datetime.max.replace(tzinfo=UTC)
