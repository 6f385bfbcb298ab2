"""Each counting rule that ships has an example at each edge of the calendar that can occur for it.

An edge is read from a clock's start and legal end, and from the calendar that counted; names play
no part. Only examples that state the legal end count, and only if it is right. A rule is told apart
by unit, because hours and months end differently.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from policies import deadlines
from policies.counting import WorkingCalendar
from policies.documents.obligation_policy import Every, Limit, Stage
from policies.documents.policy_test import Example
from policies.testing.comparison import moments
from policies.testing.coverage import Key, covered, meant
from policies.testing.runner import facts_of
from tests.packs.shipped_release import POLICIES, RELEASE
from tests.packs.test_policy_tests import TESTS

Rule = tuple[str, str]
"""A counting rule, and a unit that it counts."""

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
LEAP_DAY: Final = date(2028, 2, 29)
WORKING_DAYS: Final = {"business_days", "work_days"}


@dataclass(frozen=True)
class Counted:
    """A clock whose legal end an example states; `start` and `due` in the zone that counted."""

    rule: Rule
    value: int
    start: datetime
    due: datetime
    calendar: WorkingCalendar

    @property
    def first(self) -> date:
        return self.start.date()

    @property
    def last(self) -> date:
        """The day that the period ends on; its end is exclusive."""
        return (self.due - timedelta(microseconds=1)).date()

    @property
    def days(self) -> list[date]:
        """Every day after the first, to the last."""
        return [self.first + count * DAY for count in range(1, (self.last - self.first).days + 1)]

    @property
    def plain_last(self) -> date:
        """The day on which the period would end if no weekend and no holiday moved it."""
        match self.rule:
            case ("end-of-year-plus-days" | "day-of-following-month", _):
                return self.last
            case (_, "hours"):
                end = self.start.astimezone(UTC) + self.value * HOUR
                return end.astimezone(self.start.tzinfo).date()
            case (_, "months"):
                return months_after(self.first, self.value)
            case (_, unit):
                return self.first + self.value * DAY * (7 if unit == "weeks" else 1)

    def shifts(self, by: timedelta) -> bool:
        """Whether the clock changes by `by` between start and end."""
        start, zone = self.start.astimezone(UTC), self.start.tzinfo
        days = range((self.due - self.start).days + 1)
        instants = [*((start + count * DAY).astimezone(zone) for count in days), self.due]
        offsets = [instant.utcoffset() or timedelta() for instant in instants]
        return any(after - before == by for before, after in pairwise(offsets))


def months_after(day: date, months: int) -> date:
    """The same date `months` later, or the last day of a month that has no such date."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + (day.day - 1) * DAY, following - DAY)


# --- the edges -----------------------------------------------------------------------------------


def weekend(each: Counted) -> bool:
    """The period would end on one. Working days never do: they begin on one."""
    day = each.first if each.rule[1] in WORKING_DAYS else each.plain_last
    return day.weekday() in each.calendar.weekend


def holiday(each: Counted) -> bool:
    """The period would end on one that is no weekend. Working days pass over one."""
    days = each.days if each.rule[1] in WORKING_DAYS else [each.plain_last]
    weekdays = [day for day in days if day.weekday() not in each.calendar.weekend]
    return any(each.calendar.is_holiday(day) for day in weekdays)


def month_end(each: Counted) -> bool:
    """The month ends within the period. A period in months leads to a month without its date."""
    if each.rule[1] == "months":
        return each.plain_last.day != each.first.day
    return each.first.replace(day=1) != each.last.replace(day=1)


def leap_day(each: Counted) -> bool:
    return each.first <= LEAP_DAY <= each.last


def year_end(each: Counted) -> bool:
    return each.first.year != each.last.year


def clock_forward(each: Counted) -> bool:
    return each.shifts(HOUR)


def clock_back(each: Counted) -> bool:
    return each.shifts(-HOUR)


