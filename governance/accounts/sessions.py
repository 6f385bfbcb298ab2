"""Sessions of people at the console: begun at a sign-in, over when they end, idle or age.

A row stands beside each session of the framework and decides whether it still counts, at the next
request: ending one is at once, whatever the browser still holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from governance import ids
from governance.accounts.models import Session, User
from governance.errors import Conflict, NotFound
from governance.ledger import ledger

#: Where the framework's session holds the id of its row here.
KEY: Final = "bylaw.session"
#: How long it is told where somebody was signed in.
KEPT: Final = timedelta(days=90)
_USE_NOTED_EVERY: Final = timedelta(minutes=1)
_DOORKEEPER: Final = ledger.system("sessions")


@dataclass(frozen=True)
class Origin:
    """Where a browser asks from, and what it calls itself."""

    address: str
    agent: str


def start(person: User, *, origin: Origin, methods: Iterable[str], at: datetime) -> Session:
    """A person has signed in, by these methods; within the transaction that lets the person in."""
    Session.objects.filter(person=person, ended_at__lt=at - KEPT).delete()
    session = _made(person, origin, list(methods), at)
    by = ledger.Actor("user", str(person.id))
    after = {"session": str(session.id), "methods": session.methods}
    ledger.append(ledger.Event("person.signed_in", "person", person.id, after=after), by=by, at=at)
    return session


def adopt(person: User, *, origin: Origin, at: datetime) -> Session:
    """The row of a session that began before sessions had rows."""
    with transaction.atomic():
        session = _made(person, origin, [], at)
        after = {"person": str(person.id)}
        event = ledger.Event("session.adopted", "session", session.id, after=after)
        ledger.append(event, by=_DOORKEEPER, at=at)
    return session


def find(id_: UUID | str, person: User) -> Session | None:
    return Session.objects.filter(id=id_, person=person).first()


def own(id_: UUID, person: User) -> Session:
    """A session of this person. Raises NotFound."""
    found = find(id_, person)
    if found is None:
        raise NotFound(f"You have no session {id_}.")
    return found


def living(person: User, *, at: datetime) -> QuerySet[Session]:
    """Those that still let in, the last used first."""
    return Session.objects.filter(
        person=person,
        ended_at__isnull=True,
        started_at__gt=at - settings.SESSION_LIFE,
        last_used_at__gt=at - settings.SESSION_IDLE,
    ).order_by("-last_used_at")


def over(session: Session, *, at: datetime) -> str:
    """Why it lets in no more; empty while it does."""
    if session.ended_at is not None:
        return session.ended_because or "ended"
    if at - session.started_at >= settings.SESSION_LIFE:
        return "too old"
    return "idle" if at - session.last_used_at >= settings.SESSION_IDLE else ""


def note_use(session: Session, *, at: datetime) -> None:
    """Once a minute is enough to show it, and spares a write a request."""
    if at - session.last_used_at >= _USE_NOTED_EVERY:
        Session.objects.filter(id=session.id).update(last_used_at=at)


def expire(session: Session, *, at: datetime) -> None:
    """Mark one that is over by its age; nothing where it has ended already."""
    _end([session.id], by=_DOORKEEPER, at=at, because=over(session, at=at))


def end(session: Session, *, by: ledger.Actor, at: datetime, because: str = "ended") -> None:
    """At once. Raises Conflict when it has ended already."""
    if not _end([session.id], by=by, at=at, because=because):
        raise Conflict("This session has ended already.")


def end_all(
    person_id: UUID,
    *,
    by: ledger.Actor,
    at: datetime,
    because: str,
    besides: UUID | str | None = None,
) -> int:
    """Every session of a person, but for `besides`; how many."""
    rows = Session.objects.filter(person_id=person_id, ended_at__isnull=True)
    ids_ = rows.exclude(id=besides) if besides else rows
    return _end(list(ids_.values_list("id", flat=True)), by=by, at=at, because=because)


def _made(person: User, origin: Origin, methods: list[str], at: datetime) -> Session:
    return Session.objects.create(
        id=ids.new(),
        person=person,
        methods=methods,
        address=origin.address[:45],
        agent=origin.agent[:200],
        started_at=at,
        last_used_at=at,
    )


def _end(wanted: list[UUID], *, by: ledger.Actor, at: datetime, because: str) -> int:
    with transaction.atomic():
        rows = Session.objects.select_for_update().filter(id__in=wanted, ended_at__isnull=True)
        ended = list(rows.order_by("id"))
        rows.update(ended_at=at, ended_because=because)
        ledger.append(*(_ended(each, because) for each in ended), by=by, at=at)
    return len(ended)


def _ended(session: Session, because: str) -> ledger.Event:
    after = {"person": str(session.person_id)}
    return ledger.Event("session.ended", "session", session.id, after=after, because=because)
