"""API keys: making, checking, rotating, revoking. The secret is shown once and kept as a SHA-256.

A key reads `bylaw_<prefix>_<secret>`. The secret has 256 random bits, so a plain hash is enough:
there is nothing to guess.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import Error, transaction

from governance import ids
from governance.access import refusals
from governance.access.patience import briefly
from governance.accounts.models import ApiKey, Team
from governance.accounts.roles import COMMON, OF_SYSTEMS, SCOPES
from governance.errors import Conflict, Invalid
from governance.ledger import ledger

logs = structlog.get_logger(__name__)
LONGEST_LIFE: Final = timedelta(days=366)
OVERLAP: Final = timedelta(hours=24)
LONGEST_OVERLAP: Final = timedelta(days=7)
_USE_NOTED_EVERY: Final = timedelta(minutes=1)


def mint(
    *,
    name: str,
    scopes: Iterable[str],
    by: ledger.Actor,
    expires_at: datetime,
    at: datetime,
    team: Team | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its plain text, which cannot be had again; with a `team` it acts on that team's
    systems only. Raises Invalid."""
    wanted = sorted(set(scopes))
    if unknown := [scope for scope in wanted if scope not in SCOPES]:
        raise Invalid(f"Unknown scopes {', '.join(unknown)}; there are {', '.join(SCOPES)}.")
    if not wanted:
        raise Invalid("Name at least one scope: a key without one could do nothing.")
    if team is not None:
        _check_team(team, wanted)
    _check_life(expires_at, at)
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
        team=team,
    )
    with transaction.atomic():
        key.save(force_insert=True)
        after = {"prefix": prefix, "scopes": wanted, "expires_at": expires_at}
        after |= {"team": str(team.id)} if team is not None else {}
        ledger.append(ledger.Event("api_key.created", "api_key", key.id, after=after), by=by, at=at)
    return key, f"bylaw_{prefix}_{secret}"


def find(plain: str, *, at: datetime) -> ApiKey | None:
    """The live key that `plain` is, or None, which is counted; compares in the same time whichever
    part is wrong."""
    scheme, _, rest = plain.partition("_")
    prefix, _, secret = rest.partition("_") if scheme == "bylaw" else ("", "", "")
    key = ApiKey.objects.filter(prefix=prefix[:16]).first() if prefix else None
    right = _right(key, _digest(secret), at)
    if key is None:
        _count_refused(refusals.UNKNOWN, "unknown", at)
    elif wrong := _wrong(key, right=right, at=at):
        _count_refused(key.id, wrong, at)
    else:
        _note_use(key, at)
        return key
    return None


def rotate(
    key: ApiKey, *, overlap: timedelta, expires_at: datetime, by: ledger.Actor, at: datetime
) -> str:
    """A new secret for the same key, whose prefix, name and scopes stay; its plain text cannot be
    had again. Until `overlap` is over the one before lets in as well, though never for longer than
    it would have. Raises Invalid, and Conflict for a key that has ended."""
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Invalid("The old secret can let in for no time at all up to seven days.")
    _check_life(expires_at, at)
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        found = ApiKey.objects.select_for_update().get(id=key.id)
        if found.revoked_at is not None or found.expires_at <= at:
            raise Conflict(f"The key {key.prefix} has ended; make another one.")
        found.old_digest, found.digest = found.digest, _digest(secret)
        found.old_ends_at = min(at + overlap, found.expires_at)
        found.expires_at, found.warned_at = expires_at, None
        found.save()
        after = {"old_secret_ends_at": found.old_ends_at, "expires_at": expires_at}
        ledger.append(ledger.Event("api_key.rotated", "api_key", key.id, after=after), by=by, at=at)
    return f"bylaw_{key.prefix}_{secret}"


def revoke(key: ApiKey, *, by: ledger.Actor, at: datetime, reason: str = "") -> None:
    """End a key at once. Raises Conflict when it has ended already."""
    with transaction.atomic():
        if not ApiKey.objects.filter(id=key.id, revoked_at__isnull=True).update(revoked_at=at):
            raise Conflict(f"The key {key.prefix} is revoked already.")
        event = ledger.Event(
            "api_key.revoked", "api_key", key.id, after={"prefix": key.prefix}, reason=reason
        )
        ledger.append(event, by=by, at=at)


def _check_team(team: Team, scopes: Iterable[str]) -> None:
    if team.closed_at is not None:
        raise Invalid(f"The team {team} is closed.")
    if beyond := sorted(set(scopes) - OF_SYSTEMS - COMMON):
        raise Invalid(
            f"A key of a team acts on the team's systems, and {', '.join(beyond)} is about none. "
            "Make a key without a team for it."
        )


def _check_life(expires_at: datetime, at: datetime) -> None:
    if not at < expires_at <= at + LONGEST_LIFE:
        raise Invalid("A key must end in the future and within 366 days.")


def _right(key: ApiKey | None, digest: str, at: datetime) -> bool:
    """Whether it is the secret of the key, or the one before within its overlap; compares with
    both, whatever the first one gives."""
    now = hmac.compare_digest(key.digest if key else "0" * 64, digest)
    before = hmac.compare_digest((key.old_digest if key else "") or "0" * 64, digest)
    overlaps = key is not None and key.old_ends_at is not None and at < key.old_ends_at
    return now | (before & overlaps)


def _count_refused(about: object, because: str, at: datetime) -> None:
    refusals.count("api_key.refused", "api_key", about, because=because, at=at)


def _wrong(key: ApiKey, *, right: bool, at: datetime) -> str:
    """Why it lets nobody in; empty when it does. A prefix is no secret: with another secret than
    its own it says nothing of who came."""
    if not right:
        return "wrong secret"
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at <= at else ""


def _note_use(key: ApiKey, at: datetime) -> None:
    if key.last_used_at is None:
        _note_first_use(key, at)
    # Once a minute is enough to answer "is this key still used?" and spares a write a request.
    elif at - key.last_used_at >= _USE_NOTED_EVERY:
        ApiKey.objects.filter(id=key.id).update(last_used_at=at)


def _note_first_use(key: ApiKey, at: datetime) -> None:
    """Of several at once, one is the first. While the ledger is locked a report is stored all the
    same, and the next use is the first."""
    event = ledger.Event("api_key.first_used", "api_key", key.id)
    try:
        with briefly():
            if ApiKey.objects.filter(id=key.id, last_used_at__isnull=True).update(last_used_at=at):
                ledger.append(event, by=ledger.Actor("api_key", key.prefix), at=at)
    except Error as error:
        logs.error("api_key.first_use_unrecorded", key=key.prefix, error=str(error))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
