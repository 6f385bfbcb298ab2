"""The page of one regime: source, scope, duties with their stages, what starts no clock (pure)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from governance.marking import gettext_noop
from policies import wording
from policies.documents import Document
from policies.pack_pages import markdown
from policies.pack_pages.markdown import Raw

STATUS = {
    "in_force": gettext_noop("in force"),
    "scheduled": gettext_noop("scheduled: adopted, with dates of application to come"),
    "voluntary": gettext_noop("voluntary"),
    "proposed": gettext_noop("proposed, not law"),
    "repealed": gettext_noop("repealed"),
}
_STAGES = (
    "Stage", "Legal basis", "To", "Clock starts", "Period", "Counted by", "Content",
    "Verification",
)  # fmt: skip

#: Entries of `content` that are facts of ours; the others are what the law asks, in words.
_FACT: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+|causes|detection|failure_modes|harms")


def lines(document: Document, moments: Mapping[str, str]) -> Iterator[str]:
    """`moments` are the titles of the moments by id."""
    spec: Raw = document.data["spec"]
    yield from markdown.properties(_facts(document, spec))
    yield from markdown.section(3, "Who is in scope", markdown.condition(spec["applies_when"]))
    yield from markdown.section(3, "Applies from", _dates(spec))
    yield from markdown.section(3, "Exclusions", markdown.bullets(spec.get("exclusions", [])))
    yield from markdown.section(3, "Delays", markdown.paragraph(spec.get("delays")))
    yield from markdown.section(3, "Retention", markdown.paragraph(spec.get("retention")))
    for duty in spec["duties"]:
        yield from markdown.section(3, duty["title"], _duty(duty, spec, moments))
    yield from markdown.section(3, "Duties for which no clock is opened", _related(spec))


def _facts(document: Document, spec: Raw) -> Iterator[tuple[str, object]]:
    regime, source = spec["regime"], spec["source"]
    yield "Regime", regime["title"]
    yield "Jurisdiction", regime["jurisdiction"]
    yield "Authority", regime["authority"]
    yield "Source", markdown.link(source["citation"], source.get("url"))
    yield "Status", STATUS.get(source["status"], source["status"])
    general = source.get("applies_from")
    split = general and "applies_from" in spec
    yield (
        "Applies from",
        f"{general} in general; from when it bites: see below" if split else general,
    )
    yield "Applies until", source.get("applies_until")
    yield "Verified on", source["verified_on"]
    yield "Verification", source["verification"]
    yield "Note", source.get("note")
    yield "No duty", "No duty to report incidents was found." if "informational" in spec else ""
    yield "Policy", f"`{document.identity}`"


def _dates(spec: Raw) -> Iterator[str]:
    yield from markdown.table(
        ("Date", "Where", "Note"),
        [
            (raw["date"], wording.sentence(raw.get("when")), raw.get("note"))
            for raw in spec.get("applies_from", [])
        ],
    )


def _duty(duty: Raw, spec: Raw, moments: Mapping[str, str]) -> Iterator[str]:
    recipient = duty.get("recipient", spec["regime"]["authority"])
    yield from markdown.properties(
        [
            ("Legal basis", duty.get("citation", spec["source"]["citation"])),
            ("To", recipient),
            ("Owner", duty["owner"]),
            ("Replaces", ", ".join(_titles(duty.get("supersedes", []), spec))),
            ("Verification", duty.get("verification", spec["source"]["verification"])),
            ("Note", duty.get("note")),
        ]
    )
    if "when" in duty:
        yield "Owed when:"
        yield ""
        yield from markdown.condition(duty["when"])
    starts = {**moments, **submissions(duty)}
    rows = [row for stage in duty["stages"] for row in _stage(stage, duty, starts)]
    yield from markdown.table(_STAGES, rows)
    yield from markdown.bullets(
        f"**{stage.get('title', stage['id'])}**: {stage['note']}"
        for stage in duty["stages"]
        if "note" in stage
    )


def _stage(stage: Raw, duty: Raw, moments: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    """A row for each clock of the stage; what they share stands in the first."""
    name = stage.get("title", wording.words(stage["id"]).capitalize())
    recipients = [each["title"] for each in stage.get("recipients", [])]
    first, *more = clocks(stage, moments)
    yield (
        [f"**{markdown.line(name)}**", *_conditions(stage)],
        stage.get("citation", ""),
        recipients or stage.get("recipient", ""),
        *first,
        list(_content(stage.get("content", []))),
        stage.get("verification", duty.get("verification", "")),
    )
    for clock in more:
        yield ("", "", "", *clock, "", "")


def submissions(duty: Raw) -> dict[str, str]:
    """Titles of what starts with the submission of a stage, beside those of the moments."""
    titled = [stage for stage in duty["stages"] if "title" in stage]
    return {f"submitted:{stage['id']}": stage["title"] for stage in titled}


def _conditions(stage: Raw) -> Iterator[str]:
    if "when" in stage:
        yield f"only when {wording.sentence(stage['when'])}"
    if "optional" in stage:
        yield "only if its clock ever starts"
    if "target" in stage:
        yield f"our own aim: {wording.period(stage['target'])}"


def clocks(stage: Raw, moments: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """When a clock starts, how long it runs and how that is counted."""
    if "limits" in stage:
        return [
            (_start(limit["from"], moments), _limit(limit, moments), _counting(limit))
            for limit in stage["limits"]
        ]
    start = _start(stage["from"], moments) if "from" in stage else ""
    if "every" in stage:
        every = stage["every"]
        until = moments.get(stage.get("until", ""), stage.get("until", ""))
        return [(start, f"every **{wording.period(every)}**, until: {until}", _counting(every))]
    return [(start, "promptly; the law gives no number", "")]


def _content(items: Sequence[str]) -> Iterator[str]:
    """The facts whose completeness the service shows, then what the law asks in its own words."""
    facts = [wording.fact(item) for item in items if _FACT.fullmatch(item)]
    if facts:
        yield f"our own checklist: {'; '.join(facts)}"
    yield from (item for item in items if not _FACT.fullmatch(item))


def _start(anchor: Any, moments: Mapping[str, str]) -> str:
    if isinstance(anchor, Mapping):
        stage = anchor["submitted"]
        return f"once “{moments.get(f'submitted:{stage}', wording.words(stage))}” was sent"
    return f"{moments.get(anchor, wording.words(anchor))}"


def _limit(limit: Raw, moments: Mapping[str, str]) -> str:
    text = f"**{wording.period(limit)}**"
    if "unless_later" in limit:
        moment = moments.get(limit["unless_later"], limit["unless_later"])
        text += f", but not if “{moment}” came only after they were over"
    if "when" in limit:
        text += f", when {wording.sentence(limit['when'])}"
    return f"{text} ({limit['citation']})" if "citation" in limit else text


def _counting(raw: Raw) -> str:
    calendar = f", calendar `{raw['calendar']}`" if "calendar" in raw else ""
    return f"`{raw['counting']}`{calendar}"


def _titles(names: list[str], spec: Raw) -> Iterator[str]:
    titles = {duty["id"]: duty["title"] for duty in spec["duties"]}
    return (titles.get(name, name) for name in names)


def _related(spec: Raw) -> Iterator[str]:
    yield from markdown.table(
        ("Duty", "Legal basis", "Binds", "Period", "Why no clock", "Verification"),
        [
            tuple(
                raw.get(key)
                for key in ("title", "citation", "binds", "period", "because", "verification")
            )
            for raw in spec.get("related_duties", [])
        ],
    )
