"""ObligationPolicy: the duties of one regime, when they apply and how long each stage has."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from policies.conditions import Condition
from policies.counting import RULES, Period
from policies.documents.document import Kind
from policies.documents.meaning import condition, day, duration, unknown_name
from policies.documents.schema import CONDITION, DATE, ID, TEXT, array, mapping
from policies.problems import Problem

UNITS: Final = ("hours", "days", "business_days", "work_days", "weeks", "months")
VERIFICATION: Final = {"enum": ["verified", "secondary", "unverified"]}
STATUS: Final = {"enum": ["in_force", "scheduled", "voluntary", "proposed", "repealed"]}
MOMENT: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 64}
STAGE_ID: Final = {**ID, "maxLength": 64}
ANCHOR: Final = {"anyOf": [MOMENT, mapping({"submitted": ID}, required=("submitted",))]}
REMIND: Final = r"^(?:([1-9][0-9]?)%|([1-9][0-9]*) (minute|hour|day)s? before)$"

LIMIT: Final = {
    **mapping(
        {
            "from": ANCHOR,
            **{unit: {"type": "integer", "minimum": 1} for unit in UNITS},
            "counting": TEXT,
            "calendar": ID,
            "when": CONDITION,
            "unless_later": MOMENT,
            "citation": TEXT,
        },
        required=("from", "counting"),
    ),
}

EVERY: Final = mapping(
    {
        **{unit: {"type": "integer", "minimum": 1} for unit in UNITS},
        "counting": TEXT,
        "calendar": ID,
    },
    required=("counting",),
)

RECIPIENT: Final = mapping({"id": STAGE_ID, "title": TEXT}, required=("id", "title"))

STAGE: Final = mapping(
    {
        "id": STAGE_ID,
        "title": TEXT,
        "citation": TEXT,
        "recipient": TEXT,
        "recipients": array(RECIPIENT, least=1),
        "when": CONDITION,
        "promptly": {"enum": [True]},
        "optional": {"enum": [True]},
        "from": ANCHOR,
        "limits": array(LIMIT, least=1),
        "every": EVERY,
        "until": MOMENT,
        "target": mapping({"hours": {"type": "integer", "minimum": 1}}, required=("hours",)),
        "remind": array({"type": "string", "pattern": REMIND}),
        "content": array(TEXT),
        "template": ID,
        "verification": VERIFICATION,
        "note": TEXT,
        "fact": TEXT,
    },
    required=("id",),
)

DUTY: Final = mapping(
    {
        "id": ID,
        "title": TEXT,
        "citation": TEXT,
        "recipient": TEXT,
        "when": CONDITION,
        "owner": ID,
        "supersedes": array(ID),
        "determine_within": TEXT,
        "verification": VERIFICATION,
        "note": TEXT,
        "fact": TEXT,
        "stages": array(STAGE, least=1),
    },
    required=("id", "title", "owner", "stages"),
)

RELATED: Final = mapping(
    {
        "id": ID,
        "title": TEXT,
        "citation": TEXT,
        "binds": TEXT,
        "period": TEXT,
        "verification": VERIFICATION,
        "because": TEXT,
        "fact": TEXT,
    },
    required=("id", "title", "because"),
)

SPEC: Final = mapping(
    {
        "regime": mapping(
            {"title": TEXT, "jurisdiction": TEXT, "authority": TEXT},
            required=("title", "jurisdiction", "authority"),
        ),
        "source": mapping(
            {
                "citation": TEXT,
                "url": TEXT,
                "status": STATUS,
                "applies_from": DATE,
                "applies_until": DATE,
                "verified_on": DATE,
                "verification": VERIFICATION,
                "note": TEXT,
                "fact": TEXT,
            },
            required=("citation", "status", "verified_on", "verification"),
        ),
        "applies_from": array(
            mapping({"date": DATE, "when": CONDITION, "note": TEXT}, required=("date",)), least=1
        ),
        "exclusions": array(TEXT),
        "delays": TEXT,
        "retention": TEXT,
        "applies_when": CONDITION,
        "informational": {"enum": [True]},
        "duties": array(DUTY),
        "related_duties": array(RELATED),
    },
    required=("regime", "source", "applies_when", "duties"),
)


@dataclass(frozen=True)
class Anchor:
    """Where a period starts: a recorded moment, or the submission of an earlier stage."""

    kind: Literal["moment", "submitted"]
    name: str

    def __str__(self) -> str:
        return self.name if self.kind == "moment" else f"submitted:{self.name}"


@dataclass(frozen=True)
class Limit:
    """`unless_later` is a moment that, when it came only after the plain period had ended, makes
    the limit fall away (DORA: 24 hours from awareness, unless classified later than that)."""

    anchor: Anchor
    period: Period
    counting: str
    calendar: str | None
    when: Condition | None
    unless_later: str | None = None


@dataclass(frozen=True)
class Every:
    """A report that comes again: `period` after the one before, for as long as `until` (a moment)
    has not come."""

    anchor: Anchor
    period: Period
    counting: str
    calendar: str | None
    until: str


@dataclass(frozen=True)
class Recipient:
    """One of several to whom a stage goes; each has a clock of its own."""

    id: str
    title: str


@dataclass(frozen=True)
class Reminder:
    """Either at a share of the period (0 < `share` < 1) or `before` its end."""

    text: str
    share: float | None
    before: timedelta | None


@dataclass(frozen=True)
class Stage:
    """`limits` is empty for a stage the law wants promptly and without a number; then `promptly`
    is the moment from which it is owed. An `optional` stage is owed only if its start comes to
    pass (an amendment, say): while it waits, the duty can be fulfilled without it. A stage that
    `every` repeats has no limits. `when` narrows the duty's own condition; `recipients` is empty
    when there is but one, `recipient`."""

    id: str
    title: str
    citation: str
    recipient: str
    limits: tuple[Limit, ...]
    promptly: Anchor | None
    optional: bool
    target: timedelta | None
    reminders: tuple[Reminder, ...]
    content: tuple[str, ...]
    when: Condition | None = None
    every: Every | None = None
    recipients: tuple[Recipient, ...] = ()
    template: str | None = None


@dataclass(frozen=True)
class Duty:
    id: str
    title: str
    citation: str
    recipient: str
    owner: str
    when: Condition | None
    supersedes: tuple[str, ...]
    determine_within: timedelta
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class ApplicationDate:
    """The law bites from `first` when `when` holds (always, if None)."""

    first: date
    when: Condition | None


@dataclass(frozen=True)
class ObligationPolicy:
    regime: str
    jurisdiction: str
    authority: str
    citation: str
    status: str
    verification: str
    verified_on: str
    applies_from: tuple[ApplicationDate, ...]
    applies_until: date | None
    applies_when: Condition
    duties: tuple[Duty, ...]


def parse(spec: Mapping[str, Any]) -> tuple[ObligationPolicy | None, list[Problem]]:
    found: list[Problem] = []
    source = spec["source"]
    applies_when = condition(spec["applies_when"], "/spec/applies_when", found)
    dates = _application_dates(spec, found)
    until = source.get("applies_until")
    last = day(until, "/spec/source/applies_until", found) if until else None
    duties = tuple(
        _duty(raw, spec, f"/spec/duties/{index}", found) for index, raw in enumerate(spec["duties"])
    )
    known = [duty.id for duty in duties]
    if not duties and "informational" not in spec:
        found.append(
            Problem(
                "policy-without-duty",
                "The policy has no duty.",
                "/spec/duties",
                hint="Write `informational: true` where the law asks for none.",
            )
        )
    for index, duty in enumerate(duties):
        if duty.id in known[:index]:
            found.append(
                Problem(
                    "duplicate-duty",
                    f"The duty {duty.id!r} stands twice.",
                    f"/spec/duties/{index}/id",
                )
            )
        for place, other in enumerate(duty.supersedes):
            if other not in known or other == duty.id:
                found.append(
                    unknown_name("duty", other, known, f"/spec/duties/{index}/supersedes/{place}")
                )
    if found or applies_when is None:
        return None, found
    return (
        ObligationPolicy(
            regime=spec["regime"]["title"],
            jurisdiction=spec["regime"]["jurisdiction"],
            authority=spec["regime"]["authority"],
            citation=source["citation"],
            status=source["status"],
            verification=source["verification"],
            verified_on=source["verified_on"],
            applies_from=dates,
            applies_until=last,
            applies_when=applies_when,
            duties=duties,
        ),
        [],
    )


KIND: Final = Kind("ObligationPolicy", SPEC, parse)


def _application_dates(
    spec: Mapping[str, Any], found: list[Problem]
) -> tuple[ApplicationDate, ...]:
    listed = spec.get("applies_from")
    if listed is None:
        plain = spec["source"].get("applies_from")
        return (
            (ApplicationDate(day(plain, "/spec/source/applies_from", found), None),)
            if plain
            else ()
        )
    return tuple(
        ApplicationDate(
            day(raw["date"], f"/spec/applies_from/{index}/date", found),
            condition(raw["when"], f"/spec/applies_from/{index}/when", found)
            if "when" in raw
            else None,
        )
        for index, raw in enumerate(listed)
    )


def _duty(raw: Mapping[str, Any], spec: Mapping[str, Any], at: str, found: list[Problem]) -> Duty:
    recipient = raw.get("recipient", spec["regime"]["authority"])
    citation = raw.get("citation", spec["source"]["citation"])
    earlier = [stage["id"] for stage in raw["stages"]]
    stages = []
    for index, stage in enumerate(raw["stages"]):
        place = f"{at}/stages/{index}"
        if stage["id"] in earlier[:index]:
            found.append(
                Problem(
                    "duplicate-stage", f"The stage {stage['id']!r} stands twice.", f"{place}/id"
                )
            )
        inherited = {"title": raw["title"], "recipient": recipient, "citation": citation}
        stages.append(_stage({**inherited, **stage}, earlier[:index], place, found))
    return Duty(
        id=raw["id"],
        title=raw["title"],
        citation=citation,
        recipient=recipient,
        owner=raw["owner"],
        when=condition(raw["when"], f"{at}/when", found) if "when" in raw else None,
        supersedes=tuple(raw.get("supersedes", [])),
        determine_within=duration(
            raw.get("determine_within", "PT24H"), f"{at}/determine_within", found
        ),
        stages=tuple(stages),
    )


def _stage(raw: Mapping[str, Any], earlier: list[str], at: str, found: list[Problem]) -> Stage:
    limits = tuple(
        limit
        for index, each in enumerate(raw.get("limits", []))
        if (limit := _limit(each, earlier, f"{at}/limits/{index}", found)) is not None
    )
    start = _anchor(raw["from"], earlier, f"{at}/from", found) if "from" in raw else None
    if sum(name in raw for name in ("limits", "promptly", "every")) != 1:
        found.append(
            Problem(
                "stage-without-clock",
                f"The stage {raw['id']!r} needs one of limits, every or `promptly: true`.",
                at,
            )
        )
    elif "limits" not in raw and start is None:
        found.append(
            Problem(
                "stage-without-start",
                f"The stage {raw['id']!r} does not say from which moment it is owed.",
                at,
                hint="Add `from:` with a moment.",
            )
        )
    every = _every(raw, start, at, found) if "every" in raw and start is not None else None
    return Stage(
        id=raw["id"],
        title=raw["title"],
        citation=raw["citation"],
        recipient=raw["recipient"],
        limits=limits,
        promptly=start if "promptly" in raw else None,
        optional="optional" in raw,
        target=timedelta(hours=raw["target"]["hours"]) if "target" in raw else None,
        reminders=tuple(reminder(text) for text in raw.get("remind", [])),
        content=tuple(raw.get("content", [])),
        when=condition(raw["when"], f"{at}/when", found) if "when" in raw else None,
        every=every,
        recipients=_recipients(raw, at, found),
        template=raw.get("template"),
    )


def _recipients(raw: Mapping[str, Any], at: str, found: list[Problem]) -> tuple[Recipient, ...]:
    listed = tuple(Recipient(each["id"], each["title"]) for each in raw.get("recipients", []))
    ids = [each.id for each in listed]
    found.extend(
        Problem("duplicate-recipient", f"The recipient {name!r} stands twice.", f"{at}/recipients")
        for name in sorted({name for name in ids if ids.count(name) > 1})
    )
    return listed


def _every(raw: Mapping[str, Any], start: Anchor, at: str, found: list[Problem]) -> Every | None:
    period = _period(raw["every"], f"{at}/every", found)
    if "until" not in raw:
        found.append(
            Problem(
                "recurring-without-end",
                f"The stage {raw['id']!r} comes again and again and nothing ends it.",
                at,
                hint="Add `until:` with a moment, such as resolved.",
            )
        )
    if period is None or "until" not in raw:
        return None
    every = raw["every"]
    return Every(start, period, every["counting"], every.get("calendar"), raw["until"])


def _limit(
    raw: Mapping[str, Any], earlier: list[str], at: str, found: list[Problem]
) -> Limit | None:
    period = _period(raw, at, found)
    if period is None:
        return None
    when = condition(raw["when"], f"{at}/when", found) if "when" in raw else None
    anchor = _anchor(raw["from"], earlier, f"{at}/from", found)
    later = raw.get("unless_later")
    return Limit(anchor, period, raw["counting"], raw.get("calendar"), when, later)


def _period(raw: Mapping[str, Any], at: str, found: list[Problem]) -> Period | None:
    given = [unit for unit in UNITS if unit in raw]
    if len(given) != 1:
        found.append(Problem("one-period", f"A limit has exactly one of {', '.join(UNITS)}.", at))
        return None
    period = Period(given[0], raw[given[0]])  # type: ignore[arg-type]
    _countable(raw, period, at, found)
    return period


def _countable(raw: Mapping[str, Any], period: Period, at: str, found: list[Problem]) -> None:
    """The rule exists, knows the unit, and has the calendar that it needs."""
    rule = RULES.get(raw["counting"])
    if rule is None:
        found.append(unknown_name("counting-rule", raw["counting"], RULES, f"{at}/counting"))
    elif period.unit not in rule.units:
        units = ", ".join(sorted(rule.units))
        found.append(
            Problem(
                "unit-not-counted",
                f"The rule {rule.name!r} does not count {period.unit}.",
                f"{at}/{period.unit}",
                hint=f"It counts {units}.",
            )
        )
    elif rule.needs_holidays(period) and "calendar" not in raw:
        found.append(
            Problem(
                "calendar-missing",
                f"The rule {rule.name!r} counts working days and needs a calendar.",
                at,
                hint="Add `calendar:` with the name of a Calendar.",
            )
        )


def _anchor(raw: object, earlier: list[str], at: str, found: list[Problem]) -> Anchor:
    if isinstance(raw, Mapping):
        stage = str(raw["submitted"])
        if stage not in earlier:
            found.append(unknown_name("stage", stage, earlier, f"{at}/submitted"))
        return Anchor("submitted", stage)
    return Anchor("moment", str(raw))


def reminder(text: str) -> Reminder:
    """`50%` of the period, or `24 hours before` its end; the schema has checked the form."""
    match = re.match(REMIND, text)
    if match is None:
        raise ValueError(f"{text!r} is not a reminder.")
    percent, count, unit = match.groups()
    if percent:
        return Reminder(text, int(percent) / 100, None)
    return Reminder(text, None, timedelta(**{f"{unit}s": int(count)}))


def moments(policy: ObligationPolicy) -> frozenset[str]:
    """Every moment that a clock of this policy waits for, or that ends or lifts one."""
    stages = list(itertools.chain.from_iterable(duty.stages for duty in policy.duties))
    limits = [limit for stage in stages for limit in stage.limits]
    recurring = [stage.every for stage in stages if stage.every]
    anchors = [limit.anchor for limit in limits] + [each.anchor for each in recurring]
    anchors += [stage.promptly for stage in stages if stage.promptly]
    others = {limit.unless_later for limit in limits if limit.unless_later}
    others |= {each.until for each in recurring}
    return frozenset(anchor.name for anchor in anchors if anchor.kind == "moment") | others
