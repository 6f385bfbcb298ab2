"""Exact elapsed time: nights, weekends and holidays count, and nothing is rounded or rolled.

For periods whose law has no rule of computation and runs in hours, such as 23 NYCRR 500.17 and the
practice of the ICO under Article 33 of the UK GDPR.
"""

from datetime import datetime

from policies.counting.calendar import WorkingCalendar
from policies.counting.period import Period
from policies.counting.rule import CountingRule


def legal(start: datetime, period: Period, calendar: WorkingCalendar) -> datetime:
    return period.after(start, calendar.zoneinfo)


RULE = CountingRule(
    name="elapsed",
    title="Exact elapsed time",
    source="No rule of computation in the text: plain duration",
    units=frozenset({"hours", "days", "weeks"}),
    holiday_units=frozenset(),
    legal=legal,
    elapses=True,
)
