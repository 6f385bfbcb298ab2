"""When a stage is due, given what has been recorded (pure).

`starts` maps an anchor's name (`aware`, `submitted:initial`) to its instant in UTC. What is
submitted to several recipients starts what follows at the first submission.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from policies import counting
from policies.counting import CountingError, Due, Period, elapsed
from policies.documents.obligation_policy import Every, Limit, Reminder, Stage
from policies.release import Release

PLAIN: Final = ("hours", "days", "weeks", "months")


@dataclass(frozen=True)
class Running:
    """A started clock. `promptly` stages have no due times: the law gives no number, so neither do
    we. The rule, the calendar's version and the zone are those that counted.

    `missing` are the facts that would settle whether the stage is owed at all; until they are
    known, it is.
    """

    anchor: str
    started_at: datetime
    legal_due: datetime | None
    conservative_due: datetime | None
    target_due: datetime | None
    counting: str
    calendar: str
    zone: str
    period: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A clock that has not started, and the anchors any of which would start it; `missing` as in
    `Running`. With no anchor, none of the stage's limits holds now, yet the stage is owed."""

    for_anchors: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotOwed:
    """The stage needs no clock, and why."""

    because: str


@dataclass(frozen=True)
class Sent:
    """The occurrence before this one of a recurring stage: when it was submitted and its legal
    end, which is None if its clock never started."""

    at: datetime
    legal_due: datetime | None


def clock(
    stage: Stage,
    *,
    starts: Mapping[str, datetime],
    facts: Mapping[str, object],
    release: Release,
    previous: Sent | None = None,
) -> Running | Waiting | NotOwed:
    """The clock of `stage`, or of its occurrence after `previous`.

    Of several limits that apply and have started, the one that is due first counts, and the
    earliest conservative time of them all; a limit whose own condition is undetermined counts too,
    for it might apply. So does a stage whose condition is undetermined.
    """
    holds = stage.when.outcome(facts) if stage.when is not None else True
    if holds is False:
        return NotOwed("The condition of the stage does not hold.")
    if stage.every is not None:
        found = _recurring(stage, stage.every, starts, release, previous)
    elif stage.promptly is not None:
        found = _prompt(stage, str(stage.promptly), starts)
    else:
        found = _limited(stage, starts, facts, release)
    if holds or stage.when is None or isinstance(found, NotOwed):
        return found
    return replace(found, missing=stage.when.evaluate(facts).missing)


def ended(stage: Stage, starts: Mapping[str, datetime]) -> bool:
    """Whether no further occurrence follows: the stage does not recur, or its end has come."""
    return stage.every is None or stage.every.until in starts


def reminders(stage: Stage, running: Running) -> list[tuple[str, datetime]]:
    """(text, instant) of each reminder that lies within the period, counted on the conservative
    due time, because that is the one to work to."""
    if running.conservative_due is None:
        return []
    found = []
    for reminder in stage.reminders:
        instant = _remind_at(reminder, running.started_at, running.conservative_due)
        if running.started_at < instant < running.conservative_due:
            found.append((reminder.text, instant))
    return sorted(found, key=lambda pair: pair[1])


def at_risk_from(running: Running) -> datetime | None:
    """From here a clock is at risk: three quarters of the conservative period are gone."""
    if running.conservative_due is None:
        return None
    return running.started_at + (running.conservative_due - running.started_at) * 3 / 4


def _limited(
    stage: Stage,
    starts: Mapping[str, datetime],
    facts: Mapping[str, object],
    release: Release,
) -> Running | Waiting:
    possible = [
        limit
        for limit in stage.limits
        if (limit.when is None or limit.when.outcome(facts) is not False)
        and not _lifted(limit, starts, release)
    ]
    counted = [
        _count(stage, limit, str(limit.anchor), starts[str(limit.anchor)], release)
        for limit in possible
        if str(limit.anchor) in starts
    ]
    if not counted:
        return Waiting(tuple(sorted({str(limit.anchor) for limit in possible})))
    first = min(counted, key=_order)
    # The time to work to is the earliest of them all: of two limits that end alike on a Monday, the
    # one that counts may not be the one that warns first.
    early = min(each.conservative_due or each.started_at for each in counted)
    return replace(first, conservative_due=early)


