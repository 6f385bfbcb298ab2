"""Instants in the form of RFC 3339."""

import re
from datetime import datetime
from typing import Final

_FORM: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def parse(text: str) -> datetime:
    """An aware datetime from `2026-11-22T09:30:00Z` or `2026-11-22T10:30:00+01:00`.

    Raises ValueError for another form, for a date or time that does not exist, and for a leap
    second, which Python cannot hold.
    """
    if not _FORM.fullmatch(text):
        raise ValueError(f"{text!r} is not an instant such as 2026-11-22T09:30:00Z.")
    return datetime.fromisoformat(text.upper())
