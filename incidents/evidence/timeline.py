"""What happened, in the order of the log, for programs and for people (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

_LONGEST: Final = 200


def events(
    records: Sequence[Mapping[str, Any]], places: Sequence[int], names: Mapping[str, str]
) -> Sequence[Mapping[str, Any]]:
    """One for each entry, with its place in the log."""
    return [
        {
            "index": place,
            "entry": each["id"],
            "at": each["at"],
            "actor": each["actor"],
            "name": names.get(each["actor"], ""),
            "verb": each["verb"],
            "object": each["object"],
            "reason": each["reason"],
        }
        for each, place in zip(records, places, strict=True)
    ]


def lines(records: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[bytes]:
    """One line an entry, with what it changed below it."""
    for each in records:
        who = names.get(each["actor"]) or each["actor"]
        reason = f": {' '.join(each['reason'].split())}" if each["reason"] else ""
        yield f"{each['at']}  {each['verb']} by {who}{reason}\n".encode()
        for change in _changes(each):
            yield f"    {change}\n".encode()


def _changes(record: Mapping[str, Any]) -> Iterator[str]:
    before, after = record["before"] or {}, record["after"] or {}
    for name in sorted(after):
        if name not in before:
            yield f"{name}: {_short(after[name])}"
        elif before[name] != after[name]:
            yield f"{name}: {_short(before[name])} -> {_short(after[name])}"


def _short(value: object) -> str:
    said = " ".join(str(value).split())
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]} …"