EDGES: Final[Mapping[str, Callable[[Counted], bool]]] = {
    "weekend": weekend,
    "holiday": holiday,
    "month end": month_end,
    "leap day": leap_day,
    "year end": year_end,
    "clock forward": clock_forward,
    "clock back": clock_back,
}

#: Edges that cannot occur for a rule, and why.
IMPOSSIBLE: Final[Mapping[tuple[Rule, str], str]] = {
    (("end-of-year-plus-days", "days"), "holiday"): (
        "60 days after the year end on 1 March or 29 February, which are no federal holidays."
    ),
}


# --- what ships ----------------------------------------------------------------------------------


def limits(stage: Stage) -> Iterator[Limit | Every]:
    yield from stage.limits
    if stage.every is not None:
        yield stage.every


USED: Final = sorted(
    {
        (limit.counting, str(limit.period.unit))
        for policy in POLICIES.values()
        for duty in policy.duties
        for stage in duty.stages
        for limit in limits(stage)
    }
)


def stated() -> Iterator[Counted]:
    """Every clock whose legal end some shipped example states rightly."""
    for document in TESTS.values():
        known = covered(RELEASE, document.spec)
        for example in document.spec.examples:
            for name, expected in example.expected.duties.items():
                for stage in stages(*meant(name, known)):
                    wanted, now = expected.stages.get(stage.id), clock(example, name, stage)
                    if wanted is not None and isinstance(now, deadlines.Running):
                        yield from counted(now, wanted.legal)


def stages(key: Key) -> tuple[Stage, ...]:
    policy, duty = key
    (found,) = [each.stages for each in POLICIES[policy].duties if each.id == duty]
    return found


def counted(now: deadlines.Running, due: datetime | None) -> Iterator[Counted]:
    if due is None or due != now.legal_due:
        return
    value, _, unit = now.period.partition(" ")
    zone = ZoneInfo(now.zone)
    yield Counted(
        rule=(now.counting, unit.replace(" ", "_")),
        value=int(value),
        start=now.started_at.astimezone(zone),
        due=due.astimezone(zone),
        calendar=RELEASE.calendar(now.calendar.partition("@")[0] or None),
    )


def clock(
    example: Example, duty: str, stage: Stage
) -> deadlines.Running | deadlines.Waiting | deadlines.NotOwed:
    """The clock of the stage; of one that recurs, that of the report to be sent next."""
    facts, sent = facts_of(example), example.submitted.get(duty, {})
    starts = moments(facts) | {f"submitted:{name}": at[0] for name, at in sent.items()}
    now = deadlines.clock(stage, starts=starts, facts=facts, release=RELEASE)
    for at in sent.get(stage.id, ()) if stage.every else ():
        due = now.legal_due if isinstance(now, deadlines.Running) else None
        before = deadlines.Sent(at, due)
        now = deadlines.clock(stage, starts=starts, facts=facts, release=RELEASE, previous=before)
    return now


STATED: Final = list(stated())
CASES: Final = [(rule, edge) for rule in USED for edge in EDGES if (rule, edge) not in IMPOSSIBLE]


def at_edge(rule: Rule, edge: str) -> bool:
    return any(EDGES[edge](each) for each in STATED if each.rule == rule)


# --- the proof -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "edge"), CASES, ids=str)
def test_a_counting_rule_has_an_example_at_each_edge(rule: Rule, edge: str) -> None:
    assert at_edge(rule, edge)


@pytest.mark.parametrize(("rule", "edge"), IMPOSSIBLE, ids=str)
def test_an_edge_that_is_called_impossible_has_no_example(rule: Rule, edge: str) -> None:
    assert rule in USED
    assert not at_edge(rule, edge)


@pytest.mark.parametrize("year", range(2024, 2030))
def test_the_sixtieth_day_after_a_year_is_no_federal_holiday(year: int) -> None:
    assert not RELEASE.calendars["us-federal"].is_holiday(date(year, 12, 31) + 60 * DAY)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_a_month_leads_to_the_same_date_or_the_last(day: date, months: int, found: date) -> None:
    assert months_after(day, months) == found
