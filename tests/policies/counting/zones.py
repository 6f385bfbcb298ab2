"""Starts and calendars where counting goes wrong: the hours at which clocks change, days that lack
midnight or have it twice, and the ends of months and years."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from policies.counting import RULES, Due, Period, WorkingCalendar, count

FIRST, LAST = date(2023, 1, 1), date(2032, 12, 31)
#: In some the clock goes forward over midnight (Cairo, Beirut, Santiago), in some back over it, so
#: that midnight comes twice (Havana, the Azores) or the last hour of a day does (Beirut, Santiago).
ZONES: Final = (
    *("UTC", "Europe/Brussels", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("Africa/Cairo", "America/St_Johns", "Pacific/Apia", "Pacific/Chatham"),
    *("America/Havana", "Atlantic/Azores", "Asia/Beirut", "America/Santiago"),
)


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterable[datetime]:
    """Each instant, to the hour, at which the zone's offset changes."""
    step, at = timedelta(hours=1), first
    while at < last:
        if at.astimezone(zone).utcoffset() != (at + step).astimezone(zone).utcoffset():
            yield at + step
        at += step


#: The clock changes of a year and a half, in every zone.
CHANGES: Final = tuple(
    (name, instant)
    for name in ZONES
    for instant in _changes(
        ZoneInfo(name), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)
    )
)
EDGES: Final = (
    *(instant for _, instant in CHANGES),
    datetime(2028, 2, 29, tzinfo=UTC),
    datetime(2026, 12, 31, 23, tzinfo=UTC),
    datetime(2027, 1, 31, 12, tzinfo=UTC),
)
NEAR: Final = st.timedeltas(timedelta(hours=-4), timedelta(hours=4))
STARTS: Final = st.one_of(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.builds(lambda edge, shift: edge + shift, st.sampled_from(EDGES), NEAR),
)
DAYS: Final = st.dates(date(2025, 1, 1), date(2030, 1, 1))
HOLIDAYS: Final = st.frozensets(DAYS, max_size=40)
WEEKENDS: Final = st.sampled_from(
    [frozenset({5, 6}), frozenset({4, 5}), frozenset({6}), frozenset()]
)


def calendars(*zones: str) -> st.SearchStrategy[WorkingCalendar]:
    return st.builds(
        WorkingCalendar,
        name=st.just("any"),
        version=st.just("1.0.0"),
        zone=st.sampled_from(zones),
        weekend=WEEKENDS,
        holidays=HOLIDAYS,
        first=st.just(FIRST),
        last=st.just(LAST),
    )


CALENDARS: Final = calendars(*ZONES)
COUNTABLE: Final = tuple(
    (name, unit) for name, rule in RULES.items() for unit in sorted(rule.units)
)
#: A limit on a Sunday is due on Monday at noon, later than one that falls on Monday morning.
IN_ORDER: Final = tuple(pair for pair in COUNTABLE if pair[0] != "dora-5-4")
#: The rules and units whose periods end with a day.
BY_DAY: Final = tuple(
    (name, unit)
    for name, unit in COUNTABLE
    if unit != "hours" and name not in {"elapsed", "dora-5-4", "us-sec-business-days"}
)
VALUES: Final = st.integers(1, 15)
Case = tuple[str, str]


def due(case: Case, value: int, start: datetime, calendar: WorkingCalendar) -> Due:
    rule, unit = case
    return count(rule, start=start, period=Period.parse({unit: value}), calendar=calendar)
