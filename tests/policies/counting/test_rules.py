"""Worked examples of every counting rule; times are local to the calendar."""

import pytest

from policies.counting import RULES, WorkingCalendar, count
from tests.policies.counting.calendars import (
    BRUSSELS,
    EASTERN,
    INSTITUTIONS,
    UTC_ONLY,
    calendar,
    local,
    period,
)

LISBON = calendar("Europe/Lisbon")
CAIRO = calendar("Africa/Cairo", weekend=frozenset({4, 5}))
KOLKATA = calendar("Asia/Kolkata")
SAO_PAULO = calendar("America/Sao_Paulo")

# rule, calendar, start, period, conservative (None: as legal), legal
Example = tuple[str, WorkingCalendar, str, str, str | None, str]

EXAMPLES: list[Example] = [
    # --- elapsed
    ("elapsed", BRUSSELS, "2027-03-27 20:00", "24 hours", None, "2027-03-28 21:00"),
    ("elapsed", BRUSSELS, "2026-10-24 20:00", "24 hours", None, "2026-10-25 19:00"),
    ("elapsed", BRUSSELS, "2026-12-24 18:15:30", "72 hours", None, "2026-12-27 18:15:30"),
    ("elapsed", UTC_ONLY, "2028-02-28 12:00", "2 days", None, "2028-03-01 12:00"),
    ("elapsed", UTC_ONLY, "2026-12-31 23:59", "4 weeks", None, "2027-01-28 23:59"),
    # --- eu-1182, hours
    ("eu-1182", BRUSSELS, "2026-11-24 14:20", "72 hours", "2026-11-27 14:20", "2026-11-27 15:00"),
    ("eu-1182", BRUSSELS, "2026-11-24 14:00", "72 hours", "2026-11-27 14:00", "2026-11-27 15:00"),
    (
        "eu-1182",
        BRUSSELS,
        "2026-11-26 14:59:59",
        "72 hours",
        "2026-11-29 14:59:59",
        "2026-11-29 15:00",
    ),
    ("eu-1182", BRUSSELS, "2027-03-27 20:30", "24 hours", "2027-03-28 21:30", "2027-03-28 22:00"),
    ("eu-1182", BRUSSELS, "2026-10-24 20:30", "24 hours", "2026-10-25 19:30", "2026-10-25 20:00"),
    ("eu-1182", KOLKATA, "2026-11-24 14:20", "4 hours", "2026-11-24 18:20", "2026-11-24 19:00"),
    # --- eu-1182, days
    ("eu-1182", BRUSSELS, "2026-12-11 15:00", "2 days", "2026-12-13 15:00", "2026-12-15 24:00"),
    ("eu-1182", BRUSSELS, "2026-12-07 09:00", "2 days", "2026-12-09 09:00", "2026-12-09 24:00"),
    ("eu-1182", BRUSSELS, "2026-12-10 09:00", "2 days", "2026-12-12 09:00", "2026-12-14 24:00"),
    ("eu-1182", BRUSSELS, "2026-12-11 15:00", "1 days", "2026-12-12 15:00", "2026-12-14 24:00"),
    ("eu-1182", BRUSSELS, "2026-12-11 15:00", "10 days", "2026-12-21 15:00", "2026-12-21 24:00"),
    ("eu-1182", BRUSSELS, "2026-12-10 00:00", "15 days", "2026-12-25 00:00", "2026-12-28 24:00"),
    ("eu-1182", BRUSSELS, "2026-12-31 23:59", "2 days", "2027-01-02 23:59", "2027-01-05 24:00"),
    ("eu-1182", BRUSSELS, "2026-12-23 10:00", "3 days", "2026-12-26 10:00", "2026-12-28 24:00"),
    ("eu-1182", INSTITUTIONS, "2026-12-23 10:00", "3 days", "2026-12-26 10:00", "2027-01-05 24:00"),
    # --- eu-1182, weeks
    ("eu-1182", BRUSSELS, "2026-11-24 10:00", "1 weeks", "2026-12-01 10:00", "2026-12-01 24:00"),
    ("eu-1182", BRUSSELS, "2026-11-28 10:00", "1 weeks", "2026-12-05 10:00", "2026-12-07 24:00"),
    (
        "eu-1182",
        INSTITUTIONS,
        "2026-12-23 10:00",
        "1 weeks",
        "2026-12-30 10:00",
        "2027-01-05 24:00",
    ),
    # --- eu-1182, months
    ("eu-1182", BRUSSELS, "2027-01-31 10:00", "1 months", "2027-02-28 10:00", "2027-03-01 24:00"),
    ("eu-1182", BRUSSELS, "2028-01-31 10:00", "1 months", "2028-02-29 10:00", "2028-02-29 24:00"),
    ("eu-1182", BRUSSELS, "2028-02-29 10:00", "12 months", "2029-02-28 10:00", "2029-02-28 24:00"),
    ("eu-1182", BRUSSELS, "2026-11-25 10:00", "1 months", "2026-12-25 10:00", "2026-12-28 24:00"),
    ("eu-1182", BRUSSELS, "2026-12-02 10:00", "1 months", "2027-01-02 10:00", "2027-01-04 24:00"),
    ("eu-1182", BRUSSELS, "2027-02-28 02:30", "1 months", "2027-03-28 03:30", "2027-03-30 24:00"),
    # --- dora-5-4
    ("dora-5-4", BRUSSELS, "2026-11-24 14:20", "4 hours", None, "2026-11-24 18:20"),
    ("dora-5-4", BRUSSELS, "2026-11-27 22:00", "4 hours", "2026-11-28 02:00", "2026-11-30 12:00"),
    ("dora-5-4", BRUSSELS, "2026-11-27 20:00", "4 hours", None, "2026-11-27 24:00"),
    ("dora-5-4", BRUSSELS, "2026-11-29 20:00", "4 hours", "2026-11-29 24:00", "2026-11-30 12:00"),
    ("dora-5-4", BRUSSELS, "2026-11-29 20:01", "4 hours", None, "2026-11-30 00:01"),
    ("dora-5-4", BRUSSELS, "2026-12-22 10:00", "72 hours", "2026-12-25 10:00", "2026-12-28 12:00"),
    ("dora-5-4", BRUSSELS, "2026-11-24 10:00", "1 months", "2026-12-24 10:00", "2026-12-24 24:00"),
    ("dora-5-4", BRUSSELS, "2026-11-25 10:00", "1 months", "2026-12-25 10:00", "2026-12-28 12:00"),
    # --- us-sec-business-days
    (
        "us-sec-business-days",
        EASTERN,
        "2026-11-20 09:00",
        "4 business_days",
        None,
        "2026-11-27 17:30",
    ),
    (
        "us-sec-business-days",
        EASTERN,
        "2026-11-20 23:59",
        "4 business_days",
        None,
        "2026-11-27 17:30",
    ),
    (
        "us-sec-business-days",
        EASTERN,
        "2026-11-21 09:00",
        "4 business_days",
        None,
        "2026-11-27 17:30",
    ),
    (
        "us-sec-business-days",
        EASTERN,
        "2026-11-23 09:00",
        "4 business_days",
        None,
        "2026-11-30 17:30",
    ),
    (
        "us-sec-business-days",
        EASTERN,
        "2026-11-26 09:00",
        "4 business_days",
        None,
        "2026-12-02 17:30",
    ),
    (
        "us-sec-business-days",
        EASTERN,
        "2026-12-30 09:00",
        "4 business_days",
        None,
        "2027-01-06 17:30",
    ),
    (
        "us-sec-business-days",
        EASTERN,
        "2027-03-11 09:00",
        "2 business_days",
        None,
        "2027-03-15 17:30",
    ),
    # --- us-fda-work-days
    ("us-fda-work-days", EASTERN, "2026-11-20 09:00", "5 work_days", None, "2026-11-30 24:00"),
    ("us-fda-work-days", EASTERN, "2026-11-21 09:00", "5 work_days", None, "2026-11-30 24:00"),
    ("us-fda-work-days", EASTERN, "2026-10-30 09:00", "10 work_days", None, "2026-11-16 24:00"),
    ("us-fda-work-days", CAIRO, "2026-11-19 09:00", "2 work_days", None, "2026-11-23 24:00"),
    # --- calendar-days
    (
        "calendar-days",
        EASTERN,
        "2026-11-20 09:00",
        "30 days",
        "2026-12-20 09:00",
        "2026-12-20 24:00",
    ),
    (
        "calendar-days",
        EASTERN,
        "2026-12-20 09:00",
        "60 days",
        "2027-02-18 09:00",
        "2027-02-18 24:00",
    ),
    (
        "calendar-days",
        EASTERN,
        "2026-10-31 09:00",
        "1 days",
        "2026-11-01 08:00",
        "2026-11-01 24:00",
    ),
    (
        "calendar-days",
        EASTERN,
        "2027-03-13 09:00",
        "1 days",
        "2027-03-14 10:00",
        "2027-03-14 24:00",
    ),
    ("calendar-days", EASTERN, "2027-03-13 23:30", "1 days", None, "2027-03-14 24:00"),
    (
        "calendar-days",
        EASTERN,
        "2028-02-28 09:00",
        "1 days",
        "2028-02-29 09:00",
        "2028-02-29 24:00",
    ),
    (
        "calendar-days",
        EASTERN,
        "2026-08-31 09:00",
        "1 months",
        "2026-09-30 09:00",
        "2026-09-30 24:00",
    ),
    (
        "calendar-days",
        EASTERN,
        "2026-11-20 09:00",
        "2 weeks",
        "2026-12-04 09:00",
        "2026-12-04 24:00",
    ),
    # --- business-days
    ("business-days", BRUSSELS, "2026-12-23 10:00", "2 business_days", None, "2026-12-28 24:00"),
    ("business-days", BRUSSELS, "2026-12-26 10:00", "1 business_days", None, "2026-12-28 24:00"),
    ("business-days", CAIRO, "2026-11-19 09:00", "1 business_days", None, "2026-11-22 24:00"),
    # --- end-of-year-plus-days
    ("end-of-year-plus-days", EASTERN, "2026-05-01 09:00", "60 days", None, "2027-03-01 24:00"),
    ("end-of-year-plus-days", EASTERN, "2026-12-31 23:59", "60 days", None, "2027-03-01 24:00"),
    ("end-of-year-plus-days", EASTERN, "2027-01-01 00:00", "60 days", None, "2028-02-29 24:00"),
    # --- day-of-following-month
    ("day-of-following-month", EASTERN, "2026-11-01 09:00", "15 days", None, "2026-12-15 24:00"),
    ("day-of-following-month", EASTERN, "2026-12-31 23:59", "15 days", None, "2027-01-15 24:00"),
    ("day-of-following-month", EASTERN, "2027-01-20 09:00", "31 days", None, "2027-02-28 24:00"),
    ("day-of-following-month", EASTERN, "2026-01-31 09:00", "1 days", None, "2026-02-01 24:00"),
]


