from datetime import UTC, date, datetime

import pytest

from governance.errors import Invalid
from incidents.figures.period import Period
from incidents.figures.trend import trend
from tests import factory

pytestmark = pytest.mark.django_db


def day(*given: int) -> datetime:
    return datetime(*given, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_months_without_incidents_are_there_too() -> None:
    found = trend(Period(day(2026, 1, 15), day(2026, 4, 1)), "month")
    assert [each.began for each in found] == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]


def test_weeks_begin_on_mondays() -> None:
    found = trend(Period(day(2026, 11, 25), day(2026, 12, 1)), "week")
    assert [each.began for each in found] == [date(2026, 11, 23), date(2026, 11, 30)]


def test_incidents_are_counted_by_severity_in_the_month_in_utc() -> None:
    factory.install()
    for at in (day(2026, 10, 31, 23, 59), day(2026, 11, 1), day(2026, 11, 30, 23)):
        incident = factory.submit(factory.report(), at=at)
    found = trend(Period(day(2026, 10, 1), day(2026, 12, 1)), "month")
    assert [dict(each.incidents) for each in found] == [
        {incident.severity: 1},
        {incident.severity: 2},
    ]


def test_more_steps_than_anybody_can_read_are_refused() -> None:
    with pytest.raises(Invalid, match="520 weeks"):
        trend(Period(day(2000, 1, 1), day(2026, 1, 1)), "week")


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid, match="before"):
        Period(day(2026, 1, 2), day(2026, 1, 2))
