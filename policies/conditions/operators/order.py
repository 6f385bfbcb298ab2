"""`at_least`, `more_than`, `at_most`, `less_than`, `between`: numbers, or durations (ISO 8601).

`between` includes both its ends.
"""

from collections.abc import Callable
from datetime import timedelta
from operator import ge, gt, le, lt
from typing import Any, Final

from policies.conditions import durations
from policies.conditions.operators.operator import (
    BadOperandError,
    Check,
    Comparison,
    Operator,
    named,
)
from policies.conditions.values import Kind, kind

_NUMBER: Final[frozenset[Kind]] = frozenset({"number"})
_DURATION: Final[frozenset[Kind]] = frozenset({"duration"})
_HINT: Final = (
    "A number such as 100, or a duration such as PT36H; for instants use before or after."
)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[object], Comparison]:
    def build(operand: object) -> Comparison:
        limit = _limit(operand)
        return _measured(limit, lambda value: compare(value, limit))

    return build


def _between(operand: object) -> Comparison:
    if not isinstance(operand, list | tuple) or len(operand) != 2:
        raise BadOperandError(
            f"Two ends are needed here, not {named(operand)}.", hint="Write [low, high]."
        )
    low: Any = _limit(operand[0])
    high: Any = _limit(operand[1])
    if isinstance(low, timedelta) != isinstance(high, timedelta):
        raise BadOperandError("One end is a number, the other a duration.", hint=_HINT)
    if low > high:
        raise BadOperandError("The first end lies above the second.", hint="Write [low, high].")
    return _measured(low, lambda value: bool(low <= value <= high))


def _limit(operand: object) -> float | timedelta:
    if isinstance(operand, str):
        try:
            return durations.parse(operand)
        except ValueError as error:
            raise BadOperandError(str(error), hint=_HINT, code="bad-duration") from error
    if isinstance(operand, int | float) and kind(operand) == "number":
        return operand
    raise BadOperandError(f"Something to measure by is needed, not {named(operand)}.", hint=_HINT)


def _measured(limit: float | timedelta, compare: Callable[[Any], bool]) -> Comparison:
    """The comparison, on facts of the limit's own kind only."""
    if isinstance(limit, timedelta):
        return Comparison(_on_durations(compare), _DURATION)

    def check(value: object) -> bool | None:
        return compare(value) if type(value) is int or kind(value) == "number" else None

    return Comparison(check, _NUMBER)


def _on_durations(compare: Callable[[Any], bool]) -> Check:
    def check(value: object) -> bool | None:
        if isinstance(value, str):
            try:
                value = durations.parse(value)
            except ValueError:
                return None
        return compare(value) if isinstance(value, timedelta) else None

    return check


OPERATORS = (
    Operator("at_least", _ordered(ge)),
    Operator("more_than", _ordered(gt)),
    Operator("at_most", _ordered(le)),
    Operator("less_than", _ordered(lt)),
    Operator("between", _between),
)
