"""`known`: the one operator that turns absence into true or false.

A list is known when it is empty or holds at least one term beside `unknown`.
"""

from typing import get_args

from policies.conditions.operators.operator import BadOperandError, Comparison, Operator, named
from policies.conditions.values import UNKNOWN, Kind


def _known(operand: object) -> Comparison:
    if not isinstance(operand, bool):
        message = f"true or false is needed here, not {named(operand)}."
        raise BadOperandError(message, hint="Write known: true or known: false.")

    def check(value: object) -> bool | None:
        return _has_value(value) is operand

    return Comparison(check, frozenset(get_args(Kind)), takes_absence=True)


def _has_value(value: object) -> bool:
    if isinstance(value, list | tuple | set | frozenset) and value:
        return not all(each is None or each == UNKNOWN for each in value)
    return value is not None


OPERATORS = (Operator("known", _known),)
