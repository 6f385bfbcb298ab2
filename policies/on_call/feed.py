"""Who is on call by an iCalendar feed (RFC 5545): the people whom its present event names (pure).

An event counts from its start until just before its end; recurrences are expanded, exceptions and
moved occurrences included, and what is cancelled does not count. Times without a zone, and whole
days, are those of the feed's zone. Several events at once name all their people.

An event names, in this order and as far as the first that names anybody:
1. its ATTENDEEs with a mailto: address, but for those who declined or only stand there as
   a room or other resource (CUTYPE);
2. e-mail addresses in its SUMMARY;
3. e-mail addresses in its DESCRIPTION;
4. its ORGANIZER with a mailto: address.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from policies.documents.escalation_matrix import Feed

_SECOND: Final = timedelta(seconds=1)
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9]")
#: Expanding such an event would take longer than anybody waits.
_TOO_OFTEN: Final = re.compile(r"FREQ=(SECONDLY|MINUTELY)", re.IGNORECASE)
#: What the two libraries raise on texts that are no calendars.
_FAULTS: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError)


@dataclass(frozen=True)
class Copy:
    """A feed as it was fetched last. No text: it never was. `error` is why it could not be fetched
    again since."""

    text: str = ""
    fetched_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True)
class Named:
    """Who is on call until `end`, when the first of the present events is over."""

    addresses: tuple[str, ...]
    end: datetime


def check(text: str, feed_zone: str, at: datetime) -> None:
    """Raises ValueError for a text that cannot be used."""
    named(text, feed_zone, at)


def present(copy: Copy, feed: Feed, at: datetime) -> Named | None:
    """Raises ValueError for a text that cannot be used."""
    return named(copy.text, feed.zone, at)


def named(text: str, zone: str, at: datetime) -> Named | None:
    if _TOO_OFTEN.search(text):
        raise ValueError("An event of it recurs every minute or second.")
    local = at.astimezone(ZoneInfo(zone))
    try:
        events = recurring_ical_events.of(_calendar(text)).between(local, local + _SECOND)
        found = sorted(_present(events, zone, at), key=lambda pair: pair[0])
    except _FAULTS as error:
        raise ValueError(f"It is no calendar that can be read: {error}"[:300]) from error
    addresses = tuple(dict.fromkeys(each for _, _, people in found for each in people))
    if not addresses:
        return None
    return Named(addresses, min(end for _, end, people in found if people))


@lru_cache(maxsize=32)
def _calendar(text: str) -> Calendar:
    return Calendar.from_ical(text)


def _present(
    events: Iterable[Any], zone: str, at: datetime
) -> Iterator[tuple[datetime, datetime, tuple[str, ...]]]:
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED" or "DTSTART" not in event:
            continue
        start = _instant(event["DTSTART"].dt, zone)
        end = _instant(event["DTEND"].dt, zone) if "DTEND" in event else start
        if start <= at < end:
            yield start, end, _people(event)


def _instant(value: date, zone: str) -> datetime:
    whole = value if isinstance(value, datetime) else datetime.combine(value, datetime.min.time())
    return whole if whole.tzinfo is not None else whole.replace(tzinfo=ZoneInfo(zone))


def _people(event: Any) -> tuple[str, ...]:
    attendees = (each for each in _several(event.get("ATTENDEE")) if _attends(each))
    for found in (
        filter(None, map(_mailto, attendees)),
        _MAIL.findall(str(event.get("SUMMARY", ""))),
        _MAIL.findall(str(event.get("DESCRIPTION", ""))),
        filter(None, map(_mailto, _several(event.get("ORGANIZER")))),
    ):
        if people := tuple(dict.fromkeys(found)):
            return people
    return ()


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _attends(attendee: Any) -> bool:
    given = getattr(attendee, "params", {})
    declined = str(given.get("PARTSTAT", "")).upper() == "DECLINED"
    return not declined and str(given.get("CUTYPE", "")).upper() not in {"ROOM", "RESOURCE"}


def _mailto(value: Any) -> str:
    scheme, _, address = str(value).partition(":")
    return (
        address.strip() if scheme.lower() == "mailto" and _MAIL.fullmatch(address.strip()) else ""
    )
