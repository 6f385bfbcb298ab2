"""Confirming or contesting decisions not to notify. Each function is one transaction; every door
comes through here, as through `flow`."""

from datetime import datetime

from django.db import transaction

from governance.ledger import ledger
from incidents import decisions, locks, selectors, separation
from incidents.models import Duty
from incidents.stages import calling, confirmations


def confirm(duty: Duty, *, note: str, by: ledger.Actor, at: datetime) -> Duty:
    """Answer for it that a duty does not apply. Raises NotAllowed, WrongState."""
    with transaction.atomic():
        locks.changeable(duty.incident)
        duty.refresh_from_db()
        person = separation.approver(by, system=duty.incident.system)
        confirmations.confirm(duty, person=person, note=note, by=by, at=at)
    return duty


def contest(duty: Duty, *, note: str, by: ledger.Actor, at: datetime) -> Duty:
    """Hold against the policies that a duty applies: it opens, and its clocks run from their
    moments. Raises NotAllowed, WrongState."""
    with transaction.atomic():
        incident = locks.changeable(duty.incident)
        duty.refresh_from_db()
        person = separation.approver(by, system=duty.incident.system)
        confirmations.contest(duty, person=person, note=note, by=by, at=at)
        release = selectors.release_of(incident)
        because = "The decision that the duty does not apply was contested."
        decisions.recount(incident, release, because=because, by=by, at=at)
        duty.refresh_from_db()
        calling.tell([confirmations.opened(duty)], release=release, by=by, at=at)
    return duty
