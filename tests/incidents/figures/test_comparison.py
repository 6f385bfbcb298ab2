from datetime import timedelta
from typing import Final

import pytest

from governance.access.rules import Reach
from incidents import flow
from incidents.figures.comparison import Compared, compared
from incidents.figures.deadlines import deadlines
from incidents.figures.period import Grouping, Period
from incidents.figures.times import times
from tests import factory
from tests.factory import AT, HOUR, MINUTE

pytestmark = pytest.mark.django_db
WEEK: Final = timedelta(days=7)
#: The week before it begins at AT.
PERIOD: Final = Period(AT + WEEK, AT + 2 * WEEK)


@pytest.fixture(autouse=True)
def _house() -> None:
    factory.install()


def acknowledged(reported: timedelta, after: timedelta) -> None:
    incident = factory.submit(factory.breach(), at=AT + reported)
    flow.acknowledge(incident, by=factory.PERSON, at=AT + reported + after)


def figure(title: str) -> Compared:
    return next(each for each in beside(PERIOD) if each.title == title)


def beside(period: Period) -> list[Compared]:
    at, whole = AT + 2 * WEEK, Grouping("")
    both = [(times(each, whole), deadlines(each, at=at)) for each in (period, period.before)]
    (found, met), (before, met_before) = both
    return compared(found, met, before, met_before)


def test_the_period_before_is_as_long_and_ends_where_this_one_begins() -> None:
    assert PERIOD.before == Period(AT, AT + WEEK)


def test_the_period_before_counts_no_more_systems_than_this_one() -> None:
    factory.submit(factory.breach(), at=AT + HOUR)
    seen = Period(PERIOD.since, PERIOD.until, Reach(systems=frozenset({"chat-bot"})))
    assert seen.before.reach == seen.reach
    assert next(iter(beside(seen))).then == "0"


def test_more_incidents_are_told_and_not_judged() -> None:
    for reported in (HOUR, WEEK + HOUR, WEEK + 2 * HOUR):
        factory.submit(factory.breach(), at=AT + reported)
    found = figure("Incidents")
    assert (found.now, found.then, found.trend) == ("2", "1", "other")
    assert found.said == "1 more than before"


def test_being_faster_is_better() -> None:
    acknowledged(HOUR, 90 * MINUTE)
    acknowledged(WEEK + HOUR, 30 * MINUTE)
    found = figure("Acknowledged, median")
    assert (found.now, found.then, found.trend) == ("30 min", "90 min", "better")
    assert found.said == "60 min faster than before"


def test_a_smaller_share_in_time_is_worse() -> None:
    early = factory.submit(factory.breach(), at=AT + HOUR)
    for stage in early.clocks.all():
        if stage.state == "running":
            factory.fulfil(stage, AT + 2 * HOUR, AT + 3 * HOUR)
    factory.submit(factory.breach(AT + WEEK), at=AT + WEEK + HOUR)
    found = figure("Duties met in time")
    assert (found.now, found.trend) == ("0 %", "worse")


def test_with_nothing_before_there_is_nothing_to_compare() -> None:
    acknowledged(WEEK + HOUR, MINUTE)
    assert figure("Acknowledged, median").trend == "unknown"
