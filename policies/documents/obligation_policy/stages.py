"""Reading the stages of a duty."""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from policies.documents.meaning import condition, twice
from policies.documents.obligation_policy.duties import Recipient, Reminder, Stage
from policies.documents.obligation_policy.form import REMIND
from policies.documents.obligation_policy.periods import anchor, every, limit
from policies.problems import Problem


def stage(raw: Mapping[str, Any], earlier: Collection[str], at: str, found: list[Problem]) -> Stage:
    """`raw` with title, recipient and citation filled in; `earlier` are the stages before it."""
    limits = [
        limit(each, earlier, f"{at}/limits/{index}", found)
        for index, each in enumerate(raw.get("limits", []))
    ]
    start = anchor(raw["from"], earlier, f"{at}/from", found) if "from" in raw else None
    _has_clock(raw, at, found)
    return Stage(
        id=raw["id"],
        title=raw["title"],
        citation=raw["citation"],
        recipient=raw["recipient"],
        limits=tuple(each for each in limits if each is not None),
        promptly=start if "promptly" in raw else None,
        optional="optional" in raw,
        target=timedelta(hours=raw["target"]["hours"]) if "target" in raw else None,
        reminders=tuple(reminder(text) for text in raw.get("remind", [])),
        content=tuple(raw.get("content", [])),
        when=condition(raw["when"], f"{at}/when", found) if "when" in raw else None,
        every=every(raw, start, at, found) if "every" in raw and start else None,
        recipients=_recipients(raw, at, found),
        template=raw.get("template"),
    )


def reminder(text: str) -> Reminder:
    """`50%` of the period, or `24 hours before` its end; the schema has checked the form."""
    match = re.match(REMIND, text)
    if match is None:
        raise ValueError(f"{text!r} is not a reminder.")
    percent, count, unit = match.groups()
    if percent:
        return Reminder(text, int(percent) / 100, None)
    return Reminder(text, None, timedelta(**{f"{unit}s": int(count)}))


def _has_clock(raw: Mapping[str, Any], at: str, found: list[Problem]) -> None:
    if sum(name in raw for name in ("limits", "promptly", "every")) != 1:
        message = f"The stage {raw['id']!r} needs one of limits, every or `promptly: true`."
        found.append(Problem("stage-without-clock", message, at))
    elif "limits" not in raw and "from" not in raw:
        message = f"The stage {raw['id']!r} does not say from which moment it is owed."
        hint = "Add `from:` with a moment."
        found.append(Problem("stage-without-start", message, at, hint=hint))


def _recipients(raw: Mapping[str, Any], at: str, found: list[Problem]) -> tuple[Recipient, ...]:
    listed = tuple(Recipient(each["id"], each["title"]) for each in raw.get("recipients", []))
    found.extend(twice("recipient", [each.id for each in listed], f"{at}/recipients/{{}}/id"))
    return listed
