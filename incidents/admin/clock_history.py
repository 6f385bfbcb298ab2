"""Every change of a deadline, as its page shows it: when, who, from what to what, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.safestring import SafeString

from governance.api import withheld
from governance.console import actors, times
from incidents import histories
from incidents.models import Clock

_DATES: Final[Mapping[str, str]] = {
    "conservative_due": "Work to",
    "legal_due": "Legal end",
    "target_due": "Our own target",
    "started_at": "Started",
    "waiting_since": "Waits since",
    "fulfilled_at": "Sent",
}
_TEXTS: Final[Mapping[str, str]] = {
    "state": "State",
    "anchor": "Counted from",
    "period": "Period",
    "counting": "Counting rule",
    "calendar": "Calendar",
    "zone": "Legal time zone",
    "waits_for": "Waits for",
    "missing": "Missing facts",
}
_NONE: Final = "—"


@dataclass(frozen=True)
class Row:
    at: SafeString
    verb: str
    by: str
    because: str
    entry: object
    lines: Sequence[tuple[str, SafeString | str, SafeString | str]]


def of(clock: Clock) -> list[Row]:
    found = histories.of(clock)
    names = actors.names(change.actor for change in found)
    return [
        Row(
            at=times.stamp(change.at),
            verb=change.verb,
            by=names.get(change.actor, ""),
            because=withheld.text(change.because, clock),
            entry=change.entry,
            lines=list(_lines(change)),
        )
        for change in found
    ]


def _lines(change: histories.Change) -> Iterator[tuple[str, SafeString | str, SafeString | str]]:
    """Dates in the legal zone that holds after the change, the one before in its own."""
    zone = change.whole.get("zone", "UTC")
    old = (change.changed.get("zone") or (zone,))[0] or zone
    for name, title in _DATES.items():
        if name in change.changed:
            before, after = change.changed[name]
            yield title, _date(before, old), _date(after, zone)
    for name, title in _TEXTS.items():
        if name in change.changed:
            before, after = change.changed[name]
            yield title, _text(before), _text(after)


def _date(value: Any, zone: str) -> SafeString | str:
    return times.both(datetime.fromisoformat(value), zone) if value else _NONE


def _text(value: Any) -> str:
    listed = value if isinstance(value, list) else [value]
    return ", ".join(str(each) for each in listed if each not in (None, "")) or _NONE
