"""What incidents have to do with one another. Each function is one transaction, with the incident
held, and writes an entry for both of the two."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from governance import ids
from governance.access import reach
from governance.access.rules import ANY, EVERYTHING, Access, Reach
from governance.errors import Invalid
from governance.ledger import ledger
from incidents import locks
from incidents.errors import WrongState
from incidents.models import Incident, IncidentLink

Kind = IncidentLink.Kind


def add(
    incident: Incident,
    other: Incident,
    kind: Kind,
    *,
    reason: str,
    by: ledger.Actor,
    at: datetime,
) -> IncidentLink:
    """Say that `incident` is `kind` `other`, which may be closed. Raises Invalid for an incident
    with itself or of a drill with a real one, and WrongState where the two are linked so already,
    either way round."""
    with transaction.atomic():
        return record(locks.changeable(incident), other, kind, reason=reason, by=by, at=at)


def record(
    incident: Incident,
    other: Incident,
    kind: Kind,
    *,
    reason: str = "",
    because: str = "",
    by: ledger.Actor,
    at: datetime,
) -> IncidentLink:
    """The same within the transaction of another change; `because` are the program's words. To be
    called with the incident held."""
    if incident.id == other.id:
        raise Invalid("An incident is not linked with itself.")
    if incident.drill != other.drill:
        raise Invalid("A drill has nothing to do with a real incident; link it with drills.")
    both = Q(incident=incident, other=other) | Q(incident=other, other=incident)
    if IncidentLink.objects.filter(both, kind=kind, removed_at__isnull=True).exists():
        raise WrongState(f"{incident.reference} and {other.reference} are linked so already.")
    link = IncidentLink.objects.create(
        id=ids.new(), incident=incident, other=other, kind=kind, made_at=at, made_by=str(by)
    )
    ledger.append_all(_events("incident.linked", link, reason, because), by=by, at=at)
    return link


def remove(link: IncidentLink, *, reason: str, by: ledger.Actor, at: datetime) -> IncidentLink:
    """It was said by mistake, or is so no more; it stays on record. Raises WrongState for one that
    was removed already or that a merge made."""
    with transaction.atomic():
        locks.changeable(link.incident)
        return end(link, reason=reason, by=by, at=at)


def end(link: IncidentLink, *, reason: str, by: ledger.Actor, at: datetime) -> IncidentLink:
    """The same within the transaction of another change."""
    standing = IncidentLink.objects.filter(id=link.id, removed_at__isnull=True)
    if not standing.update(removed_at=at, removed_by=str(by)):
        raise WrongState("This link was removed already.")
    link.refresh_from_db(fields=["removed_at", "removed_by"])
    ledger.append_all(_events("incident.unlinked", link, reason, ""), by=by, at=at)
    return link


def of(incident: Incident, sees: Reach = EVERYTHING) -> Sequence[IncidentLink]:
    """The links that stand, of either side, oldest first; only those of which the reader sees both
    sides."""
    found = IncidentLink.objects.filter(Q(incident=incident) | Q(other=incident))
    rows = found.filter(removed_at__isnull=True).select_related("incident", "other")
    return [
        each
        for each in rows.defer("incident__report", "other__report").order_by("id")
        if sees.has(each.incident.system) and sees.has(each.other.system)
    ]


def one(id_: UUID, access: Access = ANY) -> IncidentLink:
    """For whoever has `access`. Raises NotFound, OutOfReach."""
    found = IncidentLink.objects.select_related("incident", "other").filter(id=id_).first()
    return reach.one(found, access, f"There is no link {id_}.")


def _events(verb: str, link: IncidentLink, reason: str, because: str) -> Sequence[ledger.Event]:
    """One for each side, so that the timelines of both have it."""
    said = {
        "kind": link.kind,
        "incident": link.incident_id,
        "other": link.other_id,
        "removed": link.removed_at is not None,
    }
    return [
        ledger.Event(
            verb, "incident_link", link.id, side, after=said, reason=reason, because=because
        )
        for side in (link.incident_id, link.other_id)
    ]
