"""A condition in words, as an officer would read it aloud."""

from collections.abc import Mapping
from typing import Final

OPERATORS: Final[Mapping[str, str]] = {
    "equals": "is",
    "not_equals": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "includes": "includes",
    "includes_any": "includes any of",
    "includes_all": "includes all of",
    "at_least": "is at least",
    "at_most": "is at most",
    "more_than": "is more than",
    "less_than": "is less than",
    "between": "is between",
    "starts_with": "starts with",
    "matches": "matches",
    "before": "is before",
    "after": "is after",
    "known": "is known:",
}


def sentence(node: object) -> str:
    """The YAML form of a condition; nested lists stand in brackets."""
    return _unbracketed(_parts(node), " and ")


def comparisons(node: object) -> list[tuple[str, str, object]]:
    """Every (path, operator, operand) of the YAML form of a condition, in its order."""
    if not isinstance(node, Mapping):
        return []
    found: list[tuple[str, str, object]] = []
    for key, value in node.items():
        if key == "not":
            found += comparisons(value)
        elif key in {"all", "any"}:
            for part in value if isinstance(value, list) else ():
                found += comparisons(part)
        elif isinstance(value, Mapping):
            found += [(key, name, operand) for name, operand in value.items()]
        else:
            found.append((key, "equals", value))
    return found


def comparison(operator: str, operand: object) -> str:
    """What is asked of a path: `is at least 100`."""
    return f"{OPERATORS.get(operator, operator.replace('_', ' '))} {operand_words(operand)}"


def operand_words(operand: object) -> str:
    match operand:
        case bool():
            return "yes" if operand else "no"
        case list() | tuple():
            return ", ".join(operand_words(each) for each in operand)
        case _:
            return str(operand)


def _parts(node: object) -> list[str]:
    if not isinstance(node, Mapping):
        return [str(node)]
    found: list[str] = []
    for key, value in node.items():
        if key == "not":
            found.append(f"not ({sentence(value)})")
        elif key == "all" and isinstance(value, list):
            found += [_bracketed(part, " and ") for part in value]
        elif key == "any" and isinstance(value, list):
            found.append(_either(value))
        elif isinstance(value, Mapping):
            found += [f"{key} {comparison(name, operand)}" for name, operand in value.items()]
        else:
            found.append(f"{key} {comparison('equals', value)}")
    return found


def _either(parts: list[object]) -> str:
    words = [_bracketed(part, " or ") for part in parts]
    return words[0] if len(words) == 1 else f"({' or '.join(words)})"


def _bracketed(node: object, around: str) -> str:
    """A part of a composition joined by `around`, in brackets where it would read otherwise."""
    parts = _parts(node)
    if len(parts) == 1 or around == " and ":
        return " and ".join(parts)
    return f"({' and '.join(parts)})"


def _unbracketed(parts: list[str], around: str) -> str:
    text = around.join(parts)
    return text[1:-1] if len(parts) == 1 and _wrapped(text) else text


def _wrapped(text: str) -> bool:
    """Whether the first bracket closes at the very end."""
    depth = 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return letter == ")" and place == len(text) - 1
    return False
