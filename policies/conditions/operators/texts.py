"""`starts_with` and `matches`, with regular expressions that take linear time (RE2).

`matches` finds the expression anywhere in the text, as `pattern` in JSON Schema does; `^` and `$`
tie it to the ends. Both heed the case of letters; an expression may begin with `(?i)` to ignore it.
"""

import re2

from policies.conditions.operators.operator import BadOperandError, Comparison, Operator, text

_LONGEST = 1_000
_MEMORY = 1 << 18  # bytes of a compiled expression; more takes tenths of a second to compile


def _starts_with(operand: object) -> Comparison:
    prefix = text(operand)

    def check(value: object) -> bool | None:
        return value.startswith(prefix) if isinstance(value, str) else None

    return Comparison(check, frozenset({"text"}))


def _matches(operand: object) -> Comparison:
    search = _compiled(text(operand)).search

    def check(value: object) -> bool | None:
        if not isinstance(value, str):
            return None
        try:
            return search(value) is not None
        except UnicodeEncodeError:
            return None

    return Comparison(check, frozenset({"text"}))


def _compiled(expression: str) -> "re2._Regexp[str]":
    if len(expression) > _LONGEST:
        message = f"A regular expression of {len(expression)} characters; {_LONGEST} are allowed."
        raise BadOperandError(message, hint="Shorten it.", code="bad-regex")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(expression, options)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0] if isinstance(error, re2.error) and error.args else "not Unicode"
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise BadOperandError(
            f"Not a regular expression: {said}.",
            hint="RE2 syntax: no look-around and no back-references.",
            code="bad-regex",
        ) from error


OPERATORS = (
    Operator("starts_with", _starts_with),
    Operator("matches", _matches),
)
