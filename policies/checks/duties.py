"""Duties: which replaces which, what they ask for, and aims that can never be met or said."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from policies.checks.comparisons import unknown_path
from policies.checks.cursor import Cursor
from policies.checks.subject import Draft, Subject
from policies.counting import UNITS
from policies.documents.obligation_policy import REMIND, reminder
from policies.problems import Problem

_DAY: Final = timedelta(days=1)
#: At most how long each unit takes; a working day waits at most for a long run of holidays.
_LONGEST: Final[Mapping[str, timedelta]] = {
    "hours": timedelta(hours=1),
    "days": _DAY,
    "weeks": 7 * _DAY,
    "months": 31 * _DAY,
    "business_days": 4 * _DAY,
    "work_days": 4 * _DAY,
}
#: What a rule may add: the rest of an hour or of a day, and days that are not worked.
_GRACE: Final[Mapping[tuple[str, str], timedelta]] = {
    ("elapsed", "hours"): timedelta(0),
    ("eu-1182", "hours"): timedelta(hours=1),
}
_MOST_GRACE: Final = 14 * _DAY
#: Entries of `content` that are meant as paths; others are texts for people.
_PATH: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    yield from _circles(draft)
    for stage in draft.stages():
        yield from _too_late(draft, stage)
        yield from _content(draft, stage, subject)


def _circles(draft: Draft) -> Iterator[Problem]:
    """Duties that would replace each other, so that none is left."""
    listed = list(draft.duties())
    over = {duty["id"].text: [each.text for each in duty["supersedes"].rows()] for duty in listed}
    for duty in listed:
        if duty["id"].text in _reached(over, duty["id"].text):
            message = f"The duty {duty['id'].text!r} is superseded by one that it supersedes."
            hint = "Let the duty with the shorter time supersede the other, and not the reverse."
            yield draft.problem("supersedes-circle", message, duty["supersedes"].pointer, hint)


def _reached(over: Mapping[str, list[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(over.get(start, ()))
    while waiting and len(found) < 200:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += over.get(name, ())
    return found


def _too_late(draft: Draft, stage: Cursor) -> Iterator[Problem]:
    longest = _longest(stage)
    if longest is None:
        return
    hours = stage["target"]["hours"]
    if isinstance(hours.value, int) and timedelta(hours=min(hours.value, 10**6)) > longest:
        message = "The target comes after every limit of the stage."
        yield draft.problem("target-after-limit", message, hours.pointer, "Aim earlier.")
    for each in stage["remind"].rows():
        if not re.match(REMIND, each.text):
            continue
        before = reminder(each.text).before
        if before is not None and before >= longest:
            message = f"No limit of the stage is long enough for {each.text!r}."
            hint = "Such a reminder is never sent: remind later, or at a share such as 50%."
            yield draft.problem("reminder-before-start", message, each.pointer, hint)


def _longest(stage: Cursor) -> timedelta | None:
    """No limit of the stage leaves more time than this; None where that cannot be said."""
    found = []
    for limit in stage["limits"].rows():
        unit = next((unit for unit in UNITS if limit[unit]), None)
        number = limit[unit].value if unit else None
        if unit is None or not isinstance(number, int) or number > 100_000:
            return None
        grace = _GRACE.get((limit["counting"].text, unit), _MOST_GRACE)
        found.append(number * _LONGEST[unit] + grace)
    return max(found, default=None)


def _content(draft: Draft, stage: Cursor, subject: Subject) -> Iterator[Problem]:
    vocabulary = subject.vocabulary
    for each in stage["content"].rows():
        if vocabulary and _PATH.fullmatch(each.text) and vocabulary.find(each.text) is None:
            message, hint = unknown_path(each.text, vocabulary)
            yield draft.problem("unknown-path", message, each.pointer, hint)
