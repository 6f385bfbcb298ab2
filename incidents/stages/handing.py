"""Handing an incident over to somebody else, who must take it on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from governance import ids
from governance.accounts.models import User
from governance.accounts.roles import INCIDENTS_RESPOND
from governance.errors import Invalid
from governance.ledger import ledger
from incidents import ladders
from incidents.calls import Call
from incidents.models import Incident
from policies import ladder
from policies.release import Release


@dataclass(frozen=True)
class Lead:
    """A role of the escalation matrix, or a person by user name."""

    kind: Literal["role", "person"]
    name: str


def hand_over(
    incident: Incident,
    to: Lead,
    *,
    reason: str,
    release: Release,
    by: ledger.Actor,
    at: datetime,
) -> Call:
    """The new lead is told, and acknowledges within the time of the level, or else the ladder
    begins anew from its first step. Raises Invalid for somebody who is not there to take it."""
    lead, roles, people = _resolved(to, release, incident.system)
    before = {"lead": incident.lead, **{name: getattr(incident, name) for name in ladders.FREE}}
    ladders.stop(incident, because="Handed over.", at=at)
    ladders.change(
        incident, **ladders.FREE, lead=lead, ladder=incident.ladder + 1, snoozed_until=None
    )
    found = ladders.response(incident, release, at)
    first = ladder.first(found, at)
    within = found.acknowledge_within or (first.due - at if first else None)
    if first is not None and within is not None:
        ladders.climb(incident, ladder.Rung(first.number, 0, at + within))
    event = ledger.Event(
        "incident.handed_over",
        "incident",
        incident.id,
        incident.id,
        before=before,
        after={"lead": lead},
        reason=reason,
    )
    ledger.append(event, by=by, at=at)
    return Call(
        key=f"handover:{ids.new()}",
        incident=incident,
        roles=roles,
        people=people,
        headline=f"Handed over to you: {incident.title}",
        because=f"You are to lead this incident, and to acknowledge it. Reason: {reason}",
        acknowledge_by=at + within if within else None,
        step=0,
    )


def _resolved(
    to: Lead, release: Release, system: str
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """How the row names the lead, and the roles and addresses that are told."""
    if to.kind == "role":
        if to.name not in release.escalation.roles:
            known = ", ".join(release.escalation.roles)
            raise Invalid(f"The escalation matrix has no role {to.name!r}; it has {known}.")
        return f"role:{to.name}", (to.name,), ()
    user = User.objects.filter(username=to.name, is_active=True).first()
    if user is None:
        raise Invalid(f"There is no open account {to.name!r}.")
    if not user.rights.has(INCIDENTS_RESPOND, system):
        raise Invalid(f"{to.name} may not respond to incidents; give the role first.")
    if not user.email:
        raise Invalid(f"{to.name} has no e-mail address and could not be told.")
    return f"user:{user.id}", (), (user.email,)
