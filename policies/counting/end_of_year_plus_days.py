"""45 CFR 164.408(c): breaches of fewer than 500 individuals are notified to the Secretary not later
than 60 days after the end of the calendar year in which they were discovered.

The period does not run from its start, so that there is no earlier elapsed reading of it.
"""

from datetime import date, datetime, timedelta

from policies.counting.calendar import WorkingCalendar
from policies.counting.period import Period
from policies.counting.rule import CountingRule


def legal(start: datetime, period: Period, calendar: WorkingCalendar) -> datetime:
    year_end = date(calendar.local_date(start).year, 12, 31)
    return calendar.end_of(year_end + timedelta(days=period.value))


RULE = CountingRule(
    name="end-of-year-plus-days",
    title="Days after the end of the calendar year",
    source="45 CFR 164.408(c)",
    units=frozenset({"days"}),
    holiday_units=frozenset(),
    legal=legal,
    elapses=False,
)
