"""Erasing personal data of an incident or of a person: asked for by one, approved by another, done
at once and put on record. What is erased is gone; what was decided, and that it was, stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from governance import canonical, english, ids
from governance.access import reach
from governance.access.rules import ANY, Access
from governance.accounts import people, personal
from governance.accounts.models import User
from governance.accounts.roles import DATA_ERASE
from governance.errors import Invalid, NotAllowed, NotFound
from governance.idempotency import answers
from governance.ledger import erasures, ledger
from governance.ledger.erasures import Order, Subject
from incidents import erasable, legal_holds, locks
from incidents.errors import WrongState
from incidents.models import Erasure, Export, Incident

State = Erasure.State
_ACT: Final = "erases personal data"


def request(
    incident: Incident,
    what: Sequence[str],
    *,
    ground: str,
    reason: str,
    by: ledger.Actor,
    at: datetime,
) -> Erasure:
    """Ask that parts of an incident be erased; `ground` is the legal one, as GDPR Art. 17(1)(d).
    Nothing changes until another person approves. Raises NotAllowed, Invalid, OnHold, and
    WrongState where one is asked for already."""
    with transaction.atomic():
        asked = Erasure(incident=incident, what=_known(what))
        legal_holds.refuse(legal_holds.on(incident))
        return _ask(asked, ground, reason, by=by, at=at)


def request_person(
    user: User, *, ground: str, reason: str, by: ledger.Actor, at: datetime
) -> Erasure:
    """Ask that a person's name and address be erased, and the account with its keys closed."""
    with transaction.atomic():
        legal_holds.refuse(legal_holds.on_everything())
        return _ask(Erasure(person=user.id), ground, reason, by=by, at=at)


def approve(row: Erasure, *, note: str, by: ledger.Actor, at: datetime) -> Erasure:
    """Erase what was asked for, for good. Raises NotAllowed for whoever asked, OnHold, and
    WrongState when it is decided already."""
    with transaction.atomic():
        row, person = _held(row), _another(row, by)
        order = Order(
            row.ground, row.reason, more={"request": row.id, "asked_by": row.requested_by}
        )
        if row.incident is not None:
            erased = erase(row.incident, row.what, order, by=by, at=at)
        else:
            erased = _erase_person(row, order, by=by, at=at)
        _decide(row, State.DONE, person=person, note=note, at=at, erased=dict(erased))
        ledger.append(_event("approved", row, note), by=by, at=at)
    return row


def refuse(row: Erasure, *, note: str, by: ledger.Actor, at: datetime) -> Erasure:
    """Raises NotAllowed for whoever asked, who withdraws instead; Invalid without a reason."""
    if not note.strip():
        raise Invalid("Say why: whoever asked for the erasure has to be told.")
    with transaction.atomic():
        row, person = _held(row), _another(row, by)
        _decide(row, State.REFUSED, person=person, note=note, at=at)
        ledger.append(_event("refused", row, note), by=by, at=at)
    return row


def withdraw(row: Erasure, *, note: str, by: ledger.Actor, at: datetime) -> Erasure:
    with transaction.atomic():
        row = _held(row)
        if row.requested_by != people.behind(by):
            raise NotAllowed("Only who asked for it withdraws it; another person refuses it.")
        _decide(row, State.WITHDRAWN, person="", note=note, at=at)
        ledger.append(_event("withdrawn", row, note), by=by, at=at)
    return row


def erase(
    incident: Incident, what: Sequence[str], order: Order, *, by: ledger.Actor, at: datetime
) -> Mapping[str, int]:
    """Erase these parts of an incident, one after another; how many things of each went. For
    `approve` and for what has been kept long enough: whoever else calls it goes round the second
    person. One transaction. Raises OnHold."""
    parts = _known(what)
    with transaction.atomic():
        legal_holds.wait()
        incident = locks.hold(incident.id)
        legal_holds.refuse(legal_holds.on(incident))
        _end_copies(incident, at=at)
        return {
            name: _erase_part(incident, erasable.PARTS[name], order, by=by, at=at) for name in parts
        }


def preview(incident: Incident) -> Mapping[str, int]:
    """How many things of each part there are to erase."""
    return {name: len(part.find(incident)) for name, part in erasable.PARTS.items()}


def found(id_: UUID, access: Access = ANY) -> Erasure:
    """Raises NotFound, OutOfReach."""
    row = Erasure.objects.select_related("incident").filter(id=id_).first()
    return reach.one(row, access, f"There is no erasure {id_}.")


