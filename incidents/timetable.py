"""The clocks that a duty has: opened, counted anew, followed by the next and ended.

A stage has a clock for each of its recipients, and a recurring one the next of them as soon as one
is fulfilled. Nothing is deleted, and each change has its entry.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from governance import bulk
from governance.ledger import ledger
from incidents import clocks, holds, timers
from incidents.holds import Held, Hold
from incidents.models import Clock, Duty, Timer
from policies import deadlines
from policies.documents.obligation_policy import Recipient, Stage
from policies.release import Release


@dataclass(frozen=True)
class Basis:
    """What clocks are counted by. `holds` are the delays and pauses by the key of their clock."""

    release: Release
    facts: Mapping[str, Any]
    starts: Mapping[str, datetime]
    at: datetime
    holds: Mapping[UUID, Sequence[Hold]] = field(default_factory=dict)


@dataclass
class Changes:
    """Rows and entries of one reconciliation, stored together at its end. `declined` are the duties
    found not to apply that somebody has to confirm."""

    duties: list[Duty] = field(default_factory=list)
    declined: list[Duty] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    events: list[ledger.Event] = field(default_factory=list)

    def store(self, *, fresh: bool = False, by: ledger.Actor, at: datetime) -> None:
        """`fresh`: the incident is made in this very transaction, so none of its timers exist."""
        bulk.copy(self.duties)
        bulk.copy(self.clocks)
        wanted = [*self.timers, *timers.confirmations(self.declined)]
        if fresh:
            timers.set_first(wanted)
        else:
            timers.set_all(wanted)
        ledger.append_all(self.events, by=by, at=at)


class Place(NamedTuple):
    """Where a clock belongs: one stage toward one recipient. `position` is the stage's."""

    position: int
    stage: Stage
    recipient: Recipient

    @property
    def key(self) -> tuple[str, str]:
        return self.stage.id, self.recipient.id


def open_all(
    duty: Duty, stages: Sequence[Stage], basis: Basis, changes: Changes
) -> tuple[list[Clock], dict[str, str]]:
    """The clocks of a new duty, and the stages that it does not owe, with the reason. Their entry
    is the duty's own."""
    opened, not_owed = [], {}
    for place in _places(stages):
        now = _now(place.stage, basis.starts, basis, None)
        if isinstance(now, deadlines.NotOwed):
            not_owed[place.stage.id] = now.because
            continue
        clock = clocks.make(duty, place.stage, place.recipient, position=place.position)
        clocks.count(clock, now, release=basis.release.digest, at=basis.at)
        _set_timers(clock, place.stage, now, basis, changes)
        opened.append(clock)
    changes.clocks += opened
    return opened, not_owed


def fill(
    duty: Duty,
    stages: Sequence[Stage],
    rows: Sequence[Clock],
    basis: Basis,
    changes: Changes,
    *,
    because: str,
) -> list[Clock]:
    """Open what is owed and has no unfinished clock: a stage that is owed now, a clock that was
    cancelled, the next occurrence of one that was fulfilled. Returns those clocks."""
    latest = {(row.stage, row.recipient_id): row for row in _in_order(rows)}
    starts = submitted(rows, basis.starts)
    opened = []
    for place in _places(stages):
        last = latest.get(place.key)
        clock = _next(duty, place, last, starts)
        if clock is None:
            continue
        now = _now(place.stage, starts, basis, _previous(clock, rows))
        if isinstance(now, deadlines.NotOwed):
            continue
        before = clocks.record(clock) if clock is last else None
        _begin(clock, now, basis, new=clock is not last, changes=changes)
        _set_timers(clock, place.stage, now, basis, changes)
        verb = "clock.opened" if clock is not last else "clock.reopened"
        changes.events.append(clocks.event(verb, clock, before, because))
        opened.append(clock)
    return opened


def recount(
    rows: Sequence[Clock],
    stages: Sequence[Stage],
    basis: Basis,
    changes: Changes,
    *,
    because: str,
    anew: bool = False,
) -> list[Clock]:
    """Count the unfinished clocks of a duty again, and cancel those that are not owed any more.
    Returns those that changed; `anew` sets the timers of every running one as if it had."""
    places = {place.key: place for place in _places(stages)}
    starts = submitted(rows, basis.starts)
    changed = []
    for clock in rows:
        if clock.state not in clocks.UNFINISHED:
            continue
        place = places.get((clock.stage, clock.recipient_id))
        if place is None:
            cancel([clock], changes, because="The policy has no such stage now.", at=basis.at)
            changed.append(clock)
            continue
        now = _now(place.stage, starts, basis, _previous(clock, rows))
        if isinstance(now, deadlines.NotOwed):
            cancel([clock], changes, because=now.because, at=basis.at)
            changed.append(clock)
        elif _recounted(clock, place.stage, now, basis, changes, because=because, anew=anew):
            changed.append(clock)
    return changed


def _recounted(
    clock: Clock,
    stage: Stage,
    now: deadlines.Running | deadlines.Waiting,
    basis: Basis,
    changes: Changes,
    *,
    because: str,
    anew: bool,
) -> bool:
    started = clock.state in clocks.STARTED
    if started and isinstance(now, deadlines.Waiting):
        now = clocks.frozen(clock)  # a clock that runs never goes back to waiting
    before = clocks.record(clock)
    changed = clocks.count(
        clock, _held(clock, now, basis), release=basis.release.digest, at=basis.at
    )
    if not changed and not (anew and started):
        if not started:  # one that waited before it had a reminder, or in shadow, has it from here
            _set_timers(clock, stage, now, basis, changes)
        return False
    clock.save(update_fields=clocks.COUNTED)
    timers.cancel(clock.timers.all(), because="The clock was counted anew.", at=basis.at)
    _set_timers(clock, stage, now, basis, changes)
    changes.events.append(clocks.event("clock.counted", clock, before, because))
    return True


