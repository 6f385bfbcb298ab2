"""NHTSA Standing General Order 2021-01, Request No. 2: the monthly report is due on the fifteenth
of the month that follows the notice.

The number of days is the day of that month; a month too short for it is due on its last day. There
is no earlier elapsed reading.
"""

from datetime import datetime

from policies.counting.calendar import WorkingCalendar
from policies.counting.errors import CountingError
from policies.counting.period import Period, months_after
from policies.counting.rule import CountingRule


def legal(start: datetime, period: Period, calendar: WorkingCalendar) -> datetime:
    if period.value > 31:
        raise CountingError("A month has no day beyond the 31st; the number of days names the day.")
    event = calendar.local_date(start)
    # January has every day of a month, and its date is cut to the length of the month it leads to.
    in_january = event.replace(month=1, day=period.value)
    return calendar.end_of(months_after(in_january, event.month))


RULE = CountingRule(
    name="day-of-following-month",
    title="A day of the following month",
    source="NHTSA Standing General Order 2021-01 (Third Amended), Request No. 2",
    units=frozenset({"days"}),
    holiday_units=frozenset(),
    legal=legal,
    elapses=False,
)
