"""What clocks and questions say as their time goes by."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from governance.ledger import ledger
from incidents import holding, starts, superseding, timers
from incidents.calls import Call
from incidents.models import Clock, Duty, Timer
from incidents.timetable import Changes
from policies import ladder
from policies.release import Release

#: Who hears of a duty besides its owner, where the matrix names nobody else: the first that is
#: another.
WATCHERS: Final = ("compliance-officer", "executive")


def fire(timer: Timer, changes: Changes, *, release: Release, at: datetime) -> Call:
    """The call of a due reminder, risk, overdue, question or held-back message; its entry and the
    timer that follows go to `changes`."""
    call = _call(timer, changes, release=release, at=at)
    held = timer.kind == Timer.Kind.HELD  # what it says may be in a person's words
    event = ledger.Event(
        f"timer.{timer.kind}",
        *_subject(timer),
        timer.incident_id,
        after={"timer": timer.id, "step": timer.step, "due_at": timer.due_at, "roles": call.roles},
        reason=call.because if held else "",
        because="" if held else call.because,
    )
    changes.events.append(event)
    return call


def _subject(timer: Timer) -> tuple[str, UUID]:
    """What the entry is about; a message to the incident's people was held back for no duty."""
    if timer.clock_id is not None:
        return "clock", timer.clock_id
    return ("duty", timer.duty_id) if timer.duty_id is not None else ("incident", timer.incident_id)


def _call(timer: Timer, changes: Changes, *, release: Release, at: datetime) -> Call:
    if timer.kind == Timer.Kind.HELD:
        return holding.released(timer)
    if timer.kind == Timer.Kind.SUPERSEDED:
        return _superseded(timer, changes, at=at)
    if timer.clock is None:
        return _question(timer, changes, release=release, at=at)
    return _clock(timer, timer.clock, changes, release=release, at=at)


def _question(timer: Timer, changes: Changes, *, release: Release, at: datetime) -> Call:
    """Before the limit to the owner alone, then every day until somebody answers."""
    duty = _duty(timer)
    over = duty.determine_by is None or at >= duty.determine_by
    changes.timers.append(timers.question_again(duty, at=at))
    state = "is over" if over else "is half gone"
    return Call(
        key=f"timer:{timer.id}",
        incident=timer.incident,
        roles=(duty.owner, *(_besides(duty, (WATCHERS[0],), release) if over else ())),
        headline=f"{'Still undetermined' if over else 'To be determined'}: {duty.title}",
        because=f"The time to find out whether this duty applies {state}. Missing: "
        + ", ".join(duty.missing),
        duties=[duty],
        event=f"duty.{timer.kind}",
    )


def _superseded(timer: Timer, changes: Changes, *, at: datetime) -> Call:
    duty = _duty(timer)
    changes.timers.append(timers.superseded_again(timer, at=at))
    return Call(
        key=f"timer:{timer.id}",
        incident=timer.incident,
        roles=(duty.owner,),
        headline=f"Superseded: {duty.title}",
        because=f"Nothing is sent for this duty itself. {superseding.said(duty)}",
        duties=[duty],
        can_wait=True,
        event=f"duty.{timer.kind}",
    )


def _clock(timer: Timer, clock: Clock, changes: Changes, *, release: Release, at: datetime) -> Call:
    duty = _duty(timer)
    may = "may apply" if duty.state == Duty.State.UNDETERMINED else "applies"
    watchers: tuple[str, ...] = ()
    match timer.kind:
        case Timer.Kind.OVERDUE:
            late = _late(timer, clock, at)
            headline = f"OVERDUE: {clock.title}"
            watchers = _besides(duty, ladder.overdue(release.escalation.watch, late), release)
            because = (
                f"The legal period has expired and nothing is recorded as sent. The duty {may}."
            )
            following = at - late + ladder.overdue_next(release.escalation.watch, late)
            changes.timers.append(timers.overdue(clock, int(timer.step) + 1, following))
        case Timer.Kind.AT_RISK:
            headline = f"At risk: {clock.title}"
            watchers = _besides(duty, release.escalation.watch.at_risk, release)
            because = f"Three quarters of the period are gone. The duty {may}."
        case Timer.Kind.REMINDER if timer.waits:
            headline, because = f"Not started: {clock.title}", _waits(clock, may)
            changes.timers += timers.of_waiting(clock, shadow=duty.shadow, at=at)
        case _:
            headline = f"Reminder: {clock.title}"
            because = f"Reminder ({timer.step}). The duty {may}."
            if timer.repeats:
                because = f"The law wants this promptly and names no period. The duty {may}."
                count = int(timer.step) + 1
                changes.timers.append(
                    timers.again(clock, Timer.Kind.REMINDER, count, after=timer.due_at, at=at)
                )
    if duty.shadow:
        because += f" In shadow: {duty.shadow_because}"
    return Call(
        key=f"timer:{timer.id}",
        incident=timer.incident,
        roles=(duty.owner, *watchers),
        headline=headline,
        because=because,
        clock=clock,
        can_wait=timer.kind == Timer.Kind.REMINDER,
        event=f"deadline.{timer.kind}",
    )


def _waits(clock: Clock, may: str) -> str:
    since = f"{clock.waiting_since:%Y-%m-%d %H:%M} UTC"
    if not clock.waits_for:
        return f"Since {since} none of its limits holds, yet it is owed. The duty {may}."
    names = " or ".join(map(str, starts.of(clock)))
    return (
        f"Its period has not begun: since {since} it waits for {names}. Record that moment as soon "
        f"as it is known. The duty {may}."
    )


def _late(timer: Timer, clock: Clock, at: datetime) -> timedelta:
    """How long the legal end is over: by the clock that the timer was set by."""
    return max(at - (clock.legal_due or timer.due_at), timedelta())


def _besides(duty: Duty, roles: tuple[str, ...], release: Release) -> tuple[str, ...]:
    """Of `roles` those besides the owner; where that is nobody, the next above the owner."""
    others = tuple(role for role in roles if role != duty.owner)
    known = release.escalation.roles
    above = (role for role in WATCHERS if role in known and role != duty.owner)
    return tuple(role for role in others if role in known) or tuple(above)[:1]


def _duty(timer: Timer) -> Duty:
    if timer.duty is None:
        raise ValueError(f"The timer {timer.id} names no duty.")
    return timer.duty
