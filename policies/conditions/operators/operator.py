"""What an operator is: it turns an operand into a comparison, or refuses it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policies.conditions.values import Kind, kind
from policies.problems import quoted

Check = Callable[[object], bool | None]
"""Compares a fact that has a value; None when that fact does not settle the matter."""


class BadOperandError(Exception):
    """An operand that the operator cannot take."""

    def __init__(self, message: str, *, hint: str, code: str = "bad-operand") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


@dataclass(frozen=True)
class Comparison:
    """An operator with its operand. `fits` are the kinds of fact that it can compare; with
    `takes_absence`, the check also gets None, for a path that has no value."""

    check: Check
    fits: frozenset[Kind]
    takes_absence: bool = False


@dataclass(frozen=True)
class Operator:
    """`build` raises BadOperandError."""

    name: str
    build: Callable[[object], Comparison]


def scalar(operand: object) -> str | int | float | bool:
    """The operand, if it is text, a number or a truth value that a known fact can have."""
    if operand == "unknown" or operand is None:
        raise BadOperandError(
            "Nothing equals the unknown; such a comparison stays undetermined.",
            hint="Use known: false.",
        )
    if isinstance(operand, str | int | float) and kind(operand) != "other":
        return operand
    raise BadOperandError(
        f"Text, a number or a truth value is needed here, not {named(operand)}.",
        hint="Quote it if it is text; use in or includes_any for several values.",
    )


def scalars(operand: object) -> Sequence[str | int | float | bool]:
    """The operand, if it is a list of at least one scalar."""
    if not isinstance(operand, list | tuple):
        raise BadOperandError(
            f"A list is needed here, not {named(operand)}.", hint="Write it in brackets: [a, b]."
        )
    if not operand:
        raise BadOperandError("The list is empty.", hint="Name at least one value.")
    return [scalar(each) for each in operand]


def text(operand: object) -> str:
    """The operand, if it is text of at least one character."""
    if not isinstance(operand, str) or not operand:
        raise BadOperandError(f"Text is needed here, not {named(operand)}.", hint="Quote it.")
    return operand


def negated(comparison: Comparison) -> Comparison:
    """Kleene's `not`: what is undetermined stays so."""
    check = comparison.check

    def opposite(value: object) -> bool | None:
        outcome = check(value)
        return None if outcome is None else not outcome

    return Comparison(opposite, comparison.fits)


def named(operand: object) -> str:
    """An operand as a message calls it."""
    match kind(operand):
        case "text":
            return f"the text {quoted(operand)}"
        case "number":
            return f"the number {quoted(operand)}"
        case "boolean":
            return "a truth value"
        case "list":
            return "a list"
        case "object":
            return "a mapping"
        case _:
            return quoted(operand)
