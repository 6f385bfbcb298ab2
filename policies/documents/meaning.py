"""Checks of meaning that several kinds share."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from policies.conditions import Condition, ConditionErrors, compile_condition, durations
from policies.problems import Problem, nearest
from policies.yaml_tree import MAX_PROBLEMS

#: Compiling a condition takes its time as well.
MAX_COMPARISONS: Final = 5_000


class TooManyProblems(Exception):
    """The rest of a document is not looked at; `problems` were found before."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("too many problems")
        self.problems = tuple(problems)


class Problems(list[Problem]):
    """What `parse` finds. The hint at the nearest name takes its time, so that a hostile document
    with thousands of mistakes is given up early: beyond MAX_PROBLEMS, TooManyProblems is raised."""

    comparisons = 0

    def append(self, problem: Problem) -> None:
        if len(self) >= MAX_PROBLEMS:
            raise TooManyProblems(self)
        super().append(problem)

    def compared(self, compiled: Condition) -> None:
        """Count the comparisons of a condition: a document may hold MAX_COMPARISONS."""
        self.comparisons += len(compiled.uses)
        if self.comparisons > MAX_COMPARISONS:
            message = f"More than {MAX_COMPARISONS:,} comparisons."
            hint = "Split the document."
            raise TooManyProblems([*self, Problem("too-many-comparisons", message, hint=hint)])

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.append(problem)

    def __iadd__(self, problems: Iterable[Problem]) -> Self:  # type: ignore[override,misc]
        self.extend(problems)
        return self


def condition(node: object, pointer: str, found: list[Problem]) -> Condition | None:
    """The compiled condition, or None with its problems added to `found`."""
    try:
        compiled = compile_condition(node, pointer=pointer)
    except ConditionErrors as error:
        found.extend(error.problems)
        return None
    if isinstance(found, Problems):
        found.compared(compiled)
    return compiled


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


def known_zone(name: str, pointer: str, found: list[Problem]) -> None:
    """A name that no zone has is a problem."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message, hint = f"There is no zone {name!r}.", "An IANA name such as Europe/Brussels."
        found.append(Problem("unknown-zone", message, pointer, hint=hint))


def twice(what: str, names: Iterable[str], pointer: str) -> list[Problem]:
    """A problem for each name that stood before; `pointer` has `{}` where its index belongs."""
    seen: set[str] = set()
    found = []
    for index, name in enumerate(names):
        if name in seen:
            message = f"The {what} {name!r} stands twice."
            found.append(Problem(f"duplicate-{what}", message, pointer.format(index)))
        seen.add(name)
    return found
