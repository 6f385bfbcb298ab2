"""What a waiver does to its duty: nothing is owed of it while the waiver is in force."""

from datetime import datetime

from governance.ledger import ledger
from incidents import duties, timers, timetable
from incidents.errors import WrongState
from incidents.models import Dispensation, Duty, Incident
from incidents.timetable import Changes


def waive(duty: Duty, *, because: str, by: ledger.Actor, at: datetime) -> None:
    """End its clocks and everything it would say. One that is waived already stays so. Raises
    WrongState for one that is neither open nor asked."""
    before = {"state": duty.state}
    if duty.state == Duty.State.WAIVED:
        return
    same = Duty.objects.filter(id=duty.id, state__in=duties.ACTIVE)
    if not same.update(state=Duty.State.WAIVED, closed_at=at):
        raise WrongState("The duty was changed by somebody else meanwhile; look again.")
    duty.refresh_from_db()
    changes = Changes()
    timetable.cancel(duty.clocks.order_by("id"), changes, because=because, at=at)
    timers.cancel(duty.timers.all(), because=because[:500], at=at)
    changes.events.append(duties.event("duty.waived", duty, before, {"because": because}))
    changes.store(by=by, at=at)


def lift(duty: Duty, *, because: str, by: ledger.Actor, at: datetime) -> None:
    """The waiver ended: the duty is open again, or a question if it was one. Its clocks begin when
    the policies are applied again."""
    changes = Changes()
    state = Duty.State.UNDETERMINED if duty.missing else Duty.State.OPEN
    changes.events += duties.turn(duty, state, closed_at=None, verb="duty.reopened")
    if state == Duty.State.UNDETERMINED and not duty.shadow:
        changes.timers.append(timers.question(duty, at=at))
    changes.store(by=by, at=at)


def of(incident: Incident) -> list[Dispensation]:
    """The waivers in force."""
    rows = incident.dispensations.filter(
        kind=Dispensation.Kind.WAIVER, state=Dispensation.State.APPROVED
    )
    return list(rows.select_related("duty").order_by("id"))
