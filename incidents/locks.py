"""Holding an incident, so that changes to it come one after another."""

from uuid import UUID

import structlog

from incidents.errors import WrongState
from incidents.models import Incident


def changeable(incident: Incident) -> Incident:
    """The incident as it is now, held. Raises WrongState when it is closed."""
    structlog.contextvars.bind_contextvars(incident=incident.reference)
    found = hold(incident.id)
    if found.state == Incident.State.CLOSED:
        raise WrongState(f"{found.reference} is closed; a closed incident does not change.")
    return found


def hold(id_: UUID) -> Incident:
    """The incident, locked until the transaction ends. NO KEY, so that the sweep may meanwhile add
    rows that refer to it; else the two could deadlock."""
    return Incident.objects.select_for_update(no_key=True).get(id=id_)
