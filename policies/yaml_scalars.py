"""How a plain (unquoted) YAML scalar is read: the core schema of YAML 1.2.2, chapter 10.3.

Words that only YAML 1.1 takes for something else (`no`, `on`, `12:30`, `2026-11-22`) are text. A
spelling that both versions take for a number, but not for the same one, is refused: its author must
say which is meant.
"""

import math
import re

CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
LARGEST_INTEGER = 2**53 - 1
"""Beyond it, canonical JSON (RFC 8785) cannot hold an integer exactly."""

_NUMBER_STARTS = frozenset("+-.0123456789")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
_NUMBER_IN_1_1_ONLY = re.compile(
    r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9_]*[0-9][0-9_]*)"
)


class UnclearScalarError(Exception):
    """A plain scalar that cannot be taken at its word; `code`, `message` and `hint` say why."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def plain(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar. Raises UnclearScalarError."""
    if text[:1] in _NUMBER_STARTS and text:
        return _numeric(text)
    return CONSTANTS.get(text, text)


def _numeric(text: str) -> str | int | float:
    if _LEADING_ZERO.fullmatch(text):
        raise UnclearScalarError(
            "ambiguous-scalar",
            "A number with a leading zero is octal to some readers and decimal to others.",
            "Quote it if it is text; drop the zero if it is a number.",
        )
    if _DECIMAL.fullmatch(text):
        return _integer(text, base=10)
    if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
        return _integer(text, base=0)
    if _FLOAT.fullmatch(text):
        return _finite(text)
    if _NOT_FINITE.fullmatch(text):
        raise _not_finite()
    if _NUMBER_IN_1_1_ONLY.fullmatch(text):
        raise UnclearScalarError(
            "ambiguous-scalar",
            "Some YAML readers take this spelling for a number and others for text.",
            "Quote it if it is text; write plain decimal digits if it is a number.",
        )
    return text


def _integer(text: str, *, base: int) -> int:
    # The digits are counted first: Python refuses to convert thousands of them.
    value = int(text, base) if len(text) <= 40 else LARGEST_INTEGER + 1
    if abs(value) > LARGEST_INTEGER:
        raise UnclearScalarError(
            "number-out-of-range",
            f"Integers beyond {LARGEST_INTEGER} lose digits in JSON.",
            "Quote it if it is an identifier.",
        )
    return value


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _not_finite()
    return value


def _not_finite() -> UnclearScalarError:
    return UnclearScalarError(
        "not-finite",
        "Infinity and not-a-number have no place in JSON.",
        "Write a number, or quote it if it is text.",
    )
