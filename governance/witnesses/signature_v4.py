"""Signing requests to object stores (AWS Signature Version 4, in one piece), as most of them want
it. Pure."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_SERVICE: Final = "s3"


@dataclass(frozen=True)
class Account:
    """`id` is public, `key` is not. `region` as the store names its own."""

    id: str
    key: str
    region: str


def headers(
    method: str,
    path: str,
    body: bytes,
    *,
    given: Mapping[str, str],
    account: Account,
    at: datetime,
) -> Mapping[str, str]:
    """What to send: the headers that were given, by lower-case name and `host` among them, and
    those that sign them all. `path` is as it is sent, encoded, without a query."""
    time = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    digest = hashlib.sha256(body).hexdigest()
    signed = {**given, "x-amz-content-sha256": digest, "x-amz-date": time}
    names = ";".join(sorted(signed))
    listed = "".join(f"{name}:{signed[name].strip()}\n" for name in sorted(signed))
    canonical = f"{method}\n{path}\n\n{listed}\n{names}\n{digest}"
    scope = f"{time[:8]}/{account.region}/{_SERVICE}/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    signature = _hmac(_key(account, time[:8]), f"{_ALGORITHM}\n{time}\n{scope}\n{hashed}").hex()
    said = f"Credential={account.id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**signed, "authorization": f"{_ALGORITHM} {said}"}


def _key(account: Account, day: str) -> bytes:
    key = f"AWS4{account.key}".encode()
    for part in (day, account.region, _SERVICE, "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
