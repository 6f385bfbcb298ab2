"""What holds for every start, period and calendar."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policies.counting import RULES, Due, Period, WorkingCalendar, count

FIRST, LAST = date(2023, 1, 1), date(2032, 12, 31)
ZONES = [
    *("UTC", "Europe/Brussels", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("Africa/Cairo", "America/St_Johns", "Pacific/Apia"),
]
# Around the hours at which clocks change, months end and years end, where counting goes wrong.
EDGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2027, 3, 14, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
    datetime(2026, 12, 31, 23, tzinfo=UTC),
    datetime(2027, 1, 31, 12, tzinfo=UTC),
]
STARTS = st.one_of(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)).map(  # noqa: DTZ001
        lambda naive: naive.replace(tzinfo=UTC)
    ),
    st.builds(
        lambda edge, shift: edge + shift,
        st.sampled_from(EDGES),
        st.timedeltas(timedelta(hours=-4), timedelta(hours=4)),
    ),
)
HOLIDAYS = st.frozensets(st.dates(date(2025, 1, 1), date(2030, 1, 1)), max_size=40)
CALENDARS = st.builds(
    WorkingCalendar,
    name=st.just("any"),
    version=st.just("1.0.0"),
    zone=st.sampled_from(ZONES),
    weekend=st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset({6}), frozenset()]),
    holidays=HOLIDAYS,
    first=st.just(FIRST),
    last=st.just(LAST),
)
COUNTABLE = [(name, unit) for name, rule in RULES.items() for unit in sorted(rule.units)]
# A limit on a Sunday is due on Monday at noon, later than one that falls on Monday morning.
IN_ORDER = [(name, unit) for name, unit in COUNTABLE if name != "dora-5-4"]
VALUES = st.integers(1, 15)


def due(case: tuple[str, str], value: int, start: datetime, calendar: WorkingCalendar) -> Due:
    rule, unit = case
    return count(rule, start=start, period=Period.parse({unit: value}), calendar=calendar)


@given(st.sampled_from(COUNTABLE), VALUES, STARTS, CALENDARS)
@settings(deadline=None, max_examples=400)
def test_nothing_is_due_before_it_starts(
    case: tuple[str, str], value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    assert start < due(case, value, start, calendar).conservative


@given(st.sampled_from(COUNTABLE), VALUES, STARTS, CALENDARS)
@settings(deadline=None, max_examples=400)
def test_the_conservative_due_time_is_never_the_later_one(
    case: tuple[str, str], value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    found = due(case, value, start, calendar)
    assert found.conservative <= found.legal


@given(st.sampled_from(IN_ORDER), VALUES, STARTS, STARTS, CALENDARS)
@settings(deadline=None, max_examples=400)
def test_a_later_start_is_never_due_earlier(
    case: tuple[str, str],
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
    case: tuple[str, str], value: int, start: datetime, calendar: WorkingCalendar
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
    case: tuple[str, str], value: int, start: datetime, calendar: WorkingCalendar
) -> None:
    assert due(case, value, start, calendar) == due(case, value, start, calendar)
