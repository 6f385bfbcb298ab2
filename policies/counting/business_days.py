"""Working days of the named calendar: the first to count is the next one after the event, and the
period ends with the last hour of the last one.

For rules that say business or working days and leave their computation open.
"""

from datetime import date, datetime
from itertools import islice

from policies.counting.calendar import WorkingCalendar
from policies.counting.period import Period
from policies.counting.rule import CountingRule


def legal(start: datetime, period: Period, calendar: WorkingCalendar) -> datetime:
    return calendar.end_of(last_day(start, period, calendar))


def last_day(start: datetime, period: Period, calendar: WorkingCalendar) -> date:
    """The last of the working days that follow the local day of `start`."""
    following = calendar.working_days(calendar.local_date(start))
    return next(islice(following, period.value - 1, None))


RULE = CountingRule(
    name="business-days",
    title="Working days of the calendar",
    source="No rule of computation in the text: working days after the event",
    units=frozenset({"business_days"}),
    holiday_units=frozenset({"business_days"}),
    legal=legal,
    elapses=False,
)
