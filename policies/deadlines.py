"""When a stage is due, given what has been recorded (pure).

`starts` maps an anchor's name (`aware`, `submitted:initial`) to its instant in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from policies import counting
from policies.counting import CountingError, Due, Period
from policies.documents.obligation_policy import Limit, Reminder, Stage
from policies.release import Release

PLAIN: Final = ("hours", "days", "weeks", "months")


@dataclass(frozen=True)
class Running:
    """A started clock. `promptly` stages have no due times: the law gives no number, so neither do
    we. The rule, the calendar's version and the zone are those that counted."""

    anchor: str
    started_at: datetime
    legal_due: datetime | None
    conservative_due: datetime | None
    target_due: datetime | None
    counting: str
    calendar: str
    zone: str
    period: str


@dataclass(frozen=True)
class Waiting:
    """A clock that has not started, and the anchors any of which would start it."""

    for_anchors: tuple[str, ...]


def clock(
    stage: Stage, *, starts: Mapping[str, datetime], facts: Mapping[str, object], release: Release
) -> Running | Waiting:
    """The clock of `stage`. Of several limits that apply and have started, the one that is due
    first counts; a limit whose own condition is undetermined counts too, for it might apply."""
    if stage.promptly is not None:
        return _prompt(stage, str(stage.promptly), starts)
    possible = [
        limit
        for limit in stage.limits
        if limit.when is None or limit.when.outcome(facts) is not False
    ]
    started = [limit for limit in possible if str(limit.anchor) in starts]
    if not started:
        waits = tuple(sorted({str(limit.anchor) for limit in possible}))
        return Waiting(waits)
    counted = [_count(stage, limit, starts[str(limit.anchor)], release) for limit in started]
    return min(counted, key=lambda each: (each.legal_due or each.started_at, each.anchor))


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


def _prompt(stage: Stage, anchor: str, starts: Mapping[str, datetime]) -> Running | Waiting:
    if anchor not in starts:
        return Waiting((anchor,))
    start = starts[anchor]
    target = start + stage.target if stage.target else None
    return Running(anchor, start, None, None, target, "promptly", "", "UTC", "promptly")


def _count(stage: Stage, limit: Limit, start: datetime, release: Release) -> Running:
    calendar = release.calendar(limit.calendar)
    rule = limit.counting
    try:
        due = counting.count(rule, start=start, period=limit.period, calendar=calendar)
    except CountingError:
        # The calendar does not reach so far. Plain days can only be earlier than what it would say.
        plain = limit.period if limit.period.unit in PLAIN else Period("days", limit.period.value)
        end = plain.after(start, calendar.zoneinfo)
        due, rule = Due(end, end), f"{rule}, without calendar"
    return Running(
        anchor=str(limit.anchor),
        started_at=start,
        legal_due=due.legal,
        conservative_due=due.conservative,
        target_due=start + stage.target if stage.target else None,
        counting=rule,
        calendar=f"{calendar.name}@{calendar.version}" if limit.calendar else "",
        zone=calendar.zone,
        period=f"{limit.period.value} {limit.period.unit.replace('_', ' ')}",
    )


def _remind_at(reminder: Reminder, start: datetime, due: datetime) -> datetime:
    if reminder.share is not None:
        return start + (due - start) * reminder.share
    return due - (reminder.before or timedelta())
