"""Second factors: one-time codes (RFC 6238), passkeys (WebAuthn), recovery codes. What is stored of
them is the sign-on library's; who has to have one, and what goes on record, is said here."""

from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from governance.accounts.models import User
from governance.accounts.roles import (
    ACCESS_MANAGE,
    DATA_ERASE,
    HOLDS_MANAGE,
    INCIDENTS_APPROVE,
    POLICIES_APPROVE,
)
from governance.errors import Conflict
from governance.ledger import ledger

OPTIONAL: Final = "optional"
APPROVERS: Final = "approvers"
EVERYONE: Final = "everyone"
CHOICES: Final = (OPTIONAL, APPROVERS, EVERYONE)
#: Who may do one of these decides for others.
_APPROVING: Final = frozenset(
    {INCIDENTS_APPROVE, POLICIES_APPROVE, DATA_ERASE, HOLDS_MANAGE, ACCESS_MANAGE}
)
#: Recovery codes stand in for these, and for nothing alone.
_TYPES: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
ONE_TIME_CODES: Final = "one-time codes"
PASSKEY: Final = "passkey"
RECOVERY_CODES: Final = "recovery codes"


def held(person: User) -> bool:
    return bool(Authenticator.objects.filter(user=person, type__in=_TYPES).exists())


def wanted(person: User) -> bool:
    """Whether this person has to have one: BYLAW_SECOND_FACTOR."""
    if settings.SECOND_FACTOR == APPROVERS:
        return person.is_superuser or bool(person.rights.anywhere & _APPROVING)
    return bool(settings.SECOND_FACTOR == EVERYONE)


def missing(person: User) -> bool:
    return wanted(person) and not held(person)


def note_added(person_id: UUID, kind: str, *, at: datetime) -> None:
    """In the transaction that adds it."""
    _note("second_factor.added", person_id, kind, at)


def note_removed(person_id: UUID, kind: str, *, at: datetime) -> None:
    """In the transaction that removes it."""
    _note("second_factor.removed", person_id, kind, at)


def reset(person: User, *, by: ledger.Actor, at: datetime, reason: str) -> None:
    """Take away every second factor of somebody who has lost them; the password alone lets in
    again. Raises Conflict where there is none."""
    with transaction.atomic():
        gone, _ = Authenticator.objects.filter(user=person).delete()
        if not gone:
            raise Conflict(f"{person.username} has no second factor.")
        event = ledger.Event("second_factor.reset", "person", person.id, reason=reason)
        ledger.append(event, by=by, at=at)


def _note(verb: str, person_id: UUID, kind: str, at: datetime) -> None:
    by = ledger.Actor("user", str(person_id))
    ledger.append(ledger.Event(verb, "person", person_id, after={"kind": kind}), by=by, at=at)
