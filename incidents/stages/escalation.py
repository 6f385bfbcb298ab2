"""Who is told of an incident, and who is next while nobody answers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from governance.ledger import ledger
from incidents import ladders, timers
from incidents.calls import Call
from incidents.errors import WrongState
from incidents.models import Duty, Incident, Timer
from incidents.timetable import Changes
from policies import ladder
from policies.release import Release


def start(
    incident: Incident,
    duties: Sequence[Duty],
    changes: Changes,
    *,
    release: Release,
    because: str,
    at: datetime,
) -> Call:
    """Tell the lead and the notify list at once, and set the first step of the ladder, which goes
    to `changes`."""
    found = ladders.response(incident, release, at)
    rung = ladder.first(found, at)
    if rung is not None:
        changes.timers.append(ladders.timer(incident, rung))
    within = found.acknowledge_within
    return Call(
        key=f"incident:{incident.id}:first:{incident.severity}",
        incident=incident,
        roles=(found.lead, *found.notify),
        headline=f"Reported: {incident.title}",
        because=because,
        channel=found.channel,
        duties=duties,
        acknowledge_by=at + within if within else None,
        event="incident.reported",
        can_wait=True,
        step=0,
    )


def change_ladder(
    incident: Incident, *, release: Release, outranks: bool, by: ledger.Actor, at: datetime
) -> None:
    """The severity is another: its own ladder starts from here, unless somebody has the incident in
    hand. Whoever has acknowledged a lower severity, which this one `outranks`, has not this one."""
    ladders.stop(incident, because=f"The severity is {incident.severity} now.", at=at)
    if incident.acknowledged_at is not None and outranks:
        _free(incident, by=by, at=at)
    if incident.acknowledged_at is None:
        ladders.change(
            incident,
            lead=ladders.lead(incident, release, at),
            ladder=incident.ladder + 1,
            snoozed_until=None,
        )
        ladders.climb(incident, ladder.first(ladders.response(incident, release, at), at))


def again(
    incident: Incident,
    duties: Sequence[Duty],
    *,
    raised: bool,
    occasion: UUID,
    release: Release,
    at: datetime,
    headline: str,
    because: str,
) -> Call:
    """Tell them that new facts, or new policies, raised the severity, opened duties or brought
    deadlines closer."""
    found = ladders.response(incident, release, at)
    roles, people = ladders.leading(incident, release, at)
    within = found.acknowledge_within
    wanted = raised and incident.acknowledged_at is None and within
    return Call(
        key=f"decision:{occasion}",
        incident=incident,
        roles=tuple(dict.fromkeys((*roles, *found.notify))),
        people=people,
        headline=f"Raised to {incident.severity}" if raised else headline,
        because=because,
        channel=found.channel,
        duties=duties,
        acknowledge_by=at + within if wanted and within else None,
        event="incident.decided",
        can_wait=not raised,
        step=0 if raised else None,
    )


def fire(timer: Timer, changes: Changes, *, release: Release, at: datetime) -> Call:
    """One step: tell its roles and set the next, which goes to `changes` with the step's entry. The
    caller has checked that nobody acknowledged. Outside working hours the step may be another: what
    counts is when it is told."""
    incident, number = timer.incident, int(timer.step)
    found = ladders.response(incident, release, at)
    step, count = ladder.step(found, number), len(found.steps)
    roles = step.notify if step is not None else ()
    rung = ladder.following(found, number, due=timer.due_at, at=at)
    if rung is not None:
        changes.timers.append(ladders.timer(incident, rung))
    again = max(number - count, 0)
    which = f"step {min(number, count)} of {count}" + (f", repetition {again}" if again else "")
    event = ledger.Event(
        "escalation.stepped",
        "incident",
        incident.id,
        incident.id,
        after={
            "timer": timer.id,
            "step": min(number, count),
            "of": count,
            "again": again,
            "roles": roles,
        },
        because=f"Nobody has acknowledged this incident: {which}.",
    )
    changes.events.append(event)
    return Call(
        key=f"timer:{timer.id}",
        incident=incident,
        roles=roles,
        headline=f"Nobody has acknowledged this {incident.severity} incident",
        because=f"Escalation {which}: {_waited(timer)}.",
        channel=(step.channel if step is not None else "") or found.channel,
        event="escalation.stepped",
        can_wait=True,
        until_acknowledged=True,
        step=number,
    )


def hasten(unheard: Iterable[Call], *, at: datetime) -> None:
    """Calls of the ladder that reach nobody are not waited for."""
    for call in unheard:
        if call.step is not None:
            skip_wait(call.incident, step=call.step, at=at)


def skip_wait(incident: Incident, *, step: int, at: datetime) -> None:
    """A step reached nobody: the one after it is due at once instead of after its delay. Not a
    repetition: repeating what reaches nobody without a wait would never end."""
    following = incident.timers.filter(
        kind=Timer.Kind.ESCALATION, state=Timer.State.PENDING, step=str(step + 1)
    )
    following.exclude(key__contains=timers.AGAIN).update(due_at=at)


def acknowledge(incident: Incident, *, by: ledger.Actor, person: str, at: datetime) -> None:
    """Somebody has it, and leads from here: the ladder stops. `person` is who answers for `by`.
    Raises WrongState when it is acknowledged already."""
    before = {"lead": incident.lead}
    taken = {
        "acknowledged_at": at,
        "acknowledged_by": str(by),
        "acknowledged_severity": incident.severity,
        "lead": person,
        "snoozed_until": None,
    }
    changed = Incident.objects.filter(id=incident.id, acknowledged_at__isnull=True).update(**taken)
    if not changed:
        raise WrongState(f"{incident.reference} is acknowledged already.")
    incident.refresh_from_db(fields=[*taken])
    ladders.stop(incident, because="Acknowledged.", at=at)
    event = ledger.Event(
        "incident.acknowledged",
        "incident",
        incident.id,
        incident.id,
        before=before,
        after={"at": at, "severity": incident.severity, "lead": person},
    )
    ledger.append(event, by=by, at=at)


def _free(incident: Incident, *, by: ledger.Actor, at: datetime) -> None:
    before = {name: getattr(incident, name) for name in ladders.FREE}
    ladders.change(incident, **ladders.FREE)
    event = ledger.Event(
        "incident.reescalated",
        "incident",
        incident.id,
        incident.id,
        before=before,
        after={"severity": incident.severity},
        because=f"It was acknowledged at {before['acknowledged_severity'] or 'a lower severity'}; "
        f"{incident.severity} has to be acknowledged anew.",
    )
    ledger.append(event, by=by, at=at)


def _waited(timer: Timer) -> str:
    until = timer.incident.snoozed_until
    if until is not None and until <= timer.due_at:
        return f"it was snoozed until {until:%Y-%m-%d %H:%M} UTC, and nobody has acknowledged"
    return f"due at {timer.due_at:%Y-%m-%d %H:%M} UTC, and nobody has acknowledged"
