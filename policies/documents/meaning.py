"""Checks of meaning that several kinds share."""

from collections.abc import Iterable
from datetime import date, timedelta

from policies.conditions import Condition, ConditionErrors, compile_condition, durations
from policies.problems import Problem, nearest


def condition(node: object, pointer: str, found: list[Problem]) -> Condition | None:
    """The compiled condition, or None with its problems added to `found`."""
    try:
        return compile_condition(node, pointer=pointer)
    except ConditionErrors as error:
        found.extend(error.problems)
        return None


def unknown_name(what: str, name: str, known: Iterable[str], pointer: str) -> Problem:
    names = list(known)
    close = nearest(name, names)
    hint = f"Did you mean {close!r}?" if close else f"Known: {', '.join(names[:20]) or 'none'}."
    return Problem(f"unknown-{what}", f"There is no {what} {name!r}.", pointer, hint=hint)


def duration(text: str, pointer: str, found: list[Problem]) -> timedelta:
    """An ISO 8601 duration of weeks and smaller units; anything else is a problem."""
    try:
        return durations.parse(text)
    except ValueError as error:
        found.append(Problem("no-duration", str(error), pointer))
        return timedelta()


def day(text: str, pointer: str, found: list[Problem]) -> date:
    """A calendar date; a day that does not exist is a problem."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        found.append(
            Problem("no-such-date", f"{text!r} is not a date.", pointer, hint="YYYY-MM-DD")
        )
        return date.min
