"""Facts that are stated of systems and of the organisation: in the register, and in examples."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from policies import report_schema
from policies.checks.cursor import Cursor
from policies.checks.subject import Draft, Subject
from policies.conditions.values import UNKNOWN
from policies.documents.system_register import PROPERTIES
from policies.problems import Problem, nearest, quoted


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if subject.vocabulary is None:
        return
    for part, at in _stated(draft):
        known = subject.declared[part]
        for name, value in at.entries():
            if name not in known:
                close = nearest(name, known)
                hint = f"Did you mean {close!r}?" if close else "A taxonomy can declare it: adds."
                message = f"No taxonomy declares the fact {quoted(name)} of the {part}."
                yield draft.problem("unknown-fact", message, value.pointer, hint)
            elif _own(draft, part, name) and (said := _misfit(known[name], value.value)):
                message = f"{part}.{name} does not fit its declaration: {said}"
                yield draft.problem("fact-does-not-fit", message, value.pointer)


def _stated(draft: Draft) -> Iterator[tuple[str, Cursor]]:
    if draft.kind == "SystemRegister":
        yield "organisation", draft.spec["organisation"]
        for system in draft.spec["systems"].rows():
            yield "system", system
    if draft.kind == "PolicyTest":
        for given in (
            draft.spec["given"],
            *(example["given"] for example in draft.spec["examples"].rows()),
        ):
            yield "organisation", given["organisation"]
            yield "system", given["system"]


def _own(draft: Draft, part: str, name: str) -> bool:
    """Whether the form of the document has not said already what is wrong."""
    return not (draft.kind == "SystemRegister" and part == "system" and name in PROPERTIES)


def _misfit(schema: Mapping[str, Any], value: object) -> str:
    if value is None or value == UNKNOWN:
        return ""  # the same as not stating it
    try:
        error = next(_validator(schema).iter_errors(value), None)
    except ValueError:
        return ""  # said of the taxonomy
    return "" if error is None else error.message[:200]


def _validator(schema: Mapping[str, Any]) -> Any:
    return _compiled(_Frozen(schema))


class _Frozen:
    """A schema as a cache key, by identity."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and other.schema is self.schema


@lru_cache(maxsize=512)
def _compiled(frozen: _Frozen) -> Any:
    return report_schema.validator(frozen.schema)
