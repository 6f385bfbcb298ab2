"""What cannot be counted is refused with a reason."""

from datetime import UTC, date, datetime

import pytest

from policies.counting import RULES, UNITS, CountingError, Period, Unit, WorkingCalendar, count
from tests.policies.counting.calendars import BRUSSELS, UTC_ONLY, local, period

START = local("2026-11-24 10:00", BRUSSELS)
KNOWN = [(name, unit) for name in RULES for unit in UNITS if unit in RULES[name].units]
FOREIGN = [(name, unit) for name in RULES for unit in UNITS if unit not in RULES[name].units]


@pytest.mark.parametrize(("rule", "unit"), FOREIGN)
def test_a_rule_refuses_units_that_it_does_not_know(rule: str, unit: Unit) -> None:
    with pytest.raises(CountingError, match=f"not {unit}"):
        count(rule, start=START, period=Period(unit, 1), calendar=BRUSSELS)


@pytest.mark.parametrize(("rule", "unit"), KNOWN)
def test_a_naive_start_is_refused(rule: str, unit: Unit) -> None:
    with pytest.raises(CountingError, match="no time zone"):
        count(rule, start=START.replace(tzinfo=None), period=Period(unit, 1), calendar=BRUSSELS)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(CountingError, match="no counting rule 'lunar'"):
        count("lunar", start=START, period=period("1 days"), calendar=BRUSSELS)


@pytest.mark.parametrize(("rule", "unit"), KNOWN)
def test_a_count_beyond_all_dates_is_refused(rule: str, unit: Unit) -> None:
    boundless = WorkingCalendar(
        "boundless", "1.0.0", "UTC", frozenset(), frozenset(), date.min, date.max
    )
    near_the_end = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    with pytest.raises(CountingError, match="reaches no date"):
        count(rule, start=near_the_end, period=Period(unit, 1), calendar=boundless)


@pytest.mark.parametrize("unit", ["hours", "days", "weeks", "months"])
def test_an_absurd_period_is_refused(unit: Unit) -> None:
    with pytest.raises(CountingError):
        count("eu-1182", start=START, period=Period(unit, 10**18), calendar=BRUSSELS)


@pytest.mark.parametrize(
    ("rule", "length", "start"),
    [
        ("eu-1182", "10 days", "2030-12-25 10:00"),
        ("eu-1182", "1 days", "2023-12-30 10:00"),
        ("eu-1182", "1 months", "2030-12-10 10:00"),
        ("dora-5-4", "72 hours", "2030-12-30 10:00"),
        ("us-sec-business-days", "4 business_days", "2030-12-30 10:00"),
        ("us-fda-work-days", "5 work_days", "2030-12-30 10:00"),
        ("business-days", "2 business_days", "2030-12-30 10:00"),
    ],
)
def test_a_count_that_leaves_the_calendar_is_refused(rule: str, length: str, start: str) -> None:
    with pytest.raises(CountingError, match="covers 2024-01-01 to 2030-12-31"):
        count(rule, start=local(start, BRUSSELS), period=period(length), calendar=BRUSSELS)


@pytest.mark.parametrize(
    ("rule", "unit"),
    [(name, unit) for name, unit in KNOWN if unit not in RULES[name].holiday_units],
)
def test_a_count_without_holidays_needs_no_coverage(rule: str, unit: Unit) -> None:
    start = datetime(2040, 1, 1, tzinfo=UTC)
    assert count(rule, start=start, period=Period(unit, 3), calendar=UTC_ONLY).legal > start


@pytest.mark.parametrize(
    ("rule", "length", "needed"),
    [("eu-1182", "72 hours", False), ("eu-1182", "2 days", True), ("dora-5-4", "4 hours", True)],
)
def test_a_rule_says_whether_it_needs_holidays(rule: str, length: str, *, needed: bool) -> None:
    assert RULES[rule].needs_holidays(period(length)) is needed


def test_a_calendar_without_working_days_is_no_endless_loop() -> None:
    idle = WorkingCalendar(
        "idle", "1.0.0", "UTC", frozenset(range(7)), frozenset(), date(2026, 1, 1), date(2027, 1, 1)
    )
    with pytest.raises(CountingError, match="covers"):
        count("business-days", start=START, period=period("1 business_days"), calendar=idle)


@pytest.mark.parametrize("value", [0, -1, True, 1.5, "2"])
def test_a_period_is_a_whole_number_of_at_least_one(value: int) -> None:
    with pytest.raises(CountingError, match="at least 1"):
        Period("days", value)


def test_a_period_refuses_units_that_no_rule_knows() -> None:
    with pytest.raises(CountingError, match="no unit 'fortnights'"):
        Period("fortnights", 1)  # type: ignore[arg-type]


def test_a_period_is_read_from_a_limit() -> None:
    assert Period.parse({"from": "aware", "days": 10}) == Period("days", 10)


@pytest.mark.parametrize("limit", [{}, {"days": 1, "hours": 2}, {"days": "two"}, {"days": None}])
def test_a_limit_names_exactly_one_whole_number(limit: dict[str, object]) -> None:
    with pytest.raises(CountingError):
        Period.parse(limit)


def test_working_days_do_not_elapse() -> None:
    with pytest.raises(CountingError, match="not measured in work_days"):
        Period("work_days", 1).after(START, BRUSSELS.zoneinfo)