def _order(counted: Running) -> tuple[datetime, datetime, str]:
    due = counted.legal_due or counted.started_at
    return due, counted.conservative_due or due, counted.anchor


def _lifted(limit: Limit, starts: Mapping[str, datetime], release: Release) -> bool:
    """Whether the moment that lifts the limit came only after its plain period was over; at the
    very end of it, the limit stands."""
    start = starts.get(str(limit.anchor))
    if limit.unless_later is None or limit.unless_later not in starts or start is None:
        return False
    end = _plain(limit.period).after(start, release.calendar(limit.calendar).zoneinfo)
    return starts[limit.unless_later] > end


def _recurring(
    stage: Stage,
    every: Every,
    starts: Mapping[str, datetime],
    release: Release,
    previous: Sent | None,
) -> Running | Waiting | NotOwed:
    """An occurrence whose legal end came before the end of them all has been missed: it stays owed,
    late. One that would be due only after that is not."""
    end = starts.get(every.until)
    over = NotOwed(f"The moment {every.until!r} has come, which ends these reports.")
    found = _occurrence(stage, every, starts, release, previous)
    if end is None or (isinstance(found, Running) and found.legal_due and found.legal_due <= end):
        return found
    return over


def _occurrence(
    stage: Stage,
    every: Every,
    starts: Mapping[str, datetime],
    release: Release,
    previous: Sent | None,
) -> Running | Waiting:
    if previous is not None:
        # Lateness must not push the schedule: then the period runs from when it was due.
        if previous.legal_due is not None and previous.legal_due < previous.at:
            start = _last_of(previous.legal_due, every)
            return _count(stage, every, f"due:{stage.id}", start, release)
        return _count(stage, every, f"submitted:{stage.id}", previous.at, release)
    anchor = str(every.anchor)
    if anchor not in starts:
        return Waiting((anchor,))
    return _count(stage, every, anchor, starts[anchor], release)


def _last_of(legal_due: datetime, every: Every) -> datetime:
    """Where the next period starts when the one before ended unused. The end of a day is stored as
    the first instant after it, and a rule that counts days must start from the day itself."""
    exact = every.counting == elapsed.RULE.name or every.period.unit == "hours"
    return legal_due if exact else legal_due - timedelta(seconds=1)


def _prompt(stage: Stage, anchor: str, starts: Mapping[str, datetime]) -> Running | Waiting:
    if anchor not in starts:
        return Waiting((anchor,))
    start = starts[anchor]
    target = start + stage.target if stage.target else None
    return Running(anchor, start, None, None, target, "promptly", "", "UTC", "promptly")


def _count(
    stage: Stage, limit: Limit | Every, anchor: str, start: datetime, release: Release
) -> Running:
    calendar = release.calendar(limit.calendar)
    rule = limit.counting
    try:
        due = counting.count(rule, start=start, period=limit.period, calendar=calendar)
    except CountingError:
        # The calendar does not reach so far. Plain days can only be earlier than what it would say.
        end = _plain(limit.period).after(start, calendar.zoneinfo)
        due, rule = Due(end, end), f"{rule}, without calendar"
    return Running(
        anchor=anchor,
        started_at=start,
        legal_due=due.legal,
        conservative_due=due.conservative,
        target_due=start + stage.target if stage.target else None,
        counting=rule,
        calendar=f"{calendar.name}@{calendar.version}" if limit.calendar else "",
        zone=calendar.zone,
        period=f"{limit.period.value} {limit.period.unit.replace('_', ' ')}",
    )


def _plain(period: Period) -> Period:
    """The period as time that simply elapses: working days as days."""
    return period if period.unit in PLAIN else Period("days", period.value)


def _remind_at(reminder: Reminder, start: datetime, due: datetime) -> datetime:
    if reminder.share is not None:
        return start + (due - start) * reminder.share
    return due - (reminder.before or timedelta())
