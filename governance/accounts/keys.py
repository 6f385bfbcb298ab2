"""API keys: making, checking, revoking. The secret is shown once and kept as a SHA-256 only.

A key reads `bylaw_<prefix>_<secret>`. The secret has 256 random bits, so a plain hash is enough:
there is nothing to guess.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from governance import ids
from governance.accounts.models import ApiKey
from governance.accounts.roles import SCOPES
from governance.errors import Conflict, Invalid
from governance.ledger import ledger

LONGEST_LIFE: Final = timedelta(days=366)
_USE_NOTED_EVERY: Final = timedelta(minutes=1)


def mint(
    *, name: str, scopes: Iterable[str], by: ledger.Actor, expires_at: datetime, at: datetime
) -> tuple[ApiKey, str]:
    """A new key and its plain text, which cannot be had again. Raises Invalid."""
    wanted = sorted(set(scopes))
    if unknown := [scope for scope in wanted if scope not in SCOPES]:
        raise Invalid(f"Unknown scopes {', '.join(unknown)}; there are {', '.join(SCOPES)}.")
    if not wanted:
        raise Invalid("Name at least one scope: a key without one could do nothing.")
    if not at < expires_at <= at + LONGEST_LIFE:
        raise Invalid("A key must end in the future and within 366 days.")
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    key = ApiKey(
        id=ids.new(),
        name=name,
        prefix=prefix,
        digest=_digest(secret),
        scopes=wanted,
        created_by=str(by),
        created_at=at,
        expires_at=expires_at,
    )
    with transaction.atomic():
        key.save(force_insert=True)
        after = {"prefix": prefix, "scopes": wanted, "expires_at": expires_at}
        ledger.append(ledger.Event("api_key.created", "api_key", key.id, after=after), by=by, at=at)
    return key, f"bylaw_{prefix}_{secret}"


def find(plain: str, *, at: datetime) -> ApiKey | None:
    """The live key that `plain` is, or None; takes the same time whichever part is wrong."""
    scheme, _, rest = plain.partition("_")
    prefix, _, secret = rest.partition("_") if scheme == "bylaw" else ("", "", "")
    key = ApiKey.objects.filter(prefix=prefix[:16]).first() if prefix else None
    right = hmac.compare_digest(key.digest if key else "0" * 64, _digest(secret))
    if key is None or not right or key.revoked_at is not None or key.expires_at <= at:
        return None
    _note_use(key, at)
    return key


def revoke(key: ApiKey, *, by: ledger.Actor, at: datetime, reason: str = "") -> None:
    """End a key at once. Raises Conflict when it has ended already."""
    with transaction.atomic():
        if not ApiKey.objects.filter(id=key.id, revoked_at__isnull=True).update(revoked_at=at):
            raise Conflict(f"The key {key.prefix} is revoked already.")
        event = ledger.Event(
            "api_key.revoked", "api_key", key.id, after={"prefix": key.prefix}, reason=reason
        )
        ledger.append(event, by=by, at=at)


def _note_use(key: ApiKey, at: datetime) -> None:
    # Once a minute is enough to answer "is this key still used?" and spares a write a request.
    if key.last_used_at is None or at - key.last_used_at >= _USE_NOTED_EVERY:
        ApiKey.objects.filter(id=key.id).update(last_used_at=at)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
