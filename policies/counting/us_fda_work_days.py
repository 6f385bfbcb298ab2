"""21 CFR 803.3 and 803.53: "work day means Monday through Friday, except Federal holidays", counted
from the day after the manufacturer becomes aware. The calendar's own weekend plays no part.
"""

from datetime import datetime
from itertools import islice
from typing import Final

from policies.counting.calendar import WorkingCalendar, days
from policies.counting.period import Period
from policies.counting.rule import CountingRule

_SATURDAY: Final = 5


def legal(start: datetime, period: Period, calendar: WorkingCalendar) -> datetime:
    work_days = (
        day
        for day in days(calendar.local_date(start))
        if not calendar.is_holiday(day) and day.weekday() < _SATURDAY
    )
    return calendar.end_of(next(islice(work_days, period.value - 1, None)))


RULE = CountingRule(
    name="us-fda-work-days",
    title="FDA work days",
    source="21 CFR 803.3, 803.53",
    units=frozenset({"work_days"}),
    holiday_units=frozenset({"work_days"}),
    legal=legal,
    elapses=False,
)
