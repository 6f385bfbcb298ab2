"""Each comparison of each condition: the path, the operator, the terms and the bounds."""

from collections.abc import Iterator
from functools import lru_cache

import re2

from policies.checks.subject import Draft, Subject
from policies.conditions import OPERATORS, Kind, Use, kind
from policies.problems import Problem, below, nearest, quoted
from policies.schema_values import Values
from policies.vocabulary import Fact, Vocabulary

_NUMBERED = frozenset({"at_least", "more_than", "at_most", "less_than", "between"})
_LISTED = frozenset({"includes", "includes_any", "includes_all"})


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if subject.vocabulary is None:
        return
    for stated in draft.conditions:
        for use in stated.condition.uses:
            yield from _use(draft, use, subject.vocabulary)
    for broken in draft.broken:
        for use in broken.uses:
            yield from _use(draft, use, subject.vocabulary)
        for path, pointer in broken.paths:
            if subject.vocabulary.find(path) is None:
                message, hint = unknown_path(path, subject.vocabulary)
                yield draft.problem("unknown-path", message, pointer, hint)


def unknown_path(path: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """The message and hint for a path at which nothing can stand."""
    close = vocabulary.near(path)
    hint = f"Did you mean {close!r}?" if close else "The facts are those that a taxonomy declares."
    return f"There is no fact {quoted(path)}.", hint


def _use(draft: Draft, use: Use, vocabulary: Vocabulary) -> Iterator[Problem]:
    fact = vocabulary.find(use.path)
    if fact is None:
        message, hint = unknown_path(use.path, vocabulary)
        yield draft.problem("unknown-path", message, _path_pointer(use), hint)
    elif fact.personal:
        message = f"{use.path} may be about a person: no decision may read it."
        hint = "Decide by a fact that is no free text; a report can state one more."
        yield draft.problem("personal-fact", message, _path_pointer(use), hint)
    elif use.operator != "known":
        yield from _operator(draft, use, fact)


def _path_pointer(use: Use) -> str:
    """Of the path itself: a plain value stands right below it, an operand below its operator."""
    if use.pointer.endswith(below("", use.path)):
        return use.pointer
    return use.pointer.rpartition("/")[0]


def _operator(draft: Draft, use: Use, fact: Fact) -> Iterator[Problem]:
    if not use.fits & fact.values.kinds:
        is_ = " or ".join(sorted(fact.values.kinds))
        message = f"{use.path} is {is_}; {use.operator} compares {' or '.join(sorted(use.fits))}."
        hint = _better(use, fact)
        yield draft.problem("operator-does-not-fit", message, use.pointer, hint)
        return
    for operand, pointer in _operands(use):
        yield from _operand(draft, use, operand, pointer, fact)
    yield from _reach(draft, use, fact.values)


def _better(use: Use, fact: Fact) -> str:
    kinds, operand = fact.values.kinds, use.operand
    if kinds == {"list"}:
        return "A list is compared by includes, includes_any or includes_all."
    if kinds == {"instant"}:
        return "An instant is compared by before or after."
    if kinds == {"object"}:
        return f"Name one of its facts: {use.path}.…"
    if use.operator in _LISTED:
        return "A single value is compared by equals or in."
    if isinstance(operand, str) and kinds <= {"number", "boolean"}:
        return "Write the value without quotes."
    return "A text is written in quotes." if kinds == {"text"} else ""


def _operands(use: Use) -> Iterator[tuple[object, str]]:
    """Each value that is compared for equality, with its pointer."""
    if use.operator in {"equals", "not_equals", "includes"}:
        yield use.operand, use.pointer
    elif use.operator in {"in", "not_in", "includes_any", "includes_all"}:
        listed = use.operand if isinstance(use.operand, list) else []
        for index, operand in enumerate(listed):
            yield operand, below(use.pointer, index)


def _operand(
    draft: Draft, use: Use, operand: object, pointer: str, fact: Fact
) -> Iterator[Problem]:
    """Whether the fact, or an element of the list, can have this value at all."""
    values = fact.items if use.operator in _LISTED else fact.values
    if values is None:
        return
    if values.terms is not None and kind(operand) in values.kinds:
        if _key(operand) not in {_key(term) for term in values.terms}:
            terms = [str(term) for term in values.terms]
            close = nearest(str(operand), terms)
            hint = f"Did you mean {close!r}?" if close else f"Known: {', '.join(terms[:20])}."
            message = f"{use.path} never has the value {quoted(operand)}."
            yield draft.problem("unknown-term", message, pointer, hint)
    elif reason := _impossible(operand, values):
        message = f"{use.path} never has the value {quoted(operand)}: {reason}."
        yield draft.problem("never-true", message, pointer, "See the schema of the fact.")


def _key(value: object) -> tuple[Kind, object]:
    """True is not 1."""
    return kind(value), value


def _impossible(operand: object, values: Values) -> str:
    """Why nothing of these values can equal the operand; empty if something can."""
    if kind(operand) not in values.kinds:
        return f"it is {' or '.join(sorted(values.kinds))}"
    if isinstance(operand, str):
        if values.longest is not None and len(operand) > values.longest:
            return f"it has at most {values.longest} characters"
        if values.pattern and not _matches(values.pattern, operand):
            return f"it has the form {values.pattern}"
    if isinstance(operand, int | float) and not isinstance(operand, bool):
        if values.whole and operand != int(operand):
            return "it is a whole number"
        if values.least is not None and operand < values.least:
            return f"it is at least {values.least:g}"
        if values.most is not None and operand > values.most:
            return f"it is at most {values.most:g}"
    return ""


@lru_cache(maxsize=256)
def _pattern(expression: str) -> "re2._Regexp[str] | None":
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 18
    try:
        return re2.compile(expression, options)
    except (re2.error, UnicodeEncodeError):
        return None


def _matches(expression: str, text: str) -> bool:
    """In doubt it does: the validator of reports knows more forms than this one."""
    compiled = _pattern(expression)
    try:
        return compiled is None or compiled.search(text) is not None
    except UnicodeEncodeError:
        return True


def _reach(draft: Draft, use: Use, values: Values) -> Iterator[Problem]:
    """A comparison that no valid fact fulfils, or that every one does."""
    outcome = _of_numbers(use, values) if use.operator in _NUMBERED else _of_terms(use, values)
    if outcome is False:
        message = f"No value that {use.path} can have makes this true."
        hint = f"It lies between {_bounds(values)}." if use.operator in _NUMBERED else ""
        yield draft.problem("never-true", message, use.pointer, hint)
    elif outcome is True:
        message = f"Every value that {use.path} can have makes this true."
        hint = "To ask whether it is known, write known: true."
        yield draft.problem("always-true", message, use.pointer, hint)


def _of_terms(use: Use, values: Values) -> bool | None:
    if not values.terms or use.operator in _LISTED or use.operator in {"equals", "not_equals"}:
        return None
    test = OPERATORS[use.operator].build(use.operand).check
    outcomes = {test(term) for term in values.terms}
    if outcomes == {True}:
        return True
    return False if outcomes == {False} and use.operator in {"starts_with", "matches"} else None


def _of_numbers(use: Use, values: Values) -> bool | None:
    low = values.least if values.least is not None else float("-inf")
    high = values.most if values.most is not None else float("inf")
    operand = use.operand
    if isinstance(operand, list) and all(isinstance(end, int | float) for end in operand):
        first, last = operand
        if last < low or first > high:
            return False
        return True if first <= low and last >= high else None
    if not isinstance(operand, int | float):
        return None
    never, always = {
        "at_least": (high < operand, low >= operand),
        "more_than": (high <= operand, low > operand),
        "at_most": (low > operand, high <= operand),
        "less_than": (low >= operand, high < operand),
    }[use.operator]
    return False if never else True if always else None


def _bounds(values: Values) -> str:
    low = "minus infinity" if values.least is None else f"{values.least:g}"
    high = "infinity" if values.most is None else f"{values.most:g}"
    return f"{low} and {high}"
