"""`includes`, `includes_any`, `includes_all`: what a list holds.

An element that is null, `unknown` or of a kind that cannot be compared may be anything: the terms
beside it are known, those that are absent are undetermined. An empty list is known to hold nothing.
"""

from collections.abc import Iterable

from policies.conditions.operators.operator import Comparison, Operator, scalar, scalars
from policies.conditions.values import UNKNOWN, Kind, kind

_Term = tuple[Kind, object]


def _includes(operand: object) -> Comparison:
    return _all_of([scalar(operand)])


def _includes_all(operand: object) -> Comparison:
    return _all_of(scalars(operand))


def _includes_any(operand: object) -> Comparison:
    wanted = _terms(scalars(operand))
    kinds = _kinds(wanted)

    def check(value: object) -> bool | None:
        if not isinstance(value, list | tuple | set | frozenset):
            return None
        held = _terms(value)
        if not wanted.isdisjoint(held):
            return True
        return False if _kinds(held) <= kinds else None

    return Comparison(check, frozenset({"list"}))


def _all_of(operands: Iterable[object]) -> Comparison:
    wanted = _terms(operands)
    kinds = _kinds(wanted)

    def check(value: object) -> bool | None:
        if not isinstance(value, list | tuple | set | frozenset):
            return None
        held = _terms(value)
        if wanted <= held:
            return True
        return False if _kinds(held) <= kinds else None

    return Comparison(check, frozenset({"list"}))


def _kinds(terms: Iterable[_Term]) -> set[Kind]:
    return {term_kind for term_kind, _ in terms}


def _terms(values: Iterable[object]) -> set[_Term]:
    return {_term(value) for value in values}


def _term(value: object) -> _Term:
    found = kind(value)
    if value == UNKNOWN or found not in {"text", "number", "boolean"}:
        return "other", None
    return found, value


OPERATORS = (
    Operator("includes", _includes),
    Operator("includes_any", _includes_any),
    Operator("includes_all", _includes_all),
)
