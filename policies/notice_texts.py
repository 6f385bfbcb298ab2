"""The text of a notice: a template filled with facts, in one pass (pure).

What a fact says is never read as a template again.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from policies.conditions import values
from policies.documents.notice_template import NoticeTemplate
from policies.documents.placeholders import Filter, Placeholder, Text
from policies.reports import instant_of

#: Characters that a plain text does not need and that could make it read otherwise than it is.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EMPTY: Final = "—"
_ID: Final = re.compile("[a-z][a-z0-9]*(_[a-z0-9]+)+")


@dataclass(frozen=True)
class Notice:
    """Plain text. `missing` are the sorted paths that had no value."""

    subject: str
    body: str
    missing: tuple[str, ...]


def render(
    template: NoticeTemplate, facts: Mapping[str, Any], context: Mapping[str, Any]
) -> Notice:
    """The notice on these facts. `context` has what `notice_template.CONTEXT` lists, as nested
    mappings; it goes before a fact of the same name."""
    known = {**facts, **context}
    missing: set[str] = set()
    subject = _filled(template.subject, known, template.when_missing, missing)
    body = _filled(template.body, known, template.when_missing, missing)
    return Notice(" ".join(subject.split()), body, tuple(sorted(missing)))


def said(facts: Mapping[str, Any], path: str) -> str:
    """What stands at a path, as a notice says it without filters of its own; empty for nothing."""
    value = values.lookup(path)(facts)
    return "" if value is None else _UNSEEN.sub("", _plain(_readable(value)))


def stands_in(value: object, text: str) -> bool:
    """Whether a text says a fact, in one of the ways in which a placeholder would: all of a list,
    an instant in UTC or in a zone. Of yes and no nobody can tell; they are not looked for."""
    match value:
        case bool() | None:
            return False
        case int() | float():
            return re.search(rf"(?<![\w.,]){re.escape(str(value))}(?![\w])", text) is not None
        case Mapping():
            return bool(value) and all(stands_in(inner, text) for inner in value.values())
        case list() | tuple():
            return bool(value) and all(stands_in(item, text) for item in value)
    instant = value if isinstance(value, datetime) else instant_of(value)
    if instant is not None:
        return _tells(instant, text)
    squeezed = _squeezed(text)
    return any(_squeezed(_plain(form)) in squeezed for form in (value, _words(value)))


def _readable(value: object) -> object:
    """Instants in UTC and ids as words, which other texts stay."""
    if isinstance(value, list | tuple):
        return [_readable(item) for item in value]
    if isinstance(value, str) and _ID.fullmatch(value):
        return _words(value)
    return instant_of(value) or value


def _tells(instant: datetime, text: str) -> bool:
    utc = instant.astimezone(UTC)
    if f"{utc:%Y-%m-%d %H:%M}" in text:
        return True
    in_zone = rf"{utc:%Y-%m-%d} \d\d:\d\d [A-Za-z_/+-]+ \({utc:%H:%M} UTC\)"
    return re.search(in_zone, text) is not None


def _squeezed(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).split()).casefold()


def _filled(text: Text, known: Mapping[str, Any], when_missing: str, missing: set[str]) -> str:
    parts = []
    for part in text.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = values.lookup(part.path)(known)
        if value is None:
            missing.add(part.path)
        parts.append(when_missing if value is None else _shown(part, value))
    return "".join(parts)


def _shown(placeholder: Placeholder, value: object) -> str:
    for each in placeholder.filters:
        value = _filtered(each, value)
    return _UNSEEN.sub("", _plain(value))


def _filtered(filter_: Filter, value: object) -> object:
    match filter_.name:
        case "words":
            return _words(value)
        case "list":
            return "\n".join(f"- {_plain(item)}" for item in _items(value)) or _EMPTY
        case _:
            instant = value if isinstance(value, datetime) else instant_of(value)
            return value if instant is None else _instant(instant, filter_.argument)


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else [value]


def _words(value: object) -> object:
    """Ids as words: `serious_injury` as serious injury."""
    if isinstance(value, list | tuple):
        return [_words(item) for item in value]
    return re.sub("[_-]+", " ", value) if isinstance(value, str) else value


def _instant(instant: datetime, zone: str) -> str:
    utc = instant.astimezone(UTC)
    if not zone:
        return f"{utc:%Y-%m-%d %H:%M} UTC"
    local = instant.astimezone(ZoneInfo(zone))
    same_day = local.date() == utc.date()
    return (
        f"{local:%Y-%m-%d %H:%M} {zone} ({utc:%H:%M} UTC)"
        if same_day
        else (f"{local:%Y-%m-%d %H:%M} {zone} ({utc:%Y-%m-%d %H:%M} UTC)")
    )


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return _instant(value, "")
        case list() | tuple():
            return ", ".join(_plain(item) for item in value) or _EMPTY
        case Mapping():
            return "; ".join(f"{key}: {_plain(item)}" for key, item in value.items()) or _EMPTY
        case _:
            return str(value)
