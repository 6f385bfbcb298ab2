"""From the form of an obligation policy to its duties, with every problem of meaning."""

from collections.abc import Mapping
from typing import Any, Final

from policies.conditions import Condition
from policies.documents.document import Kind
from policies.documents.meaning import Problems, condition, day, duration, twice, unknown_name
from policies.documents.obligation_policy.duties import ApplicationDate, Duty, ObligationPolicy
from policies.documents.obligation_policy.form import SPEC
from policies.documents.obligation_policy.stages import stage
from policies.problems import Problem


def parse(spec: Mapping[str, Any]) -> tuple[ObligationPolicy | None, list[Problem]]:
    found = Problems()
    source = spec["source"]
    applies_when = condition(spec["applies_when"], "/spec/applies_when", found)
    dates = _application_dates(spec, found)
    until = source.get("applies_until")
    last = day(until, "/spec/source/applies_until", found) if until else None
    duties = tuple(
        _duty(raw, spec, f"/spec/duties/{index}", found) for index, raw in enumerate(spec["duties"])
    )
    _names(duties, found)
    if not duties and "informational" not in spec:
        message, hint = (
            "The policy has no duty.",
            "Write `informational: true` if the law has none.",
        )
        found.append(Problem("policy-without-duty", message, "/spec/duties", hint=hint))
    if found or applies_when is None:
        return None, found
    policy = ObligationPolicy(
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
    )
    return policy, []


KIND: Final = Kind("ObligationPolicy", SPEC, parse)


def _application_dates(
    spec: Mapping[str, Any], found: list[Problem]
) -> tuple[ApplicationDate, ...]:
    """Those of the law's own list, or else the one of the source."""
    if "applies_from" in spec:
        return tuple(
            ApplicationDate(
                day(raw["date"], f"/spec/applies_from/{index}/date", found),
                _when(raw, f"/spec/applies_from/{index}", found),
            )
            for index, raw in enumerate(spec["applies_from"])
        )
    plain = spec["source"].get("applies_from")
    if not plain:
        return ()
    return (ApplicationDate(day(plain, "/spec/source/applies_from", found), None),)


def _names(duties: tuple[Duty, ...], found: list[Problem]) -> None:
    known = {duty.id: None for duty in duties}
    found.extend(twice("duty", [duty.id for duty in duties], "/spec/duties/{}/id"))
    for index, duty in enumerate(duties):
        for place, other in enumerate(duty.supersedes):
            if other not in known or other == duty.id:
                at = f"/spec/duties/{index}/supersedes/{place}"
                found.append(unknown_name("duty", other, known, at))


def _duty(raw: Mapping[str, Any], spec: Mapping[str, Any], at: str, found: list[Problem]) -> Duty:
    recipient = raw.get("recipient", spec["regime"]["authority"])
    citation = raw.get("citation", spec["source"]["citation"])
    inherited = {"title": raw["title"], "recipient": recipient, "citation": citation}
    found.extend(twice("stage", [each["id"] for each in raw["stages"]], f"{at}/stages/{{}}/id"))
    stages, earlier = [], dict[str, None]()
    for index, each in enumerate(raw["stages"]):
        stages.append(stage({**inherited, **each}, earlier, f"{at}/stages/{index}", found))
        earlier[each["id"]] = None
    within = raw.get("determine_within", "PT24H")
    return Duty(
        id=raw["id"],
        title=raw["title"],
        citation=citation,
        recipient=recipient,
        owner=raw["owner"],
        when=_when(raw, at, found),
        supersedes=tuple(raw.get("supersedes", [])),
        determine_within=duration(within, f"{at}/determine_within", found),
        stages=tuple(stages),
    )


def _when(raw: Mapping[str, Any], at: str, found: list[Problem]) -> Condition | None:
    return condition(raw["when"], f"{at}/when", found) if "when" in raw else None
