"""From the YAML form of a condition to a compiled one.

A mapping means all of its entries. `all` and `any` take a list of conditions, `not` takes one; any
other key is a dotted path. A path takes a plain value, which it must equal, or a mapping of
operators, all of which must hold. Nothing may be empty: an empty condition would hold always.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from policies.conditions.condition import Condition, Node, Use, all_of, any_of, comparison, not_
from policies.conditions.operators import OPERATORS
from policies.conditions.operators.operator import BadOperandError, named
from policies.problems import Problem, below, nearest, quoted

COMPOSITIONS: Final = ("all", "any", "not")
MAX_DEPTH: Final = 32
MAX_COMPARISONS: Final = 1_000
#: A hint at the nearest name takes its time: a hostile condition is given up early.
MAX_FAULTS: Final = 50

_STAND_IN: Final = all_of([])
_PATH: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*")


class ConditionErrors(Exception):
    """A condition cannot be compiled; `problems` are all of its faults, with pointers. `uses` are
    the comparisons that are right by themselves, `paths` (path, pointer) those with a fault."""

    def __init__(
        self,
        problems: Iterable[Problem],
        uses: Iterable[Use] = (),
        paths: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.problems = tuple(problems)
        self.uses = tuple(uses)
        self.paths = tuple(paths)
        super().__init__("; ".join(problem.message for problem in self.problems))


def compile_condition(node: object, *, pointer: str = "") -> Condition:
    """Compile the condition that stands at `pointer` of its document. Raises ConditionErrors."""
    compiler = _Compiler()
    compiled = compiler.condition(node, pointer, depth=1)
    if compiler.problems:
        raise ConditionErrors(compiler.problems, compiler.uses, compiler.faulty)
    paths = frozenset(use.path for use in compiler.uses)
    return Condition(
        paths, tuple(compiler.uses), compiled.outcome, compiled.explain, compiled.shape
    )


@dataclass
class _Compiler:
    """Notes every fault and goes on, with a stand-in for the part that is at fault."""

    problems: list[Problem] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    faulty: list[tuple[str, str]] = field(default_factory=list)

    def condition(self, node: object, pointer: str, *, depth: int) -> Node:
        if depth > MAX_DEPTH:
            return self._fault("too-deep", f"More than {MAX_DEPTH} levels.", pointer, "Flatten it.")
        if not isinstance(node, Mapping):
            message = f"A condition is a mapping of paths, all, any or not; not {named(node)}."
            hint = "Write all: or any: before a list."
            return self._fault("not-a-condition", message, pointer, hint)
        parts = [
            self._entry(key, value, below(pointer, str(key)), depth=depth)
            for key, value in node.items()
        ]
        return self._together(parts, pointer)

    def _entry(self, key: object, value: object, pointer: str, *, depth: int) -> Node:
        if key == "not":
            return not_(self.condition(value, pointer, depth=depth + 1))
        if key == "all" or key == "any":
            return self._composition(key, value, pointer, depth=depth)
        return self._path(str(key), value, pointer)

    def _composition(self, name: str, value: object, pointer: str, *, depth: int) -> Node:
        if not isinstance(value, list | tuple):
            message = f"{name} takes a list of conditions, not {named(value)}."
            hint = "Put a hyphen before each condition."
            return self._fault("not-a-condition", message, pointer, hint)
        if not value:
            return self._empty(pointer)
        parts = [
            self.condition(each, below(pointer, index), depth=depth + 1)
            for index, each in enumerate(value)
        ]
        return all_of(parts) if name == "all" else any_of(parts)

    def _path(self, path: str, value: object, pointer: str) -> Node:
        if path in OPERATORS:
            message = f"The operator {path} stands where a path belongs."
            hint = f"Write the path first: some.path: {{{path}: ...}}."
            return self._fault("operator-without-path", message, pointer, hint)
        if not _PATH.fullmatch(path):
            message = f"{quoted(path)} is not a dotted path of names."
            hint = "Letters, digits, _ and -, such as impact.people_affected."
            return self._fault("bad-path", message, pointer, hint)
        before = len(self.problems)
        made = self._compared(path, value, pointer)
        if len(self.problems) > before:
            self.faulty.append((path, pointer))
        return made

    def _compared(self, path: str, value: object, pointer: str) -> Node:
        if isinstance(value, list | tuple):
            return self._list_at(path, pointer)
        if isinstance(value, Mapping):
            parts = [
                self._comparison(path, str(name), operand, below(pointer, str(name)))
                for name, operand in value.items()
            ]
            return self._together(parts, pointer)
        return self._comparison(path, "equals", value, pointer)

    def _list_at(self, path: str, pointer: str) -> Node:
        close = nearest(path, COMPOSITIONS)
        message = f"{quoted(path)} is followed by a list, and no operator says what to do with it."
        hint = f"Did you mean {close}?" if close else "Use in, includes_any or includes_all."
        return self._fault("not-a-condition", message, pointer, hint)

    def _comparison(self, path: str, name: str, operand: object, pointer: str) -> Node:
        operator = OPERATORS.get(name)
        if operator is None:
            message = f"There is no operator {quoted(name)}."
            return self._fault("unknown-operator", message, pointer, _operator_hint(path, name))
        try:
            made = operator.build(operand)
        except BadOperandError as error:
            return self._fault(error.code, error.message, pointer, error.hint)
        if len(self.uses) >= MAX_COMPARISONS:
            message = f"More than {MAX_COMPARISONS:,} comparisons."
            self._fault("too-many-comparisons", message, pointer, "Split the condition.")
            raise ConditionErrors(self.problems)
        use = Use(path, name, operand, pointer, made.fits)
        self.uses.append(use)
        return comparison(use, made)

    def _together(self, parts: list[Node], pointer: str) -> Node:
        if not parts:
            return self._empty(pointer)
        return parts[0] if len(parts) == 1 else all_of(parts)

    def _empty(self, pointer: str) -> Node:
        message = "An empty condition would hold always."
        return self._fault(
            "empty-condition", message, pointer, "State a condition, or leave it out."
        )

    def _fault(self, code: str, message: str, pointer: str, hint: str) -> Node:
        self.problems.append(Problem(code, message, pointer, hint=hint))
        if len(self.problems) >= MAX_FAULTS:
            raise ConditionErrors(self.problems)
        return _STAND_IN


def _operator_hint(path: str, name: str) -> str:
    if close := nearest(name, OPERATORS):
        return f"Did you mean {close}?"
    return f"Operators: {', '.join(OPERATORS)}. A longer path has dots: {path}.{name}."
