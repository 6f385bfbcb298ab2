"""Where conditions stand, and within which others."""

from collections.abc import Iterator
from dataclasses import dataclass

from policies.checks.cursor import Cursor
from policies.conditions import Condition, ConditionErrors, compile_condition


@dataclass(frozen=True, eq=False)
class Stated:
    """A condition at `pointer`, and those that must hold for it to be asked at all."""

    pointer: str
    condition: Condition
    within: tuple[Condition, ...] = ()


def stated(kind: str, spec: Cursor) -> Iterator[Stated]:
    """Every condition that can be compiled, whatever its document is."""
    match kind:
        case "SeverityPolicy":
            for rule in spec["rules"].rows():
                yield from _stated(rule["when"])
        case "Playbook":
            yield from _stated(spec["applies_when"])
        case "ObligationPolicy":
            yield from _of_obligations(spec)


def _of_obligations(spec: Cursor) -> Iterator[Stated]:
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


def _inside(outer: tuple[Stated, ...], within: tuple[Condition, ...] = ()) -> tuple[Condition, ...]:
    return (*within, *(each.condition for each in outer))


def _stated(at: Cursor, within: tuple[Condition, ...] = ()) -> Iterator[Stated]:
    """The condition at `at`, if there is one; what keeps it from being one is said elsewhere."""
    if not isinstance(at.value, dict):
        return
    try:
        compiled = compile_condition(at.value, pointer=at.pointer)
    except ConditionErrors:
        return
    yield Stated(at.pointer, compiled, within)
