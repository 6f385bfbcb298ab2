"""`includes`, `includes_any`, `includes_all`: what a list holds.

An element that is null, `unknown` or of a kind that cannot be compared may be anything: the terms
beside it are known, those that are absent are undetermined. An empty list is known to hold nothing.
"""

from collections.abc import Collection, Iterable
from typing import Final

from policies.conditions.operators.operator import Comparison, Operator, scalar, scalars
from policies.conditions.values import UNKNOWN, Kind, kind

_Term = tuple[Kind, object]
_TEXT: Final = frozenset({str})


def _includes(operand: object) -> Comparison:
    return _all_of([scalar(operand)])


def _includes_all(operand: object) -> Comparison:
    return _all_of(scalars(operand))


def _includes_any(operand: object) -> Comparison:
    listed = scalars(operand)
    wanted = _terms(listed)
    kinds = _kinds(wanted)
    words = frozenset(listed)
    only_words = kinds == {"text"}

    def check(value: object) -> bool | None:
        if not isinstance(value, list | tuple | set | frozenset):
            return None
        if only_words and _all_words(value):
            return not words.isdisjoint(value)
        held = _terms(value)
        if not wanted.isdisjoint(held):
            return True
        return False if _kinds(held) <= kinds else None

    return Comparison(check, frozenset({"list"}))


def _all_of(operands: Iterable[object]) -> Comparison:
    listed = tuple(operands)
    wanted = _terms(listed)
    kinds = _kinds(wanted)
    words = frozenset(listed)
    only_words = kinds == {"text"}

    def check(value: object) -> bool | None:
        if not isinstance(value, list | tuple | set | frozenset):
            return None
        if only_words and _all_words(value):
            return words.issubset(value)
        held = _terms(value)
        if wanted <= held:
            return True
        return False if _kinds(held) <= kinds else None

    return Comparison(check, frozenset({"list"}))


def _all_words(values: Collection[object]) -> bool:
    """Whether every element is a text that is known: the usual case, and quick to compare."""
    return _TEXT.issuperset(map(type, values)) and UNKNOWN not in values


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
