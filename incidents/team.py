"""Who does what in an incident. Each function is one transaction, with the incident held. Nobody is
told by it, and who is told of what follows the escalation matrix as before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance import ids
from governance.access import reach
from governance.access.rules import ANY, Access
from governance.accounts import people
from governance.accounts.roles import ROLES
from governance.errors import Invalid
from governance.ledger import ledger
from incidents import locks, selectors
from incidents.errors import WrongState
from incidents.models import Incident, IncidentRole
from policies.release import Release


def assign(
    incident: Incident, role: str, username: str, *, reason: str, by: ledger.Actor, at: datetime
) -> IncidentRole:
    """Give a person a role in this incident. Raises Invalid for a role that is not known or a
    closed account, NotFound for nobody, and WrongState where the person has it already."""
    person = people.named(username)
    if not person.is_active:
        raise Invalid(f"The account of {username} is closed.")
    with transaction.atomic():
        incident = locks.changeable(incident)
        if role not in (known := roles(incident)):
            raise Invalid(f"There is no role {role[:80]!r}. Known: {', '.join(known)}.")
        if incident.team.filter(role=role, person=person, ended_at__isnull=True).exists():
            raise WrongState(f"{username} is {known[role]} of {incident.reference} already.")
        row = IncidentRole.objects.create(
            id=ids.new(),
            incident=incident,
            role=role,
            person=person,
            assigned_at=at,
            assigned_by=str(by),
        )
        ledger.append(_event("incident.role_assigned", row, reason), by=by, at=at)
    return row


def end(row: IncidentRole, *, reason: str, by: ledger.Actor, at: datetime) -> IncidentRole:
    """The person has the role no more; that it was held stays. Raises WrongState when it was ended
    already."""
    with transaction.atomic():
        locks.changeable(row.incident)
        held = IncidentRole.objects.filter(id=row.id, ended_at__isnull=True)
        if not held.update(ended_at=at, ended_by=str(by)):
            raise WrongState("This role was ended already.")
        row.refresh_from_db(fields=["ended_at", "ended_by"])
        ledger.append(_event("incident.role_ended", row, reason), by=by, at=at)
    return row


def roles(incident: Incident) -> Mapping[str, str]:
    """The roles that can be given, with their titles: those of the matrix that the incident is
    pinned to, and the console's."""
    return roles_of(selectors.release_of(incident))


def roles_of(release: Release) -> Mapping[str, str]:
    return {**ROLES, **{role.id: role.title for role in release.escalation.roles.values()}}


def of(incident: Incident) -> Sequence[IncidentRole]:
    """Who has which role now, in the order in which they were given."""
    return list(incident.team.filter(ended_at__isnull=True).select_related("incident", "person"))


def one(id_: UUID, access: Access = ANY) -> IncidentRole:
    """For whoever has `access`. Raises NotFound, OutOfReach."""
    found = IncidentRole.objects.select_related("incident", "person").filter(id=id_).first()
    return reach.one(found, access, f"There is no role {id_} in an incident.")


def _event(verb: str, row: IncidentRole, reason: str) -> ledger.Event:
    said = {"role": row.role, "person": f"user:{row.person_id}", "held": row.ended_at is None}
    return ledger.Event(verb, "incident_role", row.id, row.incident_id, after=said, reason=reason)
