"""What a set of comparisons that must all hold leaves of the value at one path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from policies.conditions import Kind, Use, instants, kind

Term = tuple[Kind, object]
_OPPOSITE: Final = {
    "equals": "not_equals",
    "not_equals": "equals",
    "in": "not_in",
    "not_in": "in",
    "at_least": "less_than",
    "less_than": "at_least",
    "more_than": "at_most",
    "at_most": "more_than",
    "includes": "excludes",
    "includes_any": "excludes",
}


@dataclass(frozen=True)
class Bounds:
    """`known` None: nothing says whether there is a value. `only` None: any value; `low` and `high`
    are ends, `above` and `under` whether they are excluded. `has` and `lacks` are of a list."""

    known: bool | None = None
    only: frozenset[Term] | None = None
    never: frozenset[Term] = frozenset()
    low: Any = None
    above: bool = False
    high: Any = None
    under: bool = False
    has: frozenset[Term] = frozenset()
    lacks: frozenset[Term] = frozenset()

    def narrowed(self, use: Use, *, negated: bool) -> "Bounds | None":
        """With one more comparison that must hold, or must not; None if no value is left."""
        operator = use.operator
        if operator == "known":
            known = use.operand is not negated
            return None if self.known is (not known) else replace(self, known=known)
        if self.known is False:
            return None
        if negated:
            operator = _OPPOSITE.get(operator, "")
        return replace(self, known=True)._with(operator, use.operand)._left()

    def _with(self, operator: str, operand: Any) -> "Bounds":
        match operator:
            case "equals" | "in":
                terms = _terms(operand)
                return replace(self, only=terms if self.only is None else self.only & terms)
            case "not_equals" | "not_in":
                return replace(self, never=self.never | _terms(operand))
            case "at_least" | "more_than" | "after":
                return self._from(_end(operand), excluded=operator != "at_least")
            case "at_most" | "less_than" | "before":
                return self._to(_end(operand), excluded=operator != "at_most")
            case "between":
                low, high = _end(operand[0]), _end(operand[1])
                return self._from(low, excluded=False)._to(high, excluded=False)
            case "includes" | "includes_all":
                return replace(self, has=self.has | _terms(operand))
            case "excludes":
                return replace(self, lacks=self.lacks | _terms(operand))
            case "includes_any" if _terms(operand) <= self.lacks:
                return replace(self, has=_terms(operand))
        return self

    def _from(self, end: Any, *, excluded: bool) -> "Bounds":
        if not _comparable(end, self.high, self.low):
            return self
        if self.low is None or end > self.low or (end == self.low and excluded):
            return replace(self, low=end, above=excluded)
        return self

    def _to(self, end: Any, *, excluded: bool) -> "Bounds":
        if not _comparable(end, self.high, self.low):
            return self
        if self.high is None or end < self.high or (end == self.high and excluded):
            return replace(self, high=end, under=excluded)
        return self

    def _left(self) -> "Bounds | None":
        """Itself, or None if no value is left."""
        if self.has & self.lacks:
            return None
        if self._crossed():
            return None
        if self.only is None or any(self._allows(term) for term in self.only - self.never):
            return self
        return None

    def _crossed(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return bool(self.low > self.high or (self.low == self.high and (self.above or self.under)))

    def _allows(self, term: Term) -> bool:
        value: Any = term[1]
        if not _comparable(value, self.low, self.high):
            return True
        if self.low is not None and (value < self.low or (value == self.low and self.above)):
            return False
        return not (
            self.high is not None and (value > self.high or (value == self.high and self.under))
        )


Box = Mapping[str, Bounds]


def _terms(operand: object) -> frozenset[Term]:
    listed: Iterable[object] = operand if isinstance(operand, list) else [operand]
    return frozenset((kind(each), each) for each in listed)


def _end(operand: object) -> float | datetime | None:
    """A number or an instant; a duration is not compared here."""
    if isinstance(operand, str):
        try:
            return instants.parse(operand)
        except ValueError:
            return None
    return operand if isinstance(operand, int | float) else None


def _comparable(value: object, *ends: object) -> bool:
    """Numbers with numbers, instants with instants."""
    if value is None or isinstance(value, str | bool):
        return False
    return all(
        end is None or isinstance(end, datetime) == isinstance(value, datetime) for end in ends
    )
