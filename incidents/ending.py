"""Calling off all that is owed of an incident, and taking it up again."""

from datetime import datetime

from governance.ledger import ledger
from incidents import decisions
from incidents.models import Incident
from incidents.stages import calling_off, dispensations, filing, overriding
from policies.release import Release


def call_off(incident: Incident, *, because: str, by: ledger.Actor, at: datetime) -> None:
    """Duties, clocks, requests and drafts end. To be called with the incident held, and before it
    is closed."""
    calling_off.call_off(incident, because=because, by=by, at=at)
    let_go(incident, by=by, at=at)


def let_go(incident: Incident, *, by: ledger.Actor, at: datetime) -> None:
    """What people asked for and drafted ends with the incident. To be called with it held."""
    dispensations.close(incident, by=by, at=at)
    overriding.drop(incident, by=by, at=at)
    filing.lapse(incident, by=by, at=at)


def take_up(
    incident: Incident, release: Release, *, because: str, by: ledger.Actor, at: datetime
) -> None:
    """What was called off is owed again, by the policies that the incident is pinned to, and people
    are told. To be called with the incident held and open."""
    calling_off.resume(incident, by=by, at=at)
    decisions.again(incident, release, because=because, by=by, at=at)
