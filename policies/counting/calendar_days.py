"""Calendar days: the day of the event does not count, the period ends with the last hour of its
last day, and a weekend or a holiday moves nothing.

For 45 CFR 164.404 to 164.410 (HIPAA) and 21 CFR 803.50 and 803.56 (FDA), whose texts contain no
provision that would move the end.
"""

from datetime import datetime

from policies.counting.calendar import WorkingCalendar
from policies.counting.eu_1182 import last_day
from policies.counting.period import Period
from policies.counting.rule import CountingRule


def legal(start: datetime, period: Period, calendar: WorkingCalendar) -> datetime:
    return calendar.end_of(last_day(calendar.local_date(start), period))


RULE = CountingRule(
    name="calendar-days",
    title="Calendar days, never moved",
    source="No rule of computation in the text, such as 45 CFR 164.404 or 21 CFR 803.50",
    units=frozenset({"days", "weeks", "months"}),
    holiday_units=frozenset(),
    legal=legal,
    elapses=True,
)
