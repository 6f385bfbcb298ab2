"""A compiled condition: its outcome, and the reasons for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from policies.conditions.operators.operator import Comparison
from policies.conditions.values import Facts, Kind, kind, lookup, shown

_WORDS: Final = {True: "true", False: "false", None: "undetermined"}


@dataclass(frozen=True)
class Use:
    """One comparison. `pointer` leads to its operand; `fits` are the kinds of fact that this
    operator can compare with this operand."""

    path: str
    operator: str
    operand: object
    pointer: str
    fits: frozenset[Kind]


@dataclass(frozen=True)
class Verdict:
    """`outcome` None is undetermined; `missing` are then the sorted paths that could settle it.

    `trace` is JSON: a composition is `{"all" | "any": [...], "outcome"}` or `{"not": {...},
    "outcome"}`, a comparison `{"path", "operator", "operand", "saw", "outcome"}`, with a `note`
    when a fact that is there could not be compared.
    """

    outcome: bool | None
    trace: Mapping[str, object]
    missing: tuple[str, ...]


class Explained(NamedTuple):
    outcome: bool | None
    trace: dict[str, object]
    missing: frozenset[str]


@dataclass(frozen=True)
class Compared:
    """What a comparison is made of, for who evaluates many conditions at once."""

    use: Use
    made: Comparison


@dataclass(frozen=True)
class Composed:
    """`name` is `all`, `any` or `not`, which has one part."""

    name: str
    parts: tuple["Compared | Composed", ...]


Shape = Compared | Composed


@dataclass(frozen=True)
class Node:
    """A part of a condition; both functions give the same outcome."""

    outcome: Callable[[Facts], bool | None]
    explain: Callable[[Facts], Explained]
    shape: Shape


@dataclass(frozen=True)
class Condition:
    """`paths` are all that it reads, `uses` its comparisons in the order of the document.

    `outcome` gives true, false or None (undetermined) without a trace, and stops as soon as it is
    settled; `evaluate` looks at every comparison.
    """

    paths: frozenset[str]
    uses: tuple[Use, ...]
    outcome: Callable[[Facts], bool | None]
    explain: Callable[[Facts], Explained]
    shape: Shape

    def evaluate(self, facts: Facts) -> Verdict:
        outcome, trace, missing = self.explain(facts)
        return Verdict(outcome, trace, tuple(sorted(missing)))


def comparison(use: Use, made: Comparison) -> Node:
    find, check = lookup(use.path), made.check

    if made.takes_absence:

        def outcome(facts: Facts) -> bool | None:
            return check(find(facts))
    else:

        def outcome(facts: Facts) -> bool | None:
            value = find(facts)
            return None if value is None else check(value)

    def explain(facts: Facts) -> Explained:
        result, value = outcome(facts), find(facts)
        trace: dict[str, object] = {
            "path": use.path,
            "operator": use.operator,
            "operand": shown(use.operand),
            "saw": shown(value),
            "outcome": _WORDS[result],
        }
        if result is None and value is not None:
            trace["note"] = note(use, value)
        return Explained(result, trace, _missing_here(use, result))

    return Node(outcome, explain, Compared(use, made))


def all_of(parts: Sequence[Node]) -> Node:
    """Kleene's `and` over at least one part."""
    return _composition("all", parts, settles=False)


def any_of(parts: Sequence[Node]) -> Node:
    """Kleene's `or` over at least one part."""
    return _composition("any", parts, settles=True)


def not_(part: Node) -> Node:
    """Kleene's `not`."""
    inner = part.outcome

    def outcome(facts: Facts) -> bool | None:
        result = inner(facts)
        return None if result is None else not result

    def explain(facts: Facts) -> Explained:
        result, trace, missing = part.explain(facts)
        opposite = None if result is None else not result
        return Explained(opposite, {"not": trace, "outcome": _WORDS[opposite]}, missing)

    return Node(outcome, explain, Composed("not", (part.shape,)))


def _composition(name: str, parts: Sequence[Node], *, settles: bool) -> Node:
    """One part whose outcome is `settles` decides; or else one that is undetermined."""
    inner = tuple(part.outcome for part in parts)

    def outcome(facts: Facts) -> bool | None:
        result: bool | None = not settles
        for part in inner:
            found = part(facts)
            if found is settles:
                return settles
            if found is None:
                result = None
        return result

    def explain(facts: Facts) -> Explained:
        found = [part.explain(facts) for part in parts]
        outcomes = {each.outcome for each in found}
        result = settles if settles in outcomes else None if None in outcomes else not settles
        trace: dict[str, object] = {name: [each.trace for each in found]}
        trace["outcome"] = _WORDS[result]
        return Explained(result, trace, _missing_in(found) if result is None else frozenset())

    return Node(outcome, explain, Composed(name, tuple(part.shape for part in parts)))


def _missing_here(use: Use, result: bool | None) -> frozenset[str]:
    return frozenset({use.path}) if result is None else frozenset()


def _missing_in(found: Sequence[Explained]) -> frozenset[str]:
    # A part that is decided has nothing missing.
    return frozenset().union(*(each.missing for each in found))


def note(use: Use, value: object) -> str:
    """Why a value that is there did not settle the comparison."""
    saw = kind(value)
    if saw in use.fits and saw == "list":
        return "The list holds elements that are unknown or cannot be compared."
    return f"{use.operator} compares {' or '.join(sorted(use.fits))}; this is {saw}."
