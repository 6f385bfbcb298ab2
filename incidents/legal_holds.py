"""Legal holds: while one covers an incident, nothing of it is erased, whoever asks and however long
it has been kept. The database refuses it, too."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from governance import ids
from governance.access import reach
from governance.access.rules import ANY, Access
from governance.accounts import people
from governance.accounts.roles import HOLDS_MANAGE
from governance.errors import Invalid
from governance.ledger import ledger
from incidents.errors import OnHold, WrongState
from incidents.models import Incident, LegalHold

_LOCK: Final = 0x401D


def place(
    *,
    reason: str,
    incident: Incident | None = None,
    system: str = "",
    by: ledger.Actor,
    at: datetime,
) -> LegalHold:
    """Of an incident, or of all of one system; of everything where neither is given. One person is
    enough, for it is the careful side. Raises NotAllowed, Invalid."""
    if incident is not None and system:
        raise Invalid("A hold is of an incident or of a system, not of both.")
    if not reason.strip():
        raise Invalid("Say why: which dispute, investigation or request it is for.")
    with transaction.atomic():
        whose = incident.system if incident is not None else system or None
        person = people.allowed(by, HOLDS_MANAGE, act="places a legal hold", system=whose)
        _alone()
        row = LegalHold.objects.create(
            id=ids.new(),
            incident=incident,
            system=system,
            reason=reason,
            placed_by=f"user:{person.id}",
            placed_at=at,
        )
        ledger.append(_event("placed", row, reason), by=by, at=at)
    return row


def release(row: LegalHold, *, reason: str, by: ledger.Actor, at: datetime) -> LegalHold:
    """Raises NotAllowed, Invalid, and WrongState when it is released already."""
    if not reason.strip():
        raise Invalid("Say why nothing more is to be kept for it.")
    with transaction.atomic():
        whose = reach.system_of(row)
        person = people.allowed(by, HOLDS_MANAGE, act="releases a legal hold", system=whose)
        changed = LegalHold.objects.filter(id=row.id, released_at__isnull=True).update(
            released_by=f"user:{person.id}", released_at=at, release_reason=reason
        )
        if not changed:
            raise WrongState("This hold is released already.")
        row.refresh_from_db()
        ledger.append(_event("released", row, reason), by=by, at=at)
    return row


def on(incident: Incident) -> Sequence[LegalHold]:
    """The holds that cover an incident now."""
    mine = Q(incident=incident) | Q(system=incident.system)
    return list(_live().filter(mine | _EVERYTHING))


def found(id_: UUID, access: Access = ANY) -> LegalHold:
    """Raises NotFound, OutOfReach."""
    row = LegalHold.objects.select_related("incident").filter(id=id_).first()
    return reach.one(row, access, f"There is no legal hold {id_}.")


def live() -> Sequence[LegalHold]:
    """All that nobody has released."""
    return list(_live())


def covers(hold: LegalHold, incident: Incident) -> bool:
    if hold.incident_id is not None:
        return hold.incident_id == incident.id
    return hold.system in {"", incident.system}


def on_everything() -> Sequence[LegalHold]:
    """Those that cover what belongs to no incident, too."""
    return list(_live().filter(_EVERYTHING))


def refuse(holds: Sequence[LegalHold]) -> None:
    """Raises OnHold where there is one."""
    if holds:
        what = ", ".join(sorted({hold.covers for hold in holds}))
        raise OnHold(
            f"A legal hold of {what} forbids to erase anything. Legal counsel releases it.",
            extra={"legal_holds": [str(hold.id) for hold in holds]},
        )


def wait() -> None:
    """Let a hold that is being placed come first. Until the end of the transaction none can be."""
    _alone()


_EVERYTHING: Final = Q(incident__isnull=True, system="")


def _live() -> QuerySet[LegalHold]:
    return LegalHold.objects.select_related("incident").filter(released_at__isnull=True)


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _event(verb: str, row: LegalHold, reason: str) -> ledger.Event:
    """The reason is an organisation's own and must outlast what it keeps: it is no personal value
    that goes with the incident's, so it is held under no incident."""
    return ledger.Event(
        f"legal_hold.{verb}",
        "legal_hold",
        row.id,
        after={
            "incident": row.incident_id,
            "system": row.system,
            "covers": row.covers,
        },
        reason=reason,
    )