@pytest.mark.parametrize(("rule", "of", "start", "length", "conservative", "legal"), EXAMPLES)
def test_the_legal_due_time(
    rule: str, of: WorkingCalendar, start: str, length: str, conservative: str | None, legal: str
) -> None:
    due = count(rule, start=local(start, of), period=period(length), calendar=of)
    assert due.legal == local(legal, of)


@pytest.mark.parametrize(("rule", "of", "start", "length", "conservative", "legal"), EXAMPLES)
def test_the_conservative_due_time(
    rule: str, of: WorkingCalendar, start: str, length: str, conservative: str | None, legal: str
) -> None:
    due = count(rule, start=local(start, of), period=period(length), calendar=of)
    assert due.conservative == local(conservative or legal, of)


def test_every_rule_has_examples_in_all_its_units() -> None:
    shown = {(rule, period(length).unit) for rule, _, _, length, _, _ in EXAMPLES}
    assert shown == {(name, unit) for name, rule in RULES.items() for unit in rule.units}


def test_the_repeated_hour_of_autumn_is_counted_from_the_reading_that_was_meant() -> None:
    starts = [local("2026-10-25 02:30", BRUSSELS, fold=fold) for fold in (0, 1)]
    ends = [
        count("elapsed", start=start, period=period("2 hours"), calendar=BRUSSELS).legal
        for start in starts
    ]
    assert ends == [local("2026-10-25 03:30", BRUSSELS), local("2026-10-25 04:30", BRUSSELS)]


