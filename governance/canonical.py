"""One canonical form for everything that is hashed: RFC 8785 (JSON Canonicalization Scheme).

The text is what gets stored and hashed; nothing is ever re-serialised for hashing, because a
database may change the form of a number or an instant on the way.
"""

import hashlib
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, Final

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
        written = _written(value)
        written.encode("utf-8")  # a lone surrogate has no UTF-8 form
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(f"This value has no canonical JSON form: {error}") from error
    return written


def digest(text_: str) -> str:
    """Lower-case hex SHA-256 of a text's UTF-8 bytes."""
    return hashlib.sha256(text_.encode("utf-8")).hexdigest()


def instant(at: datetime) -> str:
    """2026-11-22T09:30:00.000000Z; a naive datetime is refused."""
    if at.tzinfo is None:
        raise NotCanonical(f"The instant {at.isoformat()} has no time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


# rfc8785 spends most of its time on strings and sorting, which C does in a tenth of it; numbers,
# whose form is intricate, are left to it. A test compares the bytes.


def _written(value: object) -> str:
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    plain = _plain(value)
    if isinstance(plain, str):  # the text of an enumeration's member, too
        return encode_basestring(plain)
    return _WRITERS.get(type(plain), _number)(plain)


def _number(value: Any) -> str:
    return rfc8785.dumps(value).decode("ascii")


def _whole(value: int) -> str:
    return str(value) if -_SAFE <= value <= _SAFE else _number(value)


def _array(value: list[object] | tuple[object, ...]) -> str:
    return f"[{','.join([_written(item) for item in value])}]"


def _object(value: dict[Any, object]) -> str:
    try:
        ascii_only = "".join(value).isascii()
    except TypeError:
        return _object({str(key): item for key, item in value.items()})
    names = sorted(value) if ascii_only else sorted(value, key=_utf_16)
    return (
        f"{{{','.join([f'{encode_basestring(name)}:{_written(value[name])}' for name in names])}}}"
    )


def _utf_16(name: str) -> bytes:
    """RFC 8785, 3.2.3: names are sorted by their UTF-16 code units."""
    return name.encode("utf-16-be")


_SAFE: Final = 2**53 - 1
_WRITERS: Final[Mapping[type, Callable[[Any], str]]] = {
    str: encode_basestring,
    int: _whole,
    float: _number,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    list: _array,
    tuple: _array,
    dict: _object,
}


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
            return {str(key): item for key, item in value.items()}
        case list() | tuple():
            return list(value)
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case _:
            raise NotCanonical(f"{type(value).__name__} has no canonical JSON form.")
