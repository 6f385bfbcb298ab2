"""`equals`, `not_equals`, `in`, `not_in`: text, numbers, truth values, each with its own kind only.

A fact of another kind leaves the comparison undetermined: `true` is not 1, and "3" is not 3.
"""

from collections.abc import Sequence

from policies.conditions.operators.operator import Comparison, Operator, negated, scalar, scalars
from policies.conditions.values import Kind, kind


def _equals(operand: object) -> Comparison:
    wanted = scalar(operand)
    if not isinstance(wanted, str):
        return _one_of([wanted])

    def same_text(value: object) -> bool | None:
        return value == wanted if isinstance(value, str) else None

    return Comparison(same_text, frozenset({"text"}))


def _in(operand: object) -> Comparison:
    return _one_of(scalars(operand))


def _one_of(wanted: Sequence[str | int | float | bool]) -> Comparison:
    if all(isinstance(each, str) for each in wanted):
        return _one_text_of(frozenset(wanted))
    if len(wanted) == 1 and isinstance(wanted[0], bool):
        return _truth(wanted=wanted[0])
    by_kind: dict[Kind, set[object]] = {}
    for each in wanted:
        by_kind.setdefault(kind(each), set()).add(each)

    def check(value: object) -> bool | None:
        options = by_kind.get(kind(value))
        return None if options is None else value in options

    return Comparison(check, frozenset(by_kind))


# The usual operands, without asking for the kind of the fact each time.


def _one_text_of(wanted: frozenset[object]) -> Comparison:
    def check(value: object) -> bool | None:
        return value in wanted if isinstance(value, str) else None

    return Comparison(check, frozenset({"text"}))


def _truth(*, wanted: bool) -> Comparison:
    def check(value: object) -> bool | None:
        return value is wanted if isinstance(value, bool) else None

    return Comparison(check, frozenset({"boolean"}))


OPERATORS = (
    Operator("equals", _equals),
    Operator("not_equals", lambda operand: negated(_equals(operand))),
    Operator("in", _in),
    Operator("not_in", lambda operand: negated(_in(operand))),
)
