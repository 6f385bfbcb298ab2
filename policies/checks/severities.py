"""Severity: rules that say nothing new, and levels that the escalation does not answer to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from governance import canonical
from policies.checks.cursor import Cursor
from policies.checks.subject import Draft, Subject
from policies.conditions.condition import Compared, Shape
from policies.documents.meaning import twice, unknown_name
from policies.problems import Problem


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if draft.kind == "SeverityPolicy":
        for what in ("level", "rule"):
            names = [each["id"].text for each in draft.spec[f"{what}s"].rows()]
            yield from _of(draft, twice(what, names, f"/spec/{what}s/{{}}/id"))
        yield from _unanswered(draft, subject)
        yield from _without_effect(draft)
        yield from _unreachable(draft)
    elif draft.kind == "EscalationMatrix":
        roles = [each["id"].text for each in draft.spec["roles"].rows()]
        yield from _of(draft, twice("role", roles, "/spec/roles/{}/id"))
        yield from _unasked(draft, subject)


def _of(draft: Draft, problems: Sequence[Problem]) -> Iterator[Problem]:
    for each in problems:
        yield draft.problem(each.code, each.message, each.pointer, each.hint)


def _unanswered(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if not subject.legible("EscalationMatrix"):
        return
    answered = {
        level
        for matrix in subject.of_kind("EscalationMatrix")
        for level, _ in matrix.spec["levels"].entries()
    }
    for level in draft.spec["levels"].rows():
        if level["id"].text not in answered:
            message = f"The escalation matrix does not say what happens at {level['id'].text!r}."
            at, hint = level["id"].pointer, "Add the level to the EscalationMatrix."
            yield draft.problem("severity-without-escalation", message, at, hint)


def _unasked(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if not subject.legible("SeverityPolicy"):
        return
    known = subject.levels
    for level, at in draft.spec["levels"].entries():
        if level not in known:
            said = unknown_name("level", level, known, at.pointer)
            yield draft.problem("escalation-without-severity", said.message, at.pointer, said.hint)


def _without_effect(draft: Draft) -> Iterator[Problem]:
    """The default counts only while no rule is true: a rule at the default level matters as soon as
    another one gives less."""
    order = [level["id"].text for level in draft.spec["levels"].rows()]
    default = draft.spec["default"].text
    rules = list(draft.spec["rules"].rows())
    given = [rule["level"].text for rule in rules]
    if default not in order or any(
        order.index(each) > order.index(default) for each in {*given} & {*order}
    ):
        return
    for rule in rules:
        if rule["level"].text == default:
            message = f"The rule gives {default!r}, which is the default anyway."
            hint = "Leave the rule out, or give another level."
            yield draft.problem("rule-without-effect", message, rule["level"].pointer, hint)


_MOST: Final = 500


@dataclass(frozen=True)
class _Ranked:
    """`parts` must all hold; rank 0 is the most severe level."""

    id: str
    rank: int
    parts: frozenset[str]
    at: Cursor


def _unreachable(draft: Draft) -> Iterator[Problem]:
    """A rule adds nothing when one of the same level has its condition, or one of a more severe
    level asks for no more than it does."""
    order = [level["id"].text for level in draft.spec["levels"].rows()]
    compiled = {stated.pointer: stated.condition.shape for stated in draft.conditions}
    rules = [
        _Ranked(rule["id"].text, order.index(rule["level"].text), frozenset(_parts(shape)), rule)
        for rule in list(draft.spec["rules"].rows())[:_MOST]
        if rule["level"].text in order and (shape := compiled.get(rule["when"].pointer))
    ]
    for index, rule in enumerate(rules):
        for place, other in enumerate(rules):
            worse = other.rank < rule.rank and other.parts <= rule.parts
            same = place < index and other.rank == rule.rank and other.parts == rule.parts
            if worse or same:
                message = f"Whenever this rule holds, {other.id!r} holds and is as severe or more."
                hint = "Leave one of the two out, or change a condition."
                yield draft.problem("unreachable-rule", message, rule.at["when"].pointer, hint)
                break


def _parts(shape: Shape) -> Iterator[str]:
    """Those that must all hold, each in a form that does not depend on order."""
    if not isinstance(shape, Compared) and shape.name == "all":
        for part in shape.parts:
            yield from _parts(part)
    else:
        yield _form(shape)


def _form(shape: Shape) -> str:
    if isinstance(shape, Compared):
        use = shape.use
        operand = use.operand
        if isinstance(operand, list) and use.operator != "between":
            operand = sorted(operand, key=lambda each: canonical.text(each))
        return canonical.text([use.path, use.operator, operand])
    if shape.name == "not":
        return canonical.text(["not", _form(shape.parts[0])])
    inner = _parts(shape) if shape.name == "all" else (_form(part) for part in shape.parts)
    return canonical.text([shape.name, sorted(set(inner))])
