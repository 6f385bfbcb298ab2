"""Which fact would settle a decision: conditions with one comparison supposed to hold, or not
(pure).

A trace is as `policies.conditions.Verdict` describes it; its outcomes are those of three-valued
logic, in which something undetermined counts only where it decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from policies.evaluation.decision import Outcome

Trace = Mapping[str, Any]
Word = Literal["true", "false", "undetermined"]
OPPOSITE: Final[Mapping[Word, Word]] = {
    "true": "false",
    "false": "true",
    "undetermined": "undetermined",
}
OUTCOMES: Final[Mapping[Word, Outcome]] = {
    "true": "applies",
    "false": "does_not_apply",
    "undetermined": "undetermined",
}


@dataclass(frozen=True)
class Settling:
    """A comparison that nobody can make yet; `holds` and `fails` are what the whole comes to when
    it turns out so, as long as nothing else becomes known."""

    comparison: Trace
    holds: Word
    fails: Word


def settling(traces: Sequence[Trace]) -> Sequence[Settling]:
    """For a condition of which all of `traces` must hold: what is open of it, each comparison once,
    in the order of the policy."""
    found: dict[tuple[str, str, str], Settling] = {}
    for comparison, _ in _open(traces):
        found.setdefault(_key(comparison), _settling(traces, comparison))
    return list(found.values())


def causes(trace: Trace, outcome: Word, *, negated: bool = False) -> Iterator[tuple[Trace, bool]]:
    """The comparisons that gave a condition this outcome, each with whether the opposite of it is
    asked; nothing where it has another."""
    if trace["outcome"] != outcome:
        return
    for name in ("all", "any"):
        for part in trace.get(name, ()):
            yield from causes(part, outcome, negated=negated)
    if "not" in trace:
        yield from causes(trace["not"], OPPOSITE[outcome], negated=not negated)
    elif "path" in trace:
        yield trace, negated


def _open(traces: Sequence[Trace]) -> Iterator[tuple[Trace, bool]]:
    for trace in traces:
        yield from causes(trace, "undetermined")


def together(outcomes: Sequence[Word]) -> Word:
    """Of parts that must all hold."""
    if "false" in outcomes:
        return "false"
    return "undetermined" if "undetermined" in outcomes else "true"


def _settling(traces: Sequence[Trace], comparison: Trace) -> Settling:
    key = _key(comparison)
    holds, fails = (
        together([_supposing(each, key, word) for each in traces]) for word in _SUPPOSED
    )
    return Settling(comparison, holds, fails)


_SUPPOSED: Final[tuple[Word, Word]] = ("true", "false")


def _supposing(trace: Trace, key: tuple[str, str, str], word: Word) -> Word:
    """The outcome if the comparison named by `key` came out as `word`."""
    if "path" in trace:
        outcome: Word = trace["outcome"]
        return word if _key(trace) == key else outcome
    if "not" in trace:
        return OPPOSITE[_supposing(trace["not"], key, word)]
    if "all" in trace:
        return together([_supposing(each, key, word) for each in trace["all"]])
    parts = [OPPOSITE[_supposing(each, key, word)] for each in trace["any"]]
    return OPPOSITE[together(parts)]


def _key(comparison: Trace) -> tuple[str, str, str]:
    return comparison["path"], comparison["operator"], repr(comparison["operand"])
