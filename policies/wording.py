"""Conditions and periods in plain English, for those who read policies without writing them (pure).

It reads the YAML form, so that what is shown is what was approved. What it does not know it shows
as written, and it never raises.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

COMPOSITIONS: Final[Mapping[str, str]] = {"all": "All of these:", "any": "At least one of these:"}
_JOINED: Final[Mapping[str, str]] = {"all": " and ", "any": " or "}
_DURATION: Final = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
#: Parts of ids that English writes otherwise.
_NAMES: Final[Mapping[str, str]] = {
    "annex_iii": "Annex III",
    "annex_i_section_a": "Annex I Section A",
    "annex_i_section_b": "Annex I Section B",
}
_ABBREVIATION: Final = re.compile(
    r"\b(?:ai|cra|dora|fda|gdpr|gpai|hhs|mdr|nis2|nydfs|pecr|sec|uk)\b"
)
_UNITS: Final = ("hours", "days", "business_days", "work_days", "weeks", "months")
_PLAIN: Final[Mapping[str, str]] = {
    "at_least": "at least",
    "more_than": "more than",
    "at_most": "at most",
    "less_than": "less than",
    "before": "before",
    "after": "after",
}


def sentence(node: object) -> str:
    """A condition in one sentence without a full stop."""
    entries = [(str(key), value) for key, value in _items(node)]
    if len(entries) == 1 and entries[0][0] in COMPOSITIONS:
        return _composition(*entries[0])
    return " and ".join(_entry(key, value) for key, value in entries) or "always"


def outline(node: object, depth: int = 0) -> Iterator[tuple[int, str]]:
    """A condition as an outline: (depth, text) line by line, a composition above its parts."""
    entries = list(_items(node))
    if len(entries) > 1:
        yield depth, COMPOSITIONS["all"]
        depth += 1
    for key, value in entries:
        yield from _outlined(str(key), value, depth)


def fact(path: str) -> str:
    """A path as words: `impact.people_affected` is "impact › people affected"."""
    if path.startswith("moments."):
        return f"the moment “{words(path.removeprefix('moments.'))}”"
    return " › ".join(words(part) for part in path.split("."))


def words(name: object) -> str:
    """An id as words, where it is one of ours; official codes such as AML.TA0000 stay."""
    spaced = _NAMES.get(str(name)) or str(name).replace("_", " ")
    return _ABBREVIATION.sub(lambda found: found[0].upper(), spaced)


def period(raw: Mapping[str, Any]) -> str:
    """What a limit or a recurring stage counts: `72 hours`, `4 business days`."""
    return " ".join(_counted(raw[unit], unit) for unit in _UNITS if unit in raw)


def kept(text: str) -> str:
    """A period as a clock keeps it, in the unit of its policy: `1 business days` is "1 business
    day"."""
    number, _, unit = text.partition(" ")
    return _counted(1, unit) if number == "1" else text


def duration(text: str) -> str:
    """An ISO 8601 duration: `PT15M` is "15 minutes"; another text stays as it is."""
    found = _DURATION.fullmatch(text)
    parts = found.groupdict() if found else {}
    return " ".join(_counted(int(count), unit) for unit, count in parts.items() if count) or text


def listed(values: Sequence[object], conjunction: str) -> str:
    """`a`, `a or b`, `a, b or c`."""
    shown = [value_words(value) for value in values]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {conjunction} {shown[-1]}"


def value_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and abs(value) >= 10_000:
        return f"{value:,}"
    return words(value)


def _counted(count: int, unit: str) -> str:
    name = words(unit)
    return f"{count} {name.removesuffix('s') if count == 1 else name}"


def _items(node: object) -> Iterator[tuple[object, object]]:
    return iter(node.items() if isinstance(node, Mapping) else ())


def _parts(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _entry(key: str, value: object) -> str:
    if key == "not":
        return f"not ({sentence(value)})"
    if key in COMPOSITIONS:
        return (
            f"({_composition(key, value)})" if len(_parts(value)) > 1 else _composition(key, value)
        )
    return _comparisons(key, value)


def _composition(key: str, value: object) -> str:
    return _JOINED[key].join(_grouped(part) for part in _parts(value))


def _grouped(part: object) -> str:
    entries = list(_items(part))
    if len(entries) == 1:
        ((key, value),) = entries
        return _entry(str(key), value)
    return f"({sentence(part)})"


def _outlined(key: str, value: object, depth: int) -> Iterator[tuple[int, str]]:
    if key == "not":
        yield depth, "Not:"
        yield from outline(value, depth + 1)
    elif key in COMPOSITIONS:
        yield depth, COMPOSITIONS[key]
        for part in _parts(value):
            yield from outline(part, depth + 1)
    else:
        yield depth, _comparisons(key, value)


def _comparisons(path: str, value: object) -> str:
    if not isinstance(value, Mapping):
        return _compared(path, "equals", value)
    # Beside another operator `known: true` says that silence is not a maybe.
    asked = {str(name): operand for name, operand in value.items()}
    stated = len(asked) > 1 and asked.get("known") is True
    named = [each for each in asked.items() if not (stated and each[0] == "known")]
    text = " and ".join(_compared(path, name, operand) for name, operand in named)
    return f"{text} (if stated)" if stated else text


def _compared(path: str, operator: str, operand: object) -> str:
    name = fact(path)
    match operator, operand:
        case "equals", bool():
            return f"{name}: {value_words(operand)}"
        case "equals", _:
            return f"{name} is {value_words(operand)}"
        case "not_equals", _:
            return f"{name} is not {value_words(operand)}"
        case "in", list():
            return f"{name} is {listed(operand, 'or')}"
        case "not_in", list():
            return f"{name} is neither {listed(operand, 'nor')}"
        case "between", [low, high]:
            return f"{name} is between {value_words(low)} and {value_words(high)}"
        case "includes", _:
            return f"{name} include {value_words(operand)}"
        case "includes_any", list():
            return f"{name} include {listed(operand, 'or')}"
        case "includes_all", list():
            return f"{name} include {listed(operand, 'and')}"
        case "starts_with", _:
            return f"{name} begins with “{operand}”"
        case "matches", _:
            return f"{name} matches the pattern “{operand}”"
        case "known", bool():
            word = "recorded" if path.startswith("moments.") else "known"
            return f"{name}: {word if operand else f'not {word}'}"
        case _ if operator in _PLAIN:
            return f"{name} is {_PLAIN[operator]} {value_words(operand)}"
        case _:
            return f"{name} {words(operator)} {value_words(operand)}"
