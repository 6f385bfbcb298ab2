"""Reading what a stage counts: from where, how long, by which rule and calendar."""

from collections.abc import Collection, Mapping
from typing import Any

from policies.counting import RULES, UNITS, Period
from policies.documents.meaning import condition, unknown_name
from policies.documents.obligation_policy.duties import Anchor, Every, Limit
from policies.problems import Problem


def every(raw: Mapping[str, Any], start: Anchor, at: str, found: list[Problem]) -> Every | None:
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
    form = raw["every"]
    return Every(start, period, form["counting"], form.get("calendar"), raw["until"])


def limit(
    raw: Mapping[str, Any], earlier: Collection[str], at: str, found: list[Problem]
) -> Limit | None:
    period = _period(raw, at, found)
    if period is None:
        return None
    when = condition(raw["when"], f"{at}/when", found) if "when" in raw else None
    start = anchor(raw["from"], earlier, f"{at}/from", found)
    later = raw.get("unless_later")
    return Limit(start, period, raw["counting"], raw.get("calendar"), when, later)


def _period(raw: Mapping[str, Any], at: str, found: list[Problem]) -> Period | None:
    given = [unit for unit in UNITS if unit in raw]
    if len(given) != 1:
        found.append(Problem("one-period", f"A limit has exactly one of {', '.join(UNITS)}.", at))
        return None
    period = Period(given[0], int(raw[given[0]]))  # YAML's 1e1 is a number that is whole
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


def anchor(raw: object, earlier: Collection[str], at: str, found: list[Problem]) -> Anchor:
    if isinstance(raw, Mapping):
        stage = str(raw["submitted"])
        if stage not in earlier:
            found.append(unknown_name("stage", stage, earlier, f"{at}/submitted"))
        return Anchor("submitted", stage)
    return Anchor("moment", str(raw))
