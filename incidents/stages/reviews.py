"""What requests and dispensations say as their time goes by: that one waits, that one is to be
reviewed, that one has come to its end."""

from datetime import datetime, timedelta
from typing import Final

from governance.ledger import ledger
from incidents import timers
from incidents.calls import Call
from incidents.models import Dispensation, Timer
from incidents.separation import APPROVERS
from incidents.timetable import Changes
from policies.release import Release

#: After so many reminders in a row of daily ones, a waiver reminds every week.
DAILY: Final = 3
WEEK: Final = timedelta(days=7)


def fire(timer: Timer, changes: Changes, *, release: Release, at: datetime) -> Call | None:
    """The call of a request that waits or of a review that is due, with the timer of the next."""
    row = timer.dispensation
    if row is None:
        raise ValueError(f"The timer {timer.id} names no dispensation.")
    asked = timer.kind == Timer.Kind.REQUEST
    wanted = Dispensation.State.REQUESTED if asked else Dispensation.State.APPROVED
    if row.state != wanted:
        return None
    call = _waiting(row, f"timer:{timer.id}") if asked else _review(row, timer)
    if timer.step.isdecimal():
        _set_next(row, timer, changes, at=at)
    event = ledger.Event(
        f"timer.{timer.kind}",
        "dispensation",
        row.id,
        row.incident_id,
        after={"step": timer.step, "due_at": timer.due_at, "roles": call.roles},
        because=call.because,
    )
    changes.events.append(event)
    return call


def requested(row: Dispensation) -> Call:
    """To the approvers, when it is asked for."""
    return _waiting(row, f"dispensation:{row.id}:requested")


def decided(row: Dispensation) -> Call:
    """To the owner of the duty: it was approved, refused or has ended."""
    what = {"approved": "Approved", "refused": "Refused", "ended": "Ended"}[row.state]
    why = row.ended_because if row.state == Dispensation.State.ENDED else row.note
    return _call(
        row,
        f"dispensation:{row.id}:{row.state}",
        roles=(row.duty.owner, *APPROVERS),
        headline=f"{what}: {_named(row)}",
        because=f"{what}. {why}".strip(),
    )


def _waiting(row: Dispensation, key: str) -> Call:
    return _call(
        row,
        key,
        roles=APPROVERS,
        headline=f"To decide: {_named(row)}",
        because=f"Somebody asks for a {row.kind} on the ground of {row.ground}. It changes nothing "
        f"until another person approves it. Reason: {row.reason}",
    )


def _review(row: Dispensation, timer: Timer) -> Call:
    ends = f" It ends by itself at {row.ends_at:%Y-%m-%d %H:%M} UTC." if row.ends_at else ""
    return _call(
        row,
        f"timer:{timer.id}",
        roles=(row.duty.owner, *APPROVERS),
        headline=f"To review: {_named(row)}",
        because=f"Does its ground still hold ({row.ground})? Extend it by a new request, or end "
        f"it.{ends}",
    )


def _call(
    row: Dispensation, key: str, *, roles: tuple[str, ...], headline: str, because: str
) -> Call:
    return Call(
        key=key,
        incident=row.incident,
        roles=tuple(dict.fromkeys(roles)),
        headline=headline,
        because=because,
        clock=row.clock,
        duties=[row.duty] if row.clock is None else (),
    )


def _set_next(row: Dispensation, timer: Timer, changes: Changes, *, at: datetime) -> None:
    """Every day; for a waiver, which has no end to wait for, later on every week."""
    count = int(timer.step) + 1
    often = timer.kind == Timer.Kind.REQUEST or row.kind != Dispensation.Kind.WAIVER
    again = at + (timers.AGAIN_EVERY if often or count <= DAILY else WEEK)
    if row.ends_at is None or again < row.ends_at:
        changes.timers.append(timers.dispensation(row, Timer.Kind(timer.kind), str(count), again))


def _named(row: Dispensation) -> str:
    return f"{row.kind} of {row.about.title}"
