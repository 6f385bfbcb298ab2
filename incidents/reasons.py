"""Why a duty does not apply, in a few words, from the trace of its decision."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from governance.console import values
from incidents.models import Duty
from policies import evaluation
from policies.conditions import words
from policies.evaluation import DutyDecision

LONGEST: Final = 500
UNKNOWN: Final = "The decision is kept with its trace on the page of the incident."
_MOST: Final = 4
_OPPOSITE: Final = {"true": "false", "false": "true"}


def decided(decision: DutyDecision) -> str:
    """For one that a decision found not to apply just now."""
    return _said(decision.trace)


def applying(decision: DutyDecision) -> str:
    """For one that applies: the comparisons that made its conditions hold."""
    found: list[str] = []
    for trace in decision.trace.values():
        found += _causes(trace, "true")  # type: ignore[arg-type]
    return _joined(found) if found else "It applies to every incident of its regime."


def of(duty: Duty) -> str:
    """As its row has it or, for one that never applied, as the decision of that day does. Empty for
    a duty that applies or might."""
    if duty.state != Duty.State.NOT_APPLICABLE:
        return ""
    return duty.because or _recorded(duty)


def _recorded(duty: Duty) -> str:
    for each in evaluation.reasons(duty.decision.text)["duties"]:
        if (each["policy"], each["duty"]) == (duty.policy, duty.duty):
            return _said(each["trace"])
    return UNKNOWN


def _said(trace: Mapping[str, Any]) -> str:
    """The comparisons that made the first failing condition fail: of the regime or of the duty."""
    for name in ("applies_when", "when"):
        if name in trace and trace[name]["outcome"] == "false":
            return _joined(_causes(trace[name], "false"))
    return UNKNOWN


def _joined(causes: Iterable[str]) -> str:
    found = list(dict.fromkeys(causes))
    more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return f"{'; '.join(found[:_MOST])}{more}."[:LONGEST]


def _causes(trace: Mapping[str, Any], outcome: str) -> Iterator[str]:
    """The comparisons that gave `outcome`, each with what it saw."""
    if trace["outcome"] != outcome:
        return
    for name in ("all", "any"):
        for part in trace.get(name, ()):
            yield from _causes(part, outcome)
    if "not" in trace:
        yield from _causes(trace["not"], _OPPOSITE[outcome])
    elif "path" in trace:
        saw = "not known" if trace["saw"] is None else values.words(trace["saw"])
        asked = words.comparison(trace["operator"], trace["operand"])
        holds = "holds" if outcome == "true" else "does not hold"
        yield f"{trace['path']} is {saw}, so that “{asked}” {holds}"
