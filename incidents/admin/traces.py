"""Decisions for reading: each rule and duty with the comparisons that led to its outcome (pure)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.console import values
from governance.console.labels import Tone
from governance.translated import Text
from policies import evaluation
from policies.conditions.words import OPERATORS

_TONES: Final[Mapping[str, Tone]] = {
    "true": "good",
    "applies": "good",
    "undetermined": "warn",
}
_COMPOSITIONS: Final[Mapping[str, Text]] = {
    "all": _("all of"),
    "any": _("any of"),
    "not": _("not"),
}
_OUTCOMES: Final[Mapping[str, Text]] = {
    "true": _("true"),
    "false": _("false"),
    "undetermined": _("undetermined"),
    "applies": _("applies"),
    "does_not_apply": _("does not apply"),
}
#: The conditions of a regime and of a duty.
_CONDITIONS: Final[Mapping[str, Text]] = {"applies_when": _("applies when"), "when": _("when")}
_SHOWN_OPERANDS: Final = 8


@dataclass(frozen=True)
class Step:
    """One line of a trace; `parts` are what it is made of."""

    text: str
    outcome: str
    tone: Tone
    note: str = ""
    parts: Sequence["Step"] = ()


@dataclass(frozen=True)
class Shown:
    """A decision for its page: `rules` are those of the severity, `duties` those of the law."""

    rules: Sequence[Step]
    duties: Sequence[Step]
    json: str


def shown(text: str) -> Shown:
    """From the canonical JSON of a decision."""
    record = evaluation.reasons(text)
    return Shown(
        rules=[rule(each) for each in record["severity"]["trace"]],
        duties=[duty(each) for each in record["duties"]],
        json=values.pretty(json.loads(text)),
    )


def step(trace: Mapping[str, Any]) -> Step:
    """A part of a condition's trace, as `policies.conditions.Verdict` describes it."""
    outcome = str(trace["outcome"])
    for name, text in _COMPOSITIONS.items():
        if name in trace:
            inner = trace[name]
            parts = [step(each) for each in (inner if isinstance(inner, list) else [inner])]
            return Step(str(text), _word(outcome), _tone(outcome), parts=parts)
    saw = gettext("not known") if trace["saw"] is None else values.words(trace["saw"])
    words = f"{trace['path']} {_compared(trace)}"
    note = str(trace.get("note", ""))
    return Step(f"{words} — {saw}", _word(outcome), _tone(outcome), note=note)


def _compared(trace: Mapping[str, Any]) -> str:
    operator = OPERATORS.get(trace["operator"], str(trace["operator"]).replace("_", " "))
    operand = trace["operand"]
    if isinstance(operand, list) and len(operand) > _SHOWN_OPERANDS:
        more = len(operand) - _SHOWN_OPERANDS
        return gettext("%(operator)s %(operands)s and %(more)s more") % {
            "operator": operator,
            "operands": values.words(operand[:_SHOWN_OPERANDS]),
            "more": more,
        }
    return f"{operator} {values.words(operand)}"


def rule(record: Mapping[str, Any]) -> Step:
    inner = step(record["trace"])
    text = f"{record['level']} {record['rule']}"
    return Step(text, inner.outcome, inner.tone, parts=[inner])


def duty(record: Mapping[str, Any]) -> Step:
    outcome = str(record["outcome"])
    note = str(record["shadow_because"]) if record["shadow"] else ""
    parts = [
        Step(str(title), inner.outcome, inner.tone, parts=[inner])
        for name, title in _CONDITIONS.items()
        if name in record["trace"]
        for inner in [step(record["trace"][name])]
    ]
    text = f"{record['policy'].partition('/')[2]} {record['duty']}"
    return Step(text, _word(outcome), _tone(outcome), note=note, parts=parts)


def _word(outcome: str) -> str:
    return str(_OUTCOMES.get(outcome, outcome.replace("_", " ")))


def _tone(outcome: str) -> Tone:
    return _TONES.get(outcome, "plain")
