"""What clocks and questions say as their time goes by."""

from datetime import datetime
from typing import Final

from governance.ledger import ledger
from incidents import timers
from incidents.calls import Call
from incidents.models import Clock, Duty, Timer
from incidents.timetable import Changes
from policies.release import Release

#: Who hears of a duty at risk or overdue besides its owner.
WATCHER: Final = "compliance-officer"


def fire(timer: Timer, changes: Changes, *, release: Release, at: datetime) -> Call:
    """The call of a due reminder, risk, overdue or question timer; its entry and the timer that
    follows go to `changes`."""
    call = (
        _question(timer, release)
        if timer.clock is None
        else _clock(timer, timer.clock, changes, release=release, at=at)
    )
    event = ledger.Event(
        f"timer.{timer.kind}",
        "clock" if timer.clock_id else "duty",
        timer.clock_id or timer.duty_id or timer.id,
        timer.incident_id,
        after={"timer": timer.id, "step": timer.step, "due_at": timer.due_at, "roles": call.roles},
        reason=call.because,
    )
    changes.events.append(event)
    return call


def _question(timer: Timer, release: Release) -> Call:
    duty = _duty(timer)
    return Call(
        key=f"timer:{timer.id}",
        incident=timer.incident,
        roles=(duty.owner, *_watchers(release)),
        headline=f"Still undetermined: {duty.title}",
        because="The time to find out whether this duty applies is over. Missing: "
        + ", ".join(duty.missing),
        duties=[duty],
    )


def _clock(timer: Timer, clock: Clock, changes: Changes, *, release: Release, at: datetime) -> Call:
    duty = _duty(timer)
    may = "may apply" if duty.state == Duty.State.UNDETERMINED else "applies"
    watchers: tuple[str, ...] = ()
    match timer.kind:
        case Timer.Kind.OVERDUE:
            headline, watchers = f"OVERDUE: {clock.title}", _watchers(release)
            because = (
                f"The legal period has expired and nothing is recorded as sent. The duty {may}."
            )
            changes.timers.append(_again(timer, clock, at=at))
        case Timer.Kind.AT_RISK:
            headline, watchers = f"At risk: {clock.title}", _watchers(release)
            because = f"Three quarters of the period are gone. The duty {may}."
        case Timer.Kind.REMINDER if timer.waits:
            headline, because = f"Not started: {clock.title}", _waits(clock, may)
            changes.timers += timers.of_waiting(clock, shadow=duty.shadow, at=at)
        case _:
            headline = f"Reminder: {clock.title}"
            because = f"Reminder ({timer.step}). The duty {may}."
            if timer.repeats:
                because = f"The law wants this promptly and names no period. The duty {may}."
                changes.timers.append(_again(timer, clock, at=at))
    if duty.shadow:
        because += f" In shadow: {duty.shadow_because}"
    return Call(
        key=f"timer:{timer.id}",
        incident=timer.incident,
        roles=(duty.owner, *watchers),
        headline=headline,
        because=because,
        clock=clock,
    )


def _again(timer: Timer, clock: Clock, *, at: datetime) -> Timer:
    """The next of a timer that repeats."""
    count = int(timer.step) + 1
    return timers.again(clock, Timer.Kind(timer.kind), count, after=timer.due_at, at=at)


def _waits(clock: Clock, may: str) -> str:
    since = f"{clock.waiting_since:%Y-%m-%d %H:%M} UTC"
    if not clock.waits_for:
        return f"Since {since} none of its limits holds, yet it is owed. The duty {may}."
    names = " or ".join(clock.waits_for)
    return (
        f"Its period has not begun: since {since} it waits for {names}. Record that moment as soon "
        f"as it is known. The duty {may}."
    )


def _watchers(release: Release) -> tuple[str, ...]:
    return (WATCHER,) if WATCHER in release.escalation.roles else ()


def _duty(timer: Timer) -> Duty:
    if timer.duty is None:
        raise ValueError(f"The timer {timer.id} names no duty.")
    return timer.duty
