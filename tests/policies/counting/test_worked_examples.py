"""The examples that the description of the policy language works out, one for one."""

from datetime import datetime

import pytest

from policies.counting import Due, WorkingCalendar, count
from tests.policies.counting.calendars import BRUSSELS, EASTERN, local, period

# rule, calendar, start, period, conservative, legal; times are local, 24:00 ends a day
EXAMPLES: dict[str, tuple[str, WorkingCalendar, str, str, str, str]] = {
    "Sunday rolls to Monday, and two working days lie within": (
        *("eu-1182", BRUSSELS, "2026-12-11 15:00", "2 days"),
        *("2026-12-13 15:00", "2026-12-15 24:00"),
    ),
    "the hour of the event does not count": (
        *("eu-1182", BRUSSELS, "2026-11-24 14:20", "72 hours"),
        *("2026-11-27 14:20", "2026-11-27 15:00"),
    ),
    "February has no 31st, and its last day is a Sunday": (
        *("eu-1182", BRUSSELS, "2027-01-31 10:00", "1 months"),
        *("2027-02-28 10:00", "2027-03-01 24:00"),
    ),
    "Thanksgiving is no business day": (
        *("us-sec-business-days", EASTERN, "2026-11-20 12:00", "4 business_days"),
        *("2026-11-27 17:30", "2026-11-27 17:30"),
    ),
    "the clock goes forward within a day": (
        *("elapsed", BRUSSELS, "2027-03-27 20:00", "24 hours"),
        *("2027-03-28 21:00", "2027-03-28 21:00"),
    ),
}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_it_is_counted_as_worked_out(
    example: tuple[str, WorkingCalendar, str, str, str, str],
) -> None:
    rule, of, start, length, conservative, legal = example
    found = count(rule, start=local(start, of), period=period(length), calendar=of)
    assert found == Due(legal=local(legal, of), conservative=local(conservative, of))


@pytest.mark.parametrize(
    ("text", "of", "weekday"),
    [
        ("2026-12-11 15:00", BRUSSELS, "Fri"),
        ("2026-11-24 14:20", BRUSSELS, "Tue"),
        ("2027-01-31 10:00", BRUSSELS, "Sun"),
        ("2026-11-20 12:00", EASTERN, "Fri"),
        ("2027-03-27 20:00", BRUSSELS, "Sat"),
    ],
)
def test_the_days_of_the_week_are_those_of_the_examples(
    text: str, of: WorkingCalendar, weekday: str
) -> None:
    start: datetime = local(text, of).astimezone(of.zoneinfo)
    assert f"{start:%a}" == weekday
