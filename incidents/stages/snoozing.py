"""Putting the next step of the ladder off, for a while."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from governance.errors import Invalid
from governance.ledger import ledger
from incidents import ladders
from incidents.errors import WrongState
from incidents.models import Clock, Incident, Timer
from policies.release import Release


def snooze(
    incident: Incident,
    until: datetime,
    *,
    reason: str,
    release: Release,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """The steps that were due before `until` are due then; what is after them follows at its
    distance. Deadlines go on speaking. Raises WrongState where no step is planned, and Invalid for
    a time that is over, too far, or later than the next due time of a duty."""
    planned = _planned(incident)
    if incident.acknowledged_at is not None or not planned.exists():
        raise WrongState(
            f"{incident.reference} has no step that could be put off: it is acknowledged, or its "
            "ladder is at its end."
        )
    _check(incident, until, most=ladders.response(incident, release, at).snooze_at_most, at=at)
    before = {"snoozed_until": incident.snoozed_until}
    said = f"Snoozed until {until:%Y-%m-%d %H:%M} UTC: {reason}"[:500]
    moved = planned.filter(due_at__lt=until).update(due_at=until, outcome=said)
    ladders.change(incident, snoozed_until=until)
    event = ledger.Event(
        "incident.snoozed",
        "incident",
        incident.id,
        incident.id,
        before=before,
        after={"snoozed_until": until, "steps": moved},
        reason=reason,
    )
    ledger.append(event, by=by, at=at)


def _check(incident: Incident, until: datetime, *, most: timedelta, at: datetime) -> None:
    if until <= at:
        raise Invalid("`until` is over already; give a time to come.")
    if until > at + most:
        hours = most / timedelta(hours=1)
        said = "1 hour" if hours == 1 else f"{hours:g} hours"
        raise Invalid(f"{incident.severity} may be snoozed for {said} at most.")
    due = _next_due(incident, at)
    if due is not None and until > due:
        raise Invalid(
            f"A duty of this incident is due at {due:%Y-%m-%d %H:%M} UTC; snooze no longer than "
            "that."
        )


def _next_due(incident: Incident, at: datetime) -> datetime | None:
    """The next time to work to, or legal end, of a duty that binds."""
    running = incident.clocks.filter(state=Clock.State.RUNNING, shadow=False).order_by()
    dues = running.values_list("conservative_due", "legal_due")
    return min((due for pair in dues for due in pair if due is not None and due > at), default=None)


def _planned(incident: Incident) -> QuerySet[Timer]:
    return incident.timers.filter(kind=Timer.Kind.ESCALATION, state=Timer.State.PENDING)
