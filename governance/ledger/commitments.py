"""Salted commitments: what is said of a value where the value itself may have to go one day (pure).

The SHA-256 of a name, a sentence or an address can be found again by trying; that of 32 random
bytes before it cannot. So an entry keeps the commitment for good, and once value and salt are
erased it tells nothing any more. Whoever has both can check that they are what was committed to.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from governance import canonical

#: What stands in place of a text that was erased.
ERASED: Final = "[erased]"
_SALT: Final = 32


@dataclass(frozen=True)
class Commitment:
    """`salt` is 64 hex characters; `text` reads `sha256:` and 64 of them."""

    salt: str
    text: str


def make(data: bytes) -> Commitment:
    salt = secrets.token_bytes(_SALT)
    return Commitment(salt.hex(), _text(salt, data))


def of(salt: str, data: bytes) -> str:
    """SHA-256 over the salt's bytes and then the data. Raises ValueError for a salt that is no
    hex."""
    return _text(bytes.fromhex(salt), data)


def written(value: object) -> str:
    """A value as it is committed to and kept: canonical JSON. Raises NotCanonical."""
    return canonical.text(value)


def _text(salt: bytes, data: bytes) -> str:
    return f"sha256:{hashlib.sha256(salt + data).hexdigest()}"
