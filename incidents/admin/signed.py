"""Who did something, and when, as pages say it."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.console import times


def by(at: datetime | None, name: str) -> SafeString:
    """`2026-01-31 09:00 UTC by a name`, in the time of the reader, as a `time` element."""
    return said(times.stamp(at), name)


def said(at: str, name: str) -> SafeString:
    """The same of an instant that is in words already."""
    return format_html(gettext("{at} by {name}"), at=at, name=name)
