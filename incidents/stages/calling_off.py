"""What keeps an incident open, and what becomes of its duties where it is closed or was none."""

from datetime import datetime

from governance.ledger import ledger
from incidents import clocks, duties, timers, timetable
from incidents.models import Duty, Incident
from incidents.timetable import Changes


def open_count(incident: Incident) -> int:
    """Duties and questions that keep the incident open; shadow ones keep nothing open."""
    return incident.duties.filter(state__in=duties.ACTIVE, shadow=False).count()


def end(incident: Incident, *, by: ledger.Actor, at: datetime) -> None:
    """The incident is closed: what still ran in shadow, or waited as optional, is over."""
    changes = Changes()
    left = incident.clocks.filter(state__in=clocks.UNFINISHED)
    timetable.cancel(left, changes, because="The incident was closed.", at=at)
    changes.store(by=by, at=at)


def call_off(incident: Incident, *, because: str, by: ledger.Actor, at: datetime) -> None:
    """Nothing is owed of this incident: its duties and clocks end, each with its entry."""
    changes = Changes()
    for duty in duties.locked(incident):
        if duty.state in (*duties.ACTIVE, Duty.State.WAIVED):
            changes.events += duties.turn(
                duty, Duty.State.CANCELLED, closed_at=at, verb="duty.cancelled"
            )
    left = incident.clocks.filter(state__in=clocks.UNFINISHED)
    timetable.cancel(left, changes, because=because, at=at)
    changes.store(by=by, at=at)


def resume(incident: Incident, *, by: ledger.Actor, at: datetime) -> None:
    """What was called off is owed or asked again. The caller has the policies applied again, which
    begins the clocks anew."""
    changes = Changes()
    for duty in duties.locked(incident):
        if duty.state == Duty.State.CANCELLED:
            asked = duty.missing and duty.determine_by is not None
            state = Duty.State.UNDETERMINED if asked else Duty.State.OPEN
            changes.events += duties.turn(duty, state, closed_at=None, verb="duty.reopened")
            changes.timers += timers.asking(duty, at=at)
        elif duty.confirmation == Duty.Confirmation.UNCONFIRMED:
            changes.declined.append(duty)
    changes.store(by=by, at=at)
