"""Values and keys of a document in the words of a sentence."""

import re
from collections.abc import Mapping
from typing import Final

from policies.counting import UNITS

_LONGEST: Final = 90
_FEW: Final = 8
_LABELS: Final = {
    "when": "condition",
    "applies_when": "condition of the regime",
    "because": "reason",
    "determine_within": "time to find out whether it applies",
    "acknowledge_within": "time to acknowledge",
    "snooze_at_most": "longest snooze",
    "outside_hours": "answer outside working hours",
    "on_call": "person on call",
    "default": "default level",
    "when_undetermined": "treatment of undetermined rules",
    "every": "period after which it comes again",
    "remind": "list of reminders",
    "content": "list of contents",
    "supersedes": "list of duties that it supersedes",
    "within": "time limit",
}
_DURATION: Final = re.compile(r"P(?:(\d+)([WD])|T(\d+)([HMS]))")
_UNITS: Final = {"W": "week", "D": "day", "H": "hour", "M": "minute", "S": "second"}


def spoken(key: str) -> str:
    return _LABELS.get(key, key.replace("_", " "))


def value(given: object) -> str | None:
    """A value short enough for a sentence; None for any other."""
    match given:
        case None:
            return "nothing"
        case bool():
            return "yes" if given else "no"
        case int() | float():
            return str(given)
        case str() if len(given) <= _LONGEST and "\n" not in given:
            return duration(given) if _DURATION.fullmatch(given) else f"‘{given}’"
        case list() if len(given) <= _FEW and not any(isinstance(x, dict | list) for x in given):
            said = [value(each) for each in given]
            return ", ".join(each for each in said if each) if all(said) else None
        case _:
            return None


def becomes(label: str, before: object, after: object) -> str:
    """`the owner becomes ‘b’ instead of ‘a’`."""
    old, new = value(before), value(after)
    if old is None or new is None:
        return f"{label} is worded differently"
    return f"{label} becomes {new} instead of {old}"


def duration(text: str) -> str:
    """`PT15M` as `15 minutes`; what has several units stays as it is."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return text
    days, day_unit, hours, hour_unit = found.groups()
    return counted(int(days or hours), _UNITS[day_unit or hour_unit])


def counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def period(given: object) -> str:
    """`10 days`, of a limit and the like; empty where there is none."""
    stated = [unit for unit in UNITS if unit in given] if isinstance(given, Mapping) else []
    if not isinstance(given, Mapping) or any(type(given[unit]) is not int for unit in stated):
        return ""
    return ", ".join(
        counted(given[unit], unit.replace("_", " ").removesuffix("s")) for unit in stated
    )


def title(given: object) -> str:
    """What an entry that is new or gone says of itself."""
    if not isinstance(given, Mapping):
        return ""
    said = period(given) or given.get("title") or given.get("because") or given.get("name")
    return f": {str(said).rstrip('.')}" if said else ""