def cancel(rows: Iterable[Clock], changes: Changes, *, because: str, at: datetime) -> None:
    """End what is unfinished of `rows`, each clock with an entry of its own."""
    for clock in rows:
        if clock.state not in clocks.UNFINISHED:
            continue
        before = clocks.record(clock)
        clock.state, clock.cancelled_because = Clock.State.CANCELLED, because[:500]
        clock.save(update_fields=["state", "cancelled_because"])
        timers.cancel(clock.timers.all(), because=because[:500], at=at)
        changes.events.append(clocks.event("clock.cancelled", clock, before, because))


def describe(rows: Iterable[Clock], stages: Sequence[Stage]) -> None:
    """Word the unfinished clocks as these stages do."""
    places = {place.key: place for place in _places(stages)}
    for clock in rows:
        place = places.get((clock.stage, clock.recipient_id))
        if place is not None and clock.state in clocks.UNFINISHED:
            clocks.describe(clock, place.stage, place.recipient, position=place.position)
            clock.save(update_fields=clocks.DESCRIBED)


def submitted(rows: Iterable[Clock], starts: Mapping[str, datetime]) -> dict[str, datetime]:
    """The moments, and for each stage its first submission, to whichever recipient."""
    found = dict(starts)
    for row in rows:
        if row.fulfilled_at is not None:
            name = f"submitted:{row.stage}"
            found[name] = min(found.get(name, row.fulfilled_at), row.fulfilled_at)
    return found


def _places(stages: Sequence[Stage]) -> Iterator[Place]:
    for position, stage in enumerate(stages):
        for recipient in clocks.recipients(stage):
            yield Place(position, stage, recipient)


def _in_order(rows: Iterable[Clock]) -> list[Clock]:
    return sorted(rows, key=lambda row: row.occurrence)


def _next(
    duty: Duty, place: Place, last: Clock | None, starts: Mapping[str, datetime]
) -> Clock | None:
    """The clock that may have to begin after `last`: itself when it was cancelled."""
    if last is not None and last.state == Clock.State.CANCELLED:
        return last
    if last is not None and last.state != Clock.State.FULFILLED:
        return None
    if last is not None and deadlines.ended(place.stage, starts):
        return None
    occurrence = 1 if last is None else last.occurrence + 1
    return clocks.make(
        duty, place.stage, place.recipient, position=place.position, occurrence=occurrence
    )


def _previous(clock: Clock, rows: Iterable[Clock]) -> deadlines.Sent | None:
    """What was sent before this occurrence of a recurring stage."""
    for row in rows:
        same = (row.stage, row.recipient_id) == (clock.stage, clock.recipient_id)
        if same and row.occurrence == clock.occurrence - 1 and row.fulfilled_at is not None:
            return deadlines.Sent(row.fulfilled_at, row.legal_due)
    return None


def _now(
    stage: Stage,
    starts: Mapping[str, datetime],
    basis: Basis,
    previous: deadlines.Sent | None,
) -> deadlines.Running | deadlines.Waiting | deadlines.NotOwed:
    return deadlines.clock(
        stage, starts=starts, facts=basis.facts, release=basis.release, previous=previous
    )


def _begin(
    clock: Clock,
    now: deadlines.Running | deadlines.Waiting,
    basis: Basis,
    *,
    new: bool,
    changes: Changes,
) -> None:
    """Count a clock that has not begun, or that begins again as if it never had."""
    clocks.reset(clock)
    held = _held(clock, now, basis)
    clocks.count(clock, held, release=basis.release.digest, at=basis.at)
    if new:
        changes.clocks.append(clock)
    else:
        clock.save(update_fields=[*clocks.COUNTED, "cancelled_because"])


def _set_timers(
    clock: Clock,
    stage: Stage,
    now: deadlines.Running | deadlines.Waiting,
    basis: Basis,
    changes: Changes,
) -> None:
    """What the clock has to say; a paused one nothing before the pause ends at the latest."""
    shadow = clock.duty.shadow
    held = _held(clock, now, basis)
    if isinstance(held, deadlines.Waiting):
        changes.timers += timers.of_waiting(clock, shadow=shadow, at=basis.at)
    elif isinstance(held, deadlines.Running):
        changes.timers += timers.of_clock(clock, stage, held, shadow=shadow, at=basis.at)
    else:
        at = held.pause.end if held.pause is not None else basis.at
        found = timers.of_clock(clock, stage, held.schedule, shadow=shadow, at=at)
        changes.timers += [each for each in found if held.pause is None or each.due_at >= at]


def _held(
    clock: Clock, now: deadlines.Running | deadlines.Waiting, basis: Basis
) -> Held | deadlines.Running | deadlines.Waiting:
    """With the delays and pauses of the clock; most have none."""
    found = basis.holds.get(clock.id)
    if not found or isinstance(now, deadlines.Waiting):
        return now
    return holds.apply(now, found, at=basis.at)
