"""What holds for every start, period and calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policies.counting import Due, WorkingCalendar
from tests.policies.counting.zones import (
    BY_DAY,
    CALENDARS,
    CHANGES,
    COUNTABLE,
    DAYS,
    IN_ORDER,
    NEAR,
    STARTS,
    VALUES,
    ZONES,
    Case,
    calendars,
    due,
)

INSTANT = timedelta(microseconds=1)


@given(st.sampled_from(COUNTABLE), VALUES, STARTS, CALENDARS)
@settings(deadline=None, max_examples=400)
def test_nothing_is_due_before_it_starts(
    case: Case, value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    assert start < due(case, value, start, calendar).conservative


@given(st.sampled_from(COUNTABLE), VALUES, STARTS, CALENDARS)
@settings(deadline=None, max_examples=400)
def test_the_conservative_due_time_is_never_the_later_one(
    case: Case, value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    found = due(case, value, start, calendar)
    assert found.conservative <= found.legal


@given(st.sampled_from(IN_ORDER), VALUES, STARTS, STARTS, CALENDARS)
@settings(deadline=None, max_examples=400)
def test_a_later_start_is_never_due_earlier(
    case: Case,
    value: int,
    start: datetime,
    other: datetime,
    calendar: WorkingCalendar,
) -> None:
    earlier, later = sorted((start, other))
    assert due(case, value, earlier, calendar).legal <= due(case, value, later, calendar).legal


@given(st.sampled_from(IN_ORDER), VALUES, STARTS, CALENDARS)
@settings(deadline=None, max_examples=400)
def test_a_longer_period_is_never_due_earlier(
    case: Case, value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    shorter, longer = (due(case, each, start, calendar).legal for each in (value, value + 1))
    assert shorter <= longer


@given(st.sampled_from(["days", "weeks", "months"]), VALUES, STARTS, CALENDARS)
@settings(deadline=None)
def test_rolling_never_leads_to_an_earlier_time(
    unit: str, value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    rolled = due(("eu-1182", unit), value, start, calendar).legal
    assert rolled >= due(("calendar-days", unit), value, start, calendar).legal


@given(st.sampled_from(["days", "weeks", "months"]), VALUES, STARTS, CALENDARS)
@settings(deadline=None)
def test_union_periods_in_days_end_with_a_working_day(
    unit: str, value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    end = due(("eu-1182", unit), value, start, calendar).legal
    assert calendar.is_working(calendar.local_date(end - timedelta(microseconds=1)))


@given(st.integers(2, 15), STARTS, CALENDARS)
@settings(deadline=None)
def test_union_periods_of_two_days_or_more_hold_two_working_days(
    value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    end = due(("eu-1182", "days"), value, start, calendar).legal
    day, last = calendar.local_date(start), calendar.local_date(end - timedelta(microseconds=1))
    inside = (day + timedelta(days=n) for n in range(1, (last - day).days + 1))
    assert sum(calendar.is_working(each) for each in inside) >= 2


@given(VALUES, STARTS, CALENDARS)
@settings(deadline=None)
def test_union_hours_add_less_than_an_hour_and_at_least_something(
    value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    assume(start.microsecond == 0)
    added = due(("eu-1182", "hours"), value, start, calendar).legal - start
    assert timedelta(0) < added - timedelta(hours=value) <= timedelta(hours=1)


@given(st.sampled_from(["hours", "months"]), VALUES, STARTS, CALENDARS)
@settings(deadline=None)
def test_dora_limits_fall_on_working_days(
    unit: str, value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    end = due(("dora-5-4", unit), value, start, calendar).legal
    assert calendar.is_working(calendar.local_date(end - timedelta(microseconds=1)))


@given(VALUES, STARTS, CALENDARS)
@settings(deadline=None)
def test_elapsed_time_knows_no_clock_changes(
    value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    found = due(("elapsed", "hours"), value, start, calendar)
    assert found == Due(start + timedelta(hours=value), start + timedelta(hours=value))


@given(st.sampled_from(COUNTABLE), VALUES, STARTS, CALENDARS)
@settings(deadline=None)
def test_counting_twice_gives_the_same(
    case: Case, value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    assert due(case, value, start, calendar) == due(case, value, start, calendar)


# --- the order of starts and dates ---------------------------------------------------------------


@given(
    st.sampled_from([each for each in IN_ORDER if each[1] != "months"]),
    VALUES,
    STARTS,
    STARTS,
    CALENDARS,
)
@settings(deadline=None, max_examples=400)
def test_a_later_start_never_brings_the_time_to_work_to_forward(
    case: Case, value: int, start: datetime, other: datetime, calendar: WorkingCalendar
) -> None:
    first, second = (due(case, value, each, calendar) for each in sorted((start, other)))
    assert first.conservative <= second.conservative


@given(
    st.sampled_from([each for each in IN_ORDER if each[1] == "months"]),
    VALUES,
    STARTS,
    STARTS,
    CALENDARS,
)
@settings(deadline=None, max_examples=400)
def test_months_that_begin_on_a_later_day_never_end_on_an_earlier_one(
    case: Case, value: int, start: datetime, other: datetime, calendar: WorkingCalendar
) -> None:
    # Within that day they may: from the 30th at 11:00 and the 31st at 10:00, February's last day
    # is reached at those hours.
    found = [due(case, value, each, calendar).conservative for each in sorted((start, other))]
    first, second = (calendar.local_date(each) for each in found)
    assert first <= second


# --- rolling -------------------------------------------------------------------------------------


@given(VALUES, STARTS, CALENDARS)
@settings(deadline=None)
def test_relief_under_dora_never_leads_to_an_earlier_time_than_the_hours(
    value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    plain = due(("elapsed", "hours"), value, start, calendar).legal
    assert due(("dora-5-4", "hours"), value, start, calendar).legal >= plain


@given(VALUES, STARTS, CALENDARS)
@settings(deadline=None)
def test_relief_under_dora_never_leads_to_an_earlier_time_than_the_months(
    value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    plain = due(("calendar-days", "months"), value, start, calendar).legal
    assert due(("dora-5-4", "months"), value, start, calendar).legal >= plain


@given(st.sampled_from(COUNTABLE), VALUES, STARTS, CALENDARS, st.frozensets(DAYS, max_size=20))
@settings(deadline=None, max_examples=400)
def test_more_holidays_only_ever_move_a_date_later(
    case: Case,
    value: int,
    start: datetime,
    calendar: WorkingCalendar,
    more: frozenset[date],
) -> None:
    few = due(case, value, start, calendar)
    many = due(case, value, start, replace(calendar, holidays=calendar.holidays | more))
    assert few.legal <= many.legal
    assert few.conservative <= many.conservative


@given(st.sampled_from(COUNTABLE), VALUES, STARTS, CALENDARS, st.integers(0, 40))
@settings(deadline=None, max_examples=400)
def test_a_holiday_among_the_next_days_only_ever_moves_a_date_later(
    case: Case, value: int, start: datetime, calendar: WorkingCalendar, days: int
) -> None:
    holiday = calendar.local_date(start) + timedelta(days=days)
    few = due(case, value, start, calendar)
    many = due(case, value, start, replace(calendar, holidays=calendar.holidays | {holiday}))
    assert few.legal <= many.legal


@given(
    st.sampled_from([each for each in COUNTABLE if each[1] in {"business_days", "work_days"}]),
    VALUES,
    STARTS,
    CALENDARS,
)
@settings(deadline=None)
def test_working_days_never_end_before_as_many_days(
    case: Case, value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    zone = "America/New_York" if case[0] == "us-sec-business-days" else calendar.zone
    there = replace(calendar, zone=zone)
    end = due(case, value, start, calendar).legal
    assert there.local_date(end - INSTANT) >= there.local_date(start) + timedelta(days=value)


# --- zones and clock changes ---------------------------------------------------------------------


@given(st.sampled_from(COUNTABLE), VALUES, STARTS, CALENDARS, st.sampled_from(ZONES))
@settings(deadline=None, max_examples=400)
def test_the_zone_in_which_a_start_is_written_makes_no_difference(
    case: Case, value: int, start: datetime, calendar: WorkingCalendar, zone: str
) -> None:
    there = start.astimezone(ZoneInfo(zone))
    assert due(case, value, there, calendar) == due(case, value, start, calendar)


@given(
    st.sampled_from(COUNTABLE),
    VALUES,
    st.sampled_from(CHANGES),
    NEAR,
    st.integers(0, 1),
    st.data(),
)
@settings(deadline=None, max_examples=400)
def test_a_start_by_a_wall_clock_that_was_never_shown_is_the_instant_it_stands_for(
    case: Case,
    value: int,
    change: tuple[str, datetime],
    near: timedelta,
    fold: int,
    data: st.DataObject,
) -> None:
    # Arithmetic on the wall clock reaches hours that the zone skips or repeats.
    name, instant = change
    wall = (instant.astimezone(ZoneInfo(name)) + near).replace(fold=fold)
    calendar = data.draw(calendars(name))
    assert due(case, value, wall, calendar) == due(case, value, wall.astimezone(UTC), calendar)


@given(
    st.sampled_from(["hours", "days", "weeks"]), VALUES, st.sampled_from(CHANGES), NEAR, st.data()
)
@settings(deadline=None)
def test_elapsed_time_is_exact_across_spring_and_autumn(
    unit: str, value: int, change: tuple[str, datetime], near: timedelta, data: st.DataObject
) -> None:
    name, instant = change
    length = {"hours": timedelta(hours=1), "days": timedelta(1), "weeks": timedelta(7)}[unit]
    start = instant + near - value * length  # so that the change lies within, or just outside
    calendar = data.draw(calendars(name))
    end = instant + near
    assert due(("elapsed", unit), value, start, calendar) == Due(end, end)


@given(st.sampled_from(BY_DAY), VALUES, STARTS, CALENDARS)
@settings(deadline=None, max_examples=600)
def test_a_period_that_ends_with_a_day_ends_as_the_local_day_does(
    case: Case, value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    end = due(case, value, start, calendar).legal
    before, after = calendar.local_date(end - INSTANT), calendar.local_date(end)
    assert after > before


@given(st.sampled_from(CHANGES), st.integers(1, 3), st.data())
@settings(deadline=None, max_examples=400)
def test_a_day_without_midnight_or_with_two_ends_when_the_next_one_first_begins(
    change: tuple[str, datetime], value: int, data: st.DataObject
) -> None:
    name, instant = change
    calendar = data.draw(calendars(name))
    last = calendar.local_date(instant) - timedelta(days=data.draw(st.integers(0, 1)))
    start = calendar.end_of(last - timedelta(days=value)) - timedelta(hours=1)
    end = due(("calendar-days", "days"), value, start, calendar).legal
    hours = [end + timedelta(minutes=15 * n) for n in range(-12, 13)]
    assert all((calendar.local_date(each) > last) == (each >= end) for each in hours)


@given(VALUES, STARTS, CALENDARS)
@settings(deadline=None)
def test_union_hours_end_with_a_full_hour_of_elapsed_time(
    value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    # The clock may change within them: an hour is sixty minutes all the same.
    first, second = (
        due(("eu-1182", "hours"), each, start, calendar).legal for each in (value, value + 1)
    )
    assert second - first == timedelta(hours=1)


@given(VALUES, STARTS, CALENDARS)
@settings(deadline=None)
def test_the_commission_closes_at_half_past_five_in_the_east(
    value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    end = due(("us-sec-business-days", "business_days"), value, start, calendar).legal
    there = end.astimezone(ZoneInfo("America/New_York"))
    assert (there.hour, there.minute, there.second) == (17, 30, 0)
