"""Conditions that can never be true, whatever the facts."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.checks.bounds import Bounds, Box
from policies.checks.stated import Stated
from policies.checks.subject import Draft, Subject
from policies.conditions import Condition
from policies.conditions.condition import Compared, Shape
from policies.problems import Problem, quoted

#: How many comparisons of one document are looked at: a bound for hostile ones.
MOST: Final = 20_000


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    looked_at = 0
    for stated in draft.conditions:
        looked_at += sum(len(each.uses) for each in (*stated.within, stated.condition))
        if looked_at <= MOST:
            yield from _stated(draft, stated)


def impossible(conditions: Sequence[Condition]) -> str | None:
    """The path at which conditions that must all hold exclude each other; None where none is seen.

    Of alternatives each is tried by itself: some contradictions stay unseen, none is invented.
    """
    found = _possible([(condition.shape, False) for condition in conditions], {})
    return found if isinstance(found, str) else None


def _stated(draft: Draft, stated: Stated) -> Iterator[Problem]:
    if stated.within and impossible(stated.within) is not None:
        return  # said of the outer condition
    if (path := impossible([stated.condition])) is not None:
        message = f"This can never be true: what it asks of {quoted(path)} excludes itself."
        hint = "Write any: before a list if one of several things is enough."
        yield draft.problem("condition-never-true", message, stated.pointer, hint)
    elif stated.within and (path := impossible([*stated.within, stated.condition])) is not None:
        message = (
            f"This can never be true where the conditions around it hold: they exclude what it "
            f"asks of {quoted(path)}."
        )
        hint = "Compare applies_when and the conditions of duty and stage."
        yield draft.problem("condition-never-true", message, stated.pointer, hint)


Demand = tuple[Shape, bool]  # a part of a condition, and whether it must be false


def _possible(demands: Sequence[Demand], box: Box) -> Box | str:
    """What is left of each path when all demands hold, or the path at which nothing is left."""
    bounds, choices = dict(box), list[list[Demand]]()
    waiting = list(demands)
    while waiting:
        shape, negated = waiting.pop()
        if isinstance(shape, Compared):
            use = shape.use
            left = bounds.get(use.path, Bounds()).narrowed(use, negated=negated)
            if left is None:
                return use.path
            bounds[use.path] = left
            continue
        parts = [(part, negated ^ (shape.name == "not")) for part in shape.parts]
        if shape.name == "not" or (shape.name == "all") is not negated:
            waiting += parts
        else:
            choices.append(parts)
    return _one_of_each(choices, bounds)


def _one_of_each(choices: Sequence[Sequence[Demand]], bounds: Box) -> Box | str:
    for parts in choices:
        tried = [_possible([part], bounds) for part in parts]
        if all(isinstance(each, str) for each in tried):
            return next(each for each in tried if isinstance(each, str))
    return bounds
