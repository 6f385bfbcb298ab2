"""Form 8-K, General Instruction B.1, and 17 CFR 232.13(a)(2).

The day of the event is day 0. After an event on a Saturday, a Sunday or a holiday on which the
Commission is not open, the period begins to run on, and includes, the first business day
thereafter. A filing is in time until 17:30 Eastern, whatever zone the calendar names; later ones
bear the date of the next business day.
"""

from dataclasses import replace
from datetime import datetime, time
from typing import Final

from policies.counting import business_days
from policies.counting.calendar import WorkingCalendar
from policies.counting.period import Period
from policies.counting.rule import CountingRule

FILING_CLOSES: Final = time(17, 30)
EASTERN: Final = "America/New_York"


def legal(start: datetime, period: Period, calendar: WorkingCalendar) -> datetime:
    eastern = replace(calendar, zone=EASTERN)
    return eastern.instant(business_days.last_day(start, period, eastern), FILING_CLOSES)


RULE = CountingRule(
    name="us-sec-business-days",
    title="SEC business days, until 17:30 Eastern",
    source="Form 8-K, General Instruction B.1; 17 CFR 232.13(a)(2)",
    units=frozenset({"business_days"}),
    holiday_units=frozenset({"business_days"}),
    legal=legal,
    elapses=False,
)
