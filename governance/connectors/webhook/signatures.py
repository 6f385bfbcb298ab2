"""Standard Webhooks 1.0 (pure): what is signed, and how a secret is written down."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32  # the standard wants 24 to 64


def written(secret: bytes) -> str:
    """As a receiver enters it."""
    return PREFIX + base64.b64encode(secret).decode("ascii")


def headers(id_: str, at: datetime, body: bytes, secrets: Iterable[bytes]) -> Mapping[str, str]:
    """`id_` is the same for every attempt, `at` the time of this one. Each secret signs, so that a
    receiver finds the one it knows."""
    timestamp = str(int(at.timestamp()))
    signed = f"{id_}.{timestamp}.".encode() + body
    return {
        "webhook-id": id_,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: bytes, signed: bytes) -> str:
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode('ascii')}"
