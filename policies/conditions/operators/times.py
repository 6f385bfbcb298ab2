"""`before` and `after`: instants (RFC 3339); the instant itself is neither.

A fact may be a text in that form or an aware datetime. A time without an offset stays undetermined.
"""

from collections.abc import Callable
from datetime import datetime

from policies.conditions import instants
from policies.conditions.operators.operator import BadOperandError, Comparison, Operator, named


def _before(operand: object) -> Comparison:
    limit = _instant(operand)
    return _on_instants(lambda value: value < limit)


def _after(operand: object) -> Comparison:
    limit = _instant(operand)
    return _on_instants(lambda value: value > limit)


def _instant(operand: object) -> datetime:
    try:
        return instants.parse(operand if isinstance(operand, str) else "")
    except ValueError as error:
        raise BadOperandError(
            f"An instant is needed here, not {named(operand)}.",
            hint="Write date, time and offset: 2026-11-22T09:30:00Z.",
            code="bad-instant",
        ) from error


def _on_instants(compare: Callable[[datetime], bool]) -> Comparison:
    def check(value: object) -> bool | None:
        if isinstance(value, str):
            try:
                value = instants.parse(value)
            except ValueError:
                return None
        if not isinstance(value, datetime) or value.utcoffset() is None:
            return None
        return compare(value)

    return Comparison(check, frozenset({"instant"}))


OPERATORS = (
    Operator("before", _before),
    Operator("after", _after),
)