def test_a_day_without_midnight_begins_when_the_clock_goes_forward() -> None:
    # Cairo's clocks went from 00:00 to 01:00 on Friday 26 April 2024.
    due = count(
        "calendar-days",
        start=local("2024-04-24 10:00", CAIRO),
        period=period("1 days"),
        calendar=CAIRO,
    )
    assert due.legal.isoformat() == "2024-04-25T22:00:00+00:00"


def test_the_zone_decides_on_which_day_an_event_falls() -> None:
    start = local("2026-11-24 23:30", UTC_ONLY)
    days = [
        count("calendar-days", start=start, period=period("1 days"), calendar=of).legal
        for of in (UTC_ONLY, BRUSSELS)
    ]
    assert days == [local("2026-11-25 24:00", UTC_ONLY), local("2026-11-26 24:00", BRUSSELS)]


def test_the_zone_of_the_start_makes_no_difference() -> None:
    start = local("2026-12-11 15:00", BRUSSELS)
    elsewhere = start.astimezone(KOLKATA.zoneinfo)
    first, second = (
        count("eu-1182", start=each, period=period("2 days"), calendar=BRUSSELS)
        for each in (start, elsewhere)
    )
    assert first == second


def test_filing_closes_in_the_east_whatever_zone_the_calendar_names() -> None:
    start = local("2026-11-20 09:00", EASTERN)
    pacific = calendar("America/Los_Angeles", "2026-11-26")
    due = count(
        "us-sec-business-days", start=start, period=period("4 business_days"), calendar=pacific
    )
    assert due.legal == local("2026-11-27 17:30", EASTERN)


def test_due_times_are_in_utc() -> None:
    due = count(
        "elapsed",
        start=local("2026-11-24 10:00", LISBON),
        period=period("1 hours"),
        calendar=SAO_PAULO,
    )
    assert (str(due.legal.tzinfo), str(due.conservative.tzinfo)) == ("UTC", "UTC")
