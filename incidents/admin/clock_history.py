"""Every change of a deadline, as its page shows it: when, who, from what to what, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from governance.api import withheld
from governance.console import actors, times
from governance.translated import Text
from incidents import histories, starts
from incidents.models import Clock
from policies import titles, wording
from policies.titles import Place, Titles

_DATES: Final[Mapping[str, Text]] = {
    "conservative_due": _("Work to"),
    "legal_due": _("Legal end"),
    "target_due": _("Our own target"),
    "started_at": _("Started"),
    "waiting_since": _("Waits since"),
    "fulfilled_at": _("Sent"),
}
_TEXTS: Final[Mapping[str, Text]] = {
    "state": _("State"),
    "anchor": _("Counted from"),
    "period": _("Period"),
    "counting": _("Counting rule"),
    "calendar": _("Calendar"),
    "zone": _("Legal time zone"),
    "waits_for": _("Waits for"),
    "missing": _("Missing facts"),
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
            lines=list(_lines(change, starts.place(clock))),
        )
        for change in found
    ]


def _lines(
    change: histories.Change, place: Place
) -> Iterator[tuple[str, SafeString | str, SafeString | str]]:
    """Dates in the legal zone that holds after the change, the one before in its own."""
    zone = change.whole.get("zone", "UTC")
    old = (change.changed.get("zone") or (zone,))[0] or zone
    for name, title in _DATES.items():
        if name in change.changed:
            before, after = change.changed[name]
            yield str(title), _date(before, old), _date(after, zone)
    called = titles.of(change.whole.get("release"))
    for name, title in _TEXTS.items():
        if name in change.changed:
            before, after = (_text(name, each, called, place) for each in change.changed[name])
            yield str(title), before, after


def _date(value: Any, zone: str) -> SafeString | str:
    return times.both(datetime.fromisoformat(value), zone) if value else _NONE


def _text(name: str, value: Any, called: Titles, place: Place) -> str:
    listed = [each for each in (value if isinstance(value, list) else [value]) if each]
    if name in {"anchor", "waits_for"}:
        listed = [called.start(each, place).shown for each in listed]
    if name == "period":
        listed = [wording.kept(each) for each in listed]
    return ", ".join(map(str, listed)) or _NONE
