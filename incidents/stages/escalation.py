"""Who is told of an incident, and who is next while nobody answers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from governance.ledger import ledger
from incidents import timers
from incidents.calls import Call
from incidents.errors import WrongState
from incidents.models import Duty, Incident, Timer
from incidents.timetable import Changes
from policies.release import Release


def start(
    incident: Incident, duties: Sequence[Duty], *, release: Release, because: str, at: datetime
) -> Call:
    """Tell the lead and the notify list at once, and set the first step of the ladder."""
    response = release.escalation.levels[incident.severity]
    if response.steps:
        timers.set_all([timers.escalation(incident, 1, at + response.steps[0].after)])
    within = response.acknowledge_within
    return Call(
        key=f"incident:{incident.id}:first:{incident.severity}",
        incident=incident,
        roles=(response.lead, *response.notify),
        headline=f"Reported: {incident.title}",
        because=because,
        channel=response.channel,
        duties=duties,
        acknowledge_by=at + within if within else None,
    )


def change_ladder(incident: Incident, *, release: Release, at: datetime) -> None:
    """The severity is another: its own ladder starts from here, unless somebody has the incident
    in hand."""
    stop(incident, because=f"The severity is {incident.severity} now.", at=at)
    response = release.escalation.levels[incident.severity]
    if incident.acknowledged_at is None and response.steps:
        timers.set_all([timers.escalation(incident, 1, at + response.steps[0].after)])


def again(
    incident: Incident,
    duties: Sequence[Duty],
    *,
    raised: bool,
    occasion: UUID,
    release: Release,
    headline: str = "New facts open duties",
    because: str = "New facts were recorded and the policies were applied again.",
) -> Call:
    """Tell them that new facts, or new policies, raised the severity or opened duties."""
    response = release.escalation.levels[incident.severity]
    return Call(
        key=f"decision:{occasion}",
        incident=incident,
        roles=(response.lead, *response.notify),
        headline=f"Raised to {incident.severity}" if raised else headline,
        because=because,
        channel=response.channel,
        duties=duties,
    )


def fire(timer: Timer, changes: Changes, *, release: Release, at: datetime) -> Call:
    """One step: tell its roles and set the next, which goes to `changes` with the step's entry. The
    caller has checked that nobody acknowledged."""
    incident = timer.incident
    response = release.escalation.levels[incident.severity]
    index = int(timer.step) - 1
    step = response.steps[index]
    if index + 1 < len(response.steps):
        wait = response.steps[index + 1].after - step.after
        changes.timers.append(timers.escalation(incident, index + 2, timer.due_at + wait))
    event = ledger.Event(
        "escalation.stepped",
        "incident",
        incident.id,
        incident.id,
        after={
            "timer": timer.id,
            "step": index + 1,
            "of": len(response.steps),
            "roles": step.notify,
        },
        reason=f"Nobody acknowledged within {step.after}.",
    )
    changes.events.append(event)
    return Call(
        key=f"timer:{timer.id}",
        incident=incident,
        roles=step.notify,
        headline=f"Nobody has acknowledged this {incident.severity} incident",
        because=f"Escalation step {index + 1} of {len(response.steps)}: "
        f"not acknowledged {step.after} after the first message.",
        channel=response.channel,
    )


def skip_wait(incident: Incident, *, step: int, at: datetime) -> None:
    """A step reached nobody: the one after it is due at once instead of after its delay."""
    following = incident.timers.filter(
        kind=Timer.Kind.ESCALATION, state=Timer.State.PENDING, step=str(step + 1)
    )
    following.update(due_at=at)


def acknowledge(incident: Incident, *, by: ledger.Actor, at: datetime) -> None:
    """Somebody has it: the ladder stops. Raises WrongState when it is acknowledged already."""
    changed = Incident.objects.filter(id=incident.id, acknowledged_at__isnull=True).update(
        acknowledged_at=at, acknowledged_by=str(by)
    )
    if not changed:
        raise WrongState(f"{incident.reference} is acknowledged already.")
    incident.refresh_from_db(fields=["acknowledged_at", "acknowledged_by"])
    stop(incident, because="Acknowledged.", at=at)
    event = ledger.Event(
        "incident.acknowledged", "incident", incident.id, incident.id, after={"at": at}
    )
    ledger.append(event, by=by, at=at)


def stop(incident: Incident, *, because: str, at: datetime) -> None:
    timers.cancel(incident.timers.filter(kind=Timer.Kind.ESCALATION), because=because, at=at)
