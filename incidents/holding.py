"""What waits while it is quiet. A rule of the incident's level holds back what can wait, never past
a due time, and never what is at risk or overdue: that cannot wait.

What is held back is a timer, so that it is judged again when it is due: the incident may be closed
by then, or the duty met. The row says why it waits.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from governance import canonical, ids
from governance.ledger import ledger
from incidents.calls import Call
from incidents.models import Clock, Duty, Incident, Timer
from policies import quiet
from policies.release import PLAIN_CALENDAR, Release


def split(call: Call, *, release: Release, at: datetime) -> tuple[Call, Timer | None]:
    """The call to those who are told now, and the timer for those who are told later."""
    if not call.can_wait:
        return call, None
    response = release.escalation.levels.get(call.incident.severity)
    rule = response.quiet if response is not None else None
    if rule is None:
        return call, None
    calendar = release.calendars.get(rule.calendar, PLAIN_CALENDAR)
    until = quiet.until(rule, calendar, at)
    later = tuple(role for role in call.roles if not rule.roles or role in rule.roles)
    persons = () if rule.roles else call.people
    if until is None or not (later or persons) or _owed_before(call.incident, until):
        return call, None
    now = tuple(role for role in call.roles if role not in later)
    told = replace(call, roles=now, people=() if persons else call.people)
    return told, _timer(replace(call, roles=later, people=persons), until)


def released(timer: Timer) -> Call:
    """What a held-back message says now that it is due."""
    said = timer.said or {}
    by = said.get("acknowledge_by")
    return Call(
        key=f"timer:{timer.id}",
        incident=timer.incident,
        roles=tuple(said["roles"]),
        people=said["people"],
        headline=said["headline"],
        because=f"{said['because']} It waited until the quiet hours were over.",
        channel=said["channel"],
        clock=timer.clock,
        duties=_duties(timer.incident, said["duties"]),
        acknowledge_by=datetime.fromisoformat(by) if by else None,
        step=said["step"],
        event=said["event"],
    )


def void(timer: Timer) -> str:
    """Why nobody wants to hear it any more; empty when somebody does."""
    said = timer.said or {}
    if not said.get("until_acknowledged"):
        return ""
    if timer.incident.acknowledged_at is not None:
        return "The incident is acknowledged."
    return "The escalation has begun anew." if timer.ladder != timer.incident.ladder else ""


def waits(timer: Timer) -> bool:
    """Whether it reminds of a clock that had not started when it was held back."""
    return bool(timer.said and timer.said.get("not_started"))


def step(timer: Timer) -> int | None:
    """The step of the ladder that was held back; None where it was something else."""
    found: int | None = (timer.said or {}).get("step")
    return found


def event(call: Call, timer: Timer) -> ledger.Event:
    return ledger.Event(
        "message.held",
        "incident",
        call.incident.id,
        call.incident.id,
        after={
            "roles": (timer.said or {})["roles"],
            "headline": call.headline,
            "until": timer.due_at,
        },
        because=timer.outcome,
    )


def _owed_before(incident: Incident, until: datetime) -> bool:
    """Whether something of the incident is due before the quiet is over, or is late already: a
    stage, or the answer to a question."""
    running = incident.clocks.filter(state=Clock.State.RUNNING, shadow=False)
    asked = incident.duties.filter(state=Duty.State.UNDETERMINED, shadow=False)
    return (
        running.filter(conservative_due__lte=until).exists()
        or asked.filter(determine_by__lte=until).exists()
    )


def _timer(call: Call, until: datetime) -> Timer:
    level = call.incident.severity
    return Timer(
        id=ids.new(),
        incident=call.incident,
        duty_id=call.clock.duty_id if call.clock else None,
        clock=call.clock,
        kind=Timer.Kind.HELD,
        step=call.headline[:80],
        key=f"held:{call.key}",
        due_at=until,
        ladder=call.incident.ladder,
        outcome=f"Held back: the quiet hours of {level} last until {until:%Y-%m-%d %H:%M} UTC.",
        said={
            "roles": list(call.roles),
            "people": list(call.people),
            "headline": call.headline,
            "because": call.because,
            "channel": call.channel,
            "duties": [str(duty.id) for duty in call.duties],
            "acknowledge_by": canonical.instant(call.acknowledge_by) if call.acknowledge_by else "",
            "until_acknowledged": call.until_acknowledged,
            "step": call.step,
            "event": call.event,
            "not_started": bool(call.clock and call.clock.state == Clock.State.NOT_STARTED),
        },
    )


def _duties(incident: Incident, keys: Sequence[str]) -> list[Duty]:
    if not keys:
        return []
    return list(incident.duties.filter(id__in=[UUID(key) for key in keys]).order_by("id"))