def _end_copies(incident: Incident, *, at: datetime) -> None:
    """Packages that may hold what goes end now, and the job that makes them deletes their files;
    one that is being made has to be asked for again. So do answers that are kept for retries."""
    own, whole = Q(incident_id=incident.id), Q(kind=Export.Kind.LOG)
    reported = canonical.instant(incident.reported_at)
    period = Q(kind=Export.Kind.PERIOD, scope__since__lte=reported, scope__until__gt=reported)
    copies = Export.objects.filter(own | whole | period)
    copies.filter(state=Export.State.DONE, expires_at__gt=at).update(expires_at=at)
    answers.blank()
    copies.filter(state__in=Export.ACTIVE).update(
        state=Export.State.FAILED,
        error="Personal data were erased meanwhile. Ask for a new package.",
        lease_until=None,
        expires_at=at,
    )


def _erase_part(
    incident: Incident, part: erasable.Part, order: Order, *, by: ledger.Actor, at: datetime
) -> int:
    subject = Subject("incident", incident.id, incident.id)
    ordered = Order(
        order.ground, order.reason, order.because, {"part": part.name, **(order.more or {})}
    )

    def let_go(named: Sequence[erasures.Named]) -> None:
        part.erase(incident, named)

    return erasures.erase(subject, part.find(incident), let_go, ordered, by=by, at=at)


def _erase_person(
    row: Erasure, order: Order, *, by: ledger.Actor, at: datetime
) -> Mapping[str, int]:
    legal_holds.wait()
    legal_holds.refuse(legal_holds.on_everything())
    user = User.objects.select_for_update().filter(id=str(row.person)).first()
    if user is None:
        raise NotFound(f"There is no account {row.person}.")
    answers.blank()
    return personal.erase(user, order, by=by, at=at)


def _ask(row: Erasure, ground: str, reason: str, *, by: ledger.Actor, at: datetime) -> Erasure:
    person = _allowed(row, by)
    if not ground.strip() or not reason.strip():
        raise Invalid("Give the legal ground, as GDPR Art. 17(1)(d), and say why it holds.")
    waiting = Erasure.objects.filter(
        incident=row.incident, person=row.person, state=State.REQUESTED
    )
    if waiting.exists():
        raise WrongState("An erasure is asked for already; it waits for an approver.")
    row.id, row.ground, row.reason = ids.new(), ground, reason
    row.requested_at, row.requested_by = at, f"user:{person.id}"
    row.save(force_insert=True)
    ledger.append(_event("requested", row, reason), by=by, at=at)
    return row


def _held(row: Erasure) -> Erasure:
    rows = Erasure.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("incident").get(id=row.id)


def _allowed(row: Erasure, by: ledger.Actor) -> User:
    return people.allowed(by, DATA_ERASE, act=_ACT, system=reach.system_of(row))


def _another(row: Erasure, by: ledger.Actor) -> str:
    person = f"user:{_allowed(row, by).id}"
    if person == row.requested_by:
        raise NotAllowed("You asked for this erasure. Another person must decide on it.")
    return person


def _decide(
    row: Erasure,
    state: Erasure.State,
    *,
    person: str,
    note: str,
    at: datetime,
    erased: Mapping[str, int] | None = None,
) -> None:
    changed = Erasure.objects.filter(id=row.id, state=State.REQUESTED).update(
        state=state, decided_by=person, decided_at=at, note=note, erased=erased or {}
    )
    row.refresh_from_db()
    if not changed:
        raise WrongState(f"This erasure is {english.label(row)} already.")


def _event(verb: str, row: Erasure, reason: str) -> ledger.Event:
    """Held under no incident, for who asked and why must outlast what goes."""
    after = {
        "incident": row.incident_id,
        "person": row.person,
        "what": row.what,
        "ground": row.ground,
        "erased": row.erased,
    }
    return ledger.Event(f"erasure.{verb}", "erasure", row.id, after=after, reason=reason)


def _known(what: Sequence[str]) -> list[str]:
    """In the order of the parts, each once. Raises Invalid."""
    if unknown := [name for name in what if name not in erasable.PARTS]:
        raise Invalid(f"Unknown parts {', '.join(unknown)}; there are {', '.join(erasable.PARTS)}.")
    if not what:
        raise Invalid(f"Name what is to be erased: {', '.join(erasable.PARTS)}.")
    return [name for name in erasable.PARTS if name in what]
