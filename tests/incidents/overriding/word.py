"""What a person says of the severity, and how it then stands."""

from datetime import datetime

from governance.ledger.ledger import Actor
from incidents import overrides
from incidents.models import Incident, SeverityOverride
from tests import factory
from tests.factory import AT, HOUR, PERSON

LATER = AT + HOUR


def say(
    incident: Incident, level: str, *, by: Actor = PERSON, at: datetime = LATER
) -> SeverityOverride:
    return overrides.choose(incident, level, reason="The board says so.", by=by, at=at)


def lower(incident: Incident, level: str = "SEV3") -> SeverityOverride:
    """Asked for and approved."""
    return approve(say(incident, level))


def approve(row: SeverityOverride, at: datetime = LATER) -> SeverityOverride:
    return overrides.approve(row, note="Seen.", by=factory.approver(), at=at)


def now(incident: Incident) -> Incident:
    return Incident.objects.get(id=incident.id)


def standing(row: SeverityOverride) -> str:
    return SeverityOverride.objects.get(id=row.id).state
