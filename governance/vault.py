"""Secrets that have to be read again, encrypted at rest: AES-256-GCM (NIST SP 800-38D) under a key
that HKDF (RFC 5869) derives from BYLAW_SECRET_KEY. A dump of the database gives none of them away.

`place` says where a secret belongs and is part of what is authenticated, so that one row's secret
cannot be put into another.
"""

import secrets
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from governance.errors import BylawError

_NONCE_BYTES: Final = 12
_PURPOSE: Final = b"bylaw secrets at rest, version 1"


class Unreadable(BylawError):
    """What was sealed cannot be opened: the key is another, or the bytes were changed."""

    code = "secret-unreadable"
    status = 500


def seal(plain: bytes, *, place: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, plain, place.encode())


def unseal(sealed: bytes, *, place: str) -> bytes:
    """Raises Unreadable."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher(settings.SECRET_KEY).decrypt(nonce, rest, place.encode())
    except (InvalidTag, ValueError):
        raise Unreadable(
            "A stored secret cannot be read: BYLAW_SECRET_KEY is not the one it was stored under. "
            "Set that again, or rotate the secret."
        ) from None


@cache
def _cipher(key: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return AESGCM(derived.derive(key.encode()))
