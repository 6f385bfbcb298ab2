"""Many conditions at once: what they share is evaluated once (pure).

A *slot* is the number of a comparison or a composition. Outcomes are numbers, so that Kleene's
`and`, `or` and `not` are `min`, `max` and `2 - x`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from policies.conditions import Condition
from policies.conditions.condition import Compared, Composed, Shape
from policies.conditions.values import UNKNOWN, Facts

FALSE: Final = 0
UNDETERMINED: Final = 1
TRUE: Final = 2

_NUMBERS: Final[Mapping[bool | None, int]] = {False: FALSE, None: UNDETERMINED, True: TRUE}
#: Missing facts by the bits that stand for them, kept because the same ones are missing mostly.
_KEPT_NAMES: Final = 4096

Gate = tuple[int, Callable[[Any], int], Callable[[list[int]], Any]]
"""(slot, what folds the outcomes of its parts, what picks them)."""


@dataclass
class _Path:
    """What is asked of one path: (slot, check) pairs; and the paths below it."""

    checks: list[tuple[int, Callable[[object], bool | None]]]
    below: dict[str, "_Path"]


class Circuit:
    """The conditions given, numbered: comparisons by path, operator and operand, then compositions
    in the order of the conditions, parts before wholes. The same conditions give the same numbers.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        listed = list(conditions)
        found = {_key(each): each for one in listed for each in _comparisons(one.shape)}
        self.comparisons: Sequence[Compared] = [found[key] for key in sorted(found)]
        self.compositions: list[tuple[str, tuple[int, ...]]] = []
        self.paths: Sequence[str] = sorted({each.use.path for each in self.comparisons})
        self._slots = {key: slot for slot, key in enumerate(sorted(found))}
        self._composed: dict[tuple[str, tuple[int, ...]], int] = {}
        self._tree = self._paths_tree()
        bits = {path: 1 << number for number, path in enumerate(self.paths)}
        self._bits = [bits[each.use.path] for each in self.comparisons]
        self._names: dict[int, tuple[str, ...]] = {0: ()}
        for condition in listed:
            self.slot(condition)
        self._absent = [_absent(each) for each in self.comparisons]
        self._absent += [UNDETERMINED] * len(self.compositions)

    def slot(self, condition: Condition) -> int:
        """The slot of one of the conditions given."""
        return self._slot(condition.shape)

    def __len__(self) -> int:
        return len(self.comparisons) + len(self.compositions)

    def parts(self, slot: int) -> tuple[int, ...]:
        """The slots that a composition is made of; a comparison has none."""
        count = len(self.comparisons)
        return self.compositions[slot - count][1] if slot >= count else ()

    def reach(self, slots: Iterable[int]) -> set[int]:
        """These slots and all that they are made of."""
        found: set[int] = set()
        waiting = list(slots)
        while waiting:
            slot = waiting.pop()
            if slot not in found:
                found.add(slot)
                waiting += self.parts(slot)
        return found

    def gates(self, slots: Iterable[int]) -> Sequence[Gate]:
        """The compositions among `slots`, parts before wholes."""
        count = len(self.comparisons)
        return [self._gate(slot) for slot in sorted(slots) if slot >= count]

    def read(self, facts: Facts) -> "Reading":
        """Every comparison on these facts. Compositions are undetermined until they are settled."""
        outcomes = self._absent.copy()
        seen: list[tuple[_Path, object]] = []
        _walk(self._tree, facts, outcomes, seen)
        return Reading(self, outcomes, seen)

    def names(self, mask: int) -> tuple[str, ...]:
        """The sorted paths for which the bits of `mask` stand."""
        found = self._names.get(mask)
        if found is None:
            if len(self._names) >= _KEPT_NAMES:
                self._names.clear()
            found = tuple(path for bit, path in enumerate(self.paths) if mask >> bit & 1)
            self._names[mask] = found
        return found

    def bit(self, slot: int) -> int:
        return self._bits[slot]

    def _gate(self, slot: int) -> Gate:
        name, parts = self.compositions[slot - len(self.comparisons)]
        # itemgetter gives a tuple from two on; a part twice changes neither min nor max.
        pick: Callable[[list[int]], Any] = itemgetter(*(parts if len(parts) > 1 else parts * 2))
        return slot, _FOLDS[name], pick

    def _slot(self, shape: Shape) -> int:
        if isinstance(shape, Compared):
            return self._slots[_key(shape)]
        key = shape.name, tuple(self._slot(part) for part in shape.parts)
        if key not in self._composed:
            self._composed[key] = len(self)
            self.compositions.append(key)
        return self._composed[key]

    def _paths_tree(self) -> dict[str, _Path]:
        root = _Path([], {})
        for slot, each in enumerate(self.comparisons):
            place = root
            for step in each.use.path.split("."):
                place = place.below.setdefault(step, _Path([], {}))
            place.checks.append((slot, each.made.check))
        return root.below


class Reading:
    """What a circuit makes of some facts. `outcomes` are by slot; `seen` are the values found, with
    the (slot, check) pairs that looked at each."""

    __slots__ = ("_missing", "circuit", "outcomes", "seen")

    def __init__(
        self, circuit: Circuit, outcomes: list[int], seen: list[tuple[_Path, object]]
    ) -> None:
        self.circuit = circuit
        self.outcomes = outcomes
        self.seen = seen
        self._missing: dict[int, int] = {}

    def settle(self, gates: Iterable[Gate]) -> None:
        outcomes = self.outcomes
        for slot, fold, pick in gates:
            outcomes[slot] = fold(pick(outcomes))

    def missing(self, slot: int) -> int:
        """Bits of the paths that could settle an undetermined slot; 0 for a settled one."""
        if self.outcomes[slot] != UNDETERMINED:
            return 0
        found = self._missing.get(slot)
        if found is None:
            parts = self.circuit.parts(slot)
            found = 0 if parts else self.circuit.bit(slot)
            for part in parts:
                found |= self.missing(part)
            self._missing[slot] = found
        return found


def _walk(
    tree: Mapping[str, _Path],
    facts: Mapping[str, object],
    outcomes: list[int],
    seen: list[tuple[_Path, object]],
) -> None:
    for step, path in tree.items():
        value = facts.get(step)
        if value is None:
            continue
        if path.checks and value != UNKNOWN:
            for slot, check in path.checks:
                outcomes[slot] = _NUMBERS[check(value)]
            seen.append((path, value))
        if path.below and isinstance(value, Mapping):
            _walk(path.below, value, outcomes, seen)


def _comparisons(shape: Shape) -> Iterator[Compared]:
    if isinstance(shape, Composed):
        for part in shape.parts:
            yield from _comparisons(part)
    else:
        yield shape


def _key(compared: Compared) -> tuple[str, str, str]:
    return compared.use.path, compared.use.operator, repr(compared.use.operand)


def _absent(compared: Compared) -> int:
    return _NUMBERS[compared.made.check(None)] if compared.made.takes_absence else UNDETERMINED


def _opposite(twice: tuple[int, int]) -> int:
    return 2 - twice[0]


_FOLDS: Final[Mapping[str, Callable[[Any], int]]] = {"all": min, "any": max, "not": _opposite}
