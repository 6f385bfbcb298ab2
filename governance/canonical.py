"""One canonical form for everything that is hashed: RFC 8785 (JSON Canonicalization Scheme).

The text is what gets stored and hashed; nothing is ever re-serialised for hashing, because a
database may change the form of a number or an instant on the way.
"""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import rfc8785

from governance.errors import Invalid


class NotCanonical(Invalid):
    """A value that canonical JSON cannot hold, such as an integer beyond 2**53 or NaN."""

    code = "not-canonical"


def text(value: object) -> str:
    """`value` as canonical JSON text. Instants become RFC 3339 in UTC with microseconds and `Z`.

    Raises NotCanonical for numbers outside the interoperable range and for unknown types.
    """
    try:
        return rfc8785.dumps(_plain(value)).decode("utf-8")  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(f"This value has no canonical JSON form: {error}") from error


def digest(text_: str) -> str:
    """Lower-case hex SHA-256 of a text's UTF-8 bytes."""
    return hashlib.sha256(text_.encode("utf-8")).hexdigest()


def instant(at: datetime) -> str:
    """2026-11-22T09:30:00.000000Z; a naive datetime is refused."""
    if at.tzinfo is None:
        raise NotCanonical(f"The instant {at.isoformat()} has no time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case uuid.UUID() | Decimal():
            return str(value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case _:
            raise NotCanonical(f"{type(value).__name__} has no canonical JSON form.")
