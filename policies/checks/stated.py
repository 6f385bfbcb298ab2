"""Where conditions stand, and within which others."""

from collections.abc import Iterator
from dataclasses import dataclass

from policies.checks.cursor import Cursor
from policies.conditions import Condition, ConditionErrors, Use, compile_condition


@dataclass(frozen=True, eq=False)
class Stated:
    """A condition at `pointer`, and those that must hold for it to be asked at all."""

    pointer: str
    condition: Condition
    within: tuple[Condition, ...] = ()

    @property
    def uses(self) -> tuple[Use, ...]:
        return self.condition.uses


@dataclass(frozen=True, eq=False)
class Broken:
    """What can still be read of a condition that cannot be compiled."""

    uses: tuple[Use, ...]
    paths: tuple[tuple[str, str], ...]


Read = Stated | Broken


def stated(kind: str, spec: Cursor) -> Iterator[Read]:
    """Every condition, whatever its document is; what is wrong with a broken one is said by the
    compiler."""
    match kind:
        case "SeverityPolicy":
            for rule in spec["rules"].rows():
                yield from _stated(rule["when"])
        case "Playbook":
            yield from _stated(spec["applies_when"])
        case "ObligationPolicy":
            yield from _of_obligations(spec)


def _of_obligations(spec: Cursor) -> Iterator[Read]:
    scope = tuple(_stated(spec["applies_when"]))
    yield from scope
    within = _inside(scope)
    for date in spec["applies_from"].rows():
        yield from _stated(date["when"], within)
    for duty in spec["duties"].rows():
        own = tuple(_stated(duty["when"], within))
        yield from own
        for stage in duty["stages"].rows():
            inner = tuple(_stated(stage["when"], _inside(own, within)))
            yield from inner
            for limit in stage["limits"].rows():
                yield from _stated(limit["when"], _inside(inner, _inside(own, within)))


def _inside(outer: tuple[Read, ...], within: tuple[Condition, ...] = ()) -> tuple[Condition, ...]:
    return (*within, *(each.condition for each in outer if isinstance(each, Stated)))


def _stated(at: Cursor, within: tuple[Condition, ...] = ()) -> Iterator[Read]:
    """The condition at `at`, if there is one."""
    if not isinstance(at.value, dict):
        return
    try:
        compiled = compile_condition(at.value, pointer=at.pointer)
    except ConditionErrors as error:
        yield Broken(error.uses, error.paths)
        return
    yield Stated(at.pointer, compiled, within)
