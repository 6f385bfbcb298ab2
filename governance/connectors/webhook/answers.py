"""What an endpoint's answer means for us (pure): RFC 9110, 15 and 10.2.3."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from governance.connectors.contract import DeliveryError

#: Besides every 5xx: it was too slow, too early or too much.
_PASSING: Final = frozenset({408, 425, 429})
_LONGEST_WORDS: Final = 200


def judge(
    status: int, headers: Mapping[str, str], body: bytes, *, at: datetime
) -> DeliveryError | None:
    """None when the event was taken, which only a 2xx says. A redirect is not followed: whoever
    answers there is not whom the operator named."""
    if 200 <= status < 300:
        return None
    passing = status in _PASSING or 500 <= status < 600
    return DeliveryError(
        _words(status, body),
        permanent=not passing,
        retry_after=retry_after(headers.get("retry-after", ""), at=at) if passing else None,
        reach="destination" if status in {429, 503} else "message",
    )


def retry_after(value: str, *, at: datetime) -> timedelta | None:
    """Seconds, or a date; None for neither, and for a date that is over."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:12]), 10**9))
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    left = (until if until.tzinfo else until.replace(tzinfo=UTC)) - at
    return left if left > timedelta() else None


def _words(status: int, body: bytes) -> str:
    names = {each.value: each.phrase for each in HTTPStatus}
    said = body[:_LONGEST_WORDS].decode("utf-8", "replace").strip()
    return f"HTTP {status} {names.get(status, '')}".strip() + (f": {said}" if said else "")
