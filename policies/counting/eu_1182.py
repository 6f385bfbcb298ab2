"""Regulation (EEC, Euratom) No 1182/71, Article 3: periods in acts of the Union.

- 3(1): the hour, or the day, during which the event takes place does not count.
- 3(2): a period ends with the expiry of its last hour or day; in weeks and months, on the same day
  of the last week or the same date of the last month, or on that month's last day if it has no such
  date.
- 3(3): public holidays, Sundays and Saturdays within a period count.
- 3(4): a period that is not expressed in hours and would end on one of them ends with the last
  hour of the following working day.
- 3(5): a period of two days or more includes at least two working days. It is applied to days,
  weeks and months, and not to hours: whether it lengthens 72 hours is disputed, and the shorter
  reading is the safe one.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

from policies.counting.calendar import WorkingCalendar
from policies.counting.period import Period, months_after
from policies.counting.rule import CountingRule


def legal(start: datetime, period: Period, calendar: WorkingCalendar) -> datetime:
    if period.unit == "hours":
        return hours_end(start, period.value, calendar)
    event = calendar.local_date(start)
    end = calendar.on_or_after(last_day(event, period))
    if (period.unit, period.value) != ("days", 1):
        end = max(end, second_working_day(event, calendar))
    return calendar.end_of(end)


def hours_end(start: datetime, hours: int, calendar: WorkingCalendar) -> datetime:
    """The end of `hours` hours that begin with the full local hour after the event's."""
    local = start.astimezone(calendar.zoneinfo)
    into_the_hour = timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    return start.astimezone(UTC) - into_the_hour + timedelta(hours=1 + hours)


def last_day(event: date, period: Period) -> date:
    """The last day of a period in days, weeks or months, before anything is rolled: 3(2)."""
    if period.unit == "months":
        return months_after(event, period.value)
    return event + period.value * timedelta(days=7 if period.unit == "weeks" else 1)


def second_working_day(event: date, calendar: WorkingCalendar) -> date:
    """The day on which a period that began after `event` holds two working days: 3(5)."""
    return max(islice(calendar.working_days(event), 2))


RULE = CountingRule(
    name="eu-1182",
    title="Periods in Union law",
    source="Regulation (EEC, Euratom) No 1182/71, Article 3",
    units=frozenset({"hours", "days", "weeks", "months"}),
    holiday_units=frozenset({"days", "weeks", "months"}),
    legal=legal,
    elapses=True,
)
