"""An incident that was none: reported by mistake, by a test, or of what never happened. Each
function is one transaction. Nothing is deleted: the incident is closed as void, and can be opened
again."""

from datetime import datetime

from django.db import transaction

from governance.accounts import people
from governance.accounts.roles import INCIDENTS_APPROVE
from governance.ledger import ledger
from incidents import ending, locks, selectors
from incidents.models import Incident
from incidents.stages import voiding

_VOID = Incident.ClosedAs.VOID


def void(incident: Incident, *, reason: str, by: ledger.Actor, at: datetime) -> Incident:
    """Close it as void and call off what is owed. A person does it who may approve and, where a
    duty applies, who is not the one that reported it: raises NotAllowed. Raises WrongState once
    somebody outside was told of the incident."""
    person = people.allowed(by, INCIDENTS_APPROVE, act="voids an incident")
    with transaction.atomic():
        incident = locks.changeable(incident)
        voiding.refuse_told(incident)
        reporter = people.behind(_actor(incident.reported_by))
        voiding.refuse_reporter(incident, person=f"user:{person.id}", reporter=reporter)
        because = "The incident was voided: there was none."
        ending.call_off(incident, because=because, by=by, at=at)
        voiding.close(incident, _VOID, reason=reason, by=by, at=at)
    return incident


def reopen(incident: Incident, *, reason: str, by: ledger.Actor, at: datetime) -> Incident:
    """It was one after all: duties are owed as the policies decide on the facts, and somebody has
    to acknowledge anew. Raises WrongState for an incident that is not void."""
    with transaction.atomic():
        incident = locks.hold(incident.id)
        release = selectors.release_of(incident)
        voiding.reopen(incident, _VOID, release=release, reason=reason, by=by, at=at)
        because = "The incident was voided by mistake and is open again."
        ending.take_up(incident, release, because=because, by=by, at=at)
    return incident


def _actor(text: str) -> ledger.Actor:
    kind, _, key = text.partition(":")
    return ledger.Actor(kind, key)  # type: ignore[arg-type]  # stored from an Actor
