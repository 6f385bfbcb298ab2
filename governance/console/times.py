"""How instants read on a page. Every text names its zone: that of the law where there is one, and
that of the reader, which is UTC unless the reader has chosen another."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from django.forms import Script
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.translated import Text

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_ZONE: ContextVar[tzinfo] = ContextVar("zone", default=UTC)
#: What a countdown says, as the page is made and, by the script, while it runs.
_RUNNING: Final[Mapping[str, Text]] = {
    "in": _("in %(amount)s"),
    "late": _("%(amount)s late"),
    "minutes": _("%(minutes)s min"),
    "seconds": _("%(minutes)s min %(seconds)s s"),
    "hours": _("%(hours)s h %(minutes)s min"),
    "days": _("%(days)s d %(hours)s h"),
    "passed": _(
        "A deadline on this page has just passed. Load the page again to see how everything stands."
    ),
}
#: On a page with it, countdowns run, in the reader's words.
COUNTDOWN: Final = Script(
    "console/countdown.js",
    defer=True,
    **{f"data-say-{name}": text for name, text in _RUNNING.items()},
)


def zone() -> tzinfo:
    """In which the present reader sees times."""
    return _ZONE.get()


@contextmanager
def seen_in(zone: tzinfo) -> Iterator[None]:
    """For the length of a request."""
    token = _ZONE.set(zone)
    try:
        yield
    finally:
        _ZONE.reset(token)


def utc(at: datetime | None) -> str:
    """2026-11-22 09:30 UTC; empty for None."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at is not None else ""


def local(at: datetime | None, zone: str) -> str:
    """Wed 2026-11-25 00:00 Europe/Brussels; empty for None and where the zone is UTC itself."""
    if at is None or zone == "UTC":
        return ""
    return f"{at.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M} {zone}"


def here(at: datetime | None) -> str:
    """2026-11-22 10:30 CET, in the zone of the reader; empty for None."""
    if at is None:
        return ""
    there = at.astimezone(_ZONE.get())
    return f"{there:%Y-%m-%d %H:%M} {_abbreviated(there)}"


def distance(at: datetime, *, now: datetime) -> str:
    """`in 5 h` or `3 d ago`: rounded down, so that it never promises more time than there is."""
    amount = _amount(abs(at - now))
    said = gettext("in %(amount)s") if at > now else gettext("%(amount)s ago")
    return said % {"amount": amount}


def due(at: datetime, *, now: datetime) -> str:
    """The same for something owed: `in 5 h` or `3 d late`. At `at` itself it is late."""
    amount = _amount(abs(at - now))
    said = gettext("in %(amount)s") if at > now else gettext("%(amount)s late")
    return said % {"amount": amount}


def countdown(at: datetime, *, now: datetime) -> SafeString:
    """`in 5 h 12 min` or `3 d 4 h late`, rounded down. With `COUNTDOWN` on the page it runs:
    from the seconds that were left when it was made, whatever the reader's own clock says."""
    left = (at - now).total_seconds()
    exact = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return format_html(
        '<time class="by-countdown by-nowrap{}" datetime="{}" data-left="{}">{}</time>',
        "" if left > 0 else " by-passed",
        exact,
        f"{left:.3f}",
        _RUNNING["in" if left > 0 else "late"] % {"amount": _fine(abs(at - now))},
    )


def since(at: datetime, *, now: datetime) -> str:
    """How long something lasts: `for 5 h`."""
    return gettext("for %(amount)s") % {"amount": _amount(abs(now - at))}


def length(length: timedelta) -> str:
    """How long something took: `5 h`, rounded down."""
    return _amount(length)


def stamp(at: datetime | None) -> SafeString:
    """`here` for a page, with the exact instant for machines and for who points at it."""
    if at is None:
        return SafeString("")
    exact = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return format_html(
        '<time class="by-nowrap" datetime="{}" title="{}">{}</time>', exact, exact, here(at)
    )


def both(at: datetime | None, zone: str) -> SafeString:
    """The legal zone first, where one is frozen, then that of the reader, unless it is the same."""
    there = local(at, zone)
    if not there:
        return stamp(at)
    if zone == str(_ZONE.get()):
        return format_html('<span class="by-nowrap">{}</span>', there)
    return format_html(
        '<span class="by-nowrap">{}</span> <span class="by-quiet">{}</span>', there, stamp(at)
    )


def _abbreviated(there: datetime) -> str:
    """`CET`; of zones that have no abbreviation the distance, `UTC+0545`."""
    name = f"{there:%Z}"
    return f"UTC{there:%z}" if name[:1] in "+-" else name


def _fine(length: timedelta) -> str:
    """Two units; `console/countdown.js` chooses them the same way."""
    if length < _HOUR:
        parts = {"minutes": length // _MINUTE, "seconds": length.seconds % 60}
        return _RUNNING["seconds"] % parts
    if length < _DAY:
        parts = {"hours": length // _HOUR, "minutes": length % _HOUR // _MINUTE}
        return _RUNNING["hours"] % parts
    parts = {"days": length // _DAY, "hours": length % _DAY // _HOUR}
    return _RUNNING["days"] % parts


def _amount(length: timedelta) -> str:
    if length < _MINUTE:
        return gettext("under 1 min")
    if length < 2 * _HOUR:
        return gettext("%(minutes)s min") % {"minutes": length // _MINUTE}
    if length < 2 * _DAY:
        return gettext("%(hours)s h") % {"hours": length // _HOUR}
    return gettext("%(days)s d") % {"days": length // _DAY}
