"""Commission Delegated Regulation (EU) 2025/301, Article 5(4): reports under DORA, Article 19.

A time limit that falls on a weekend day or a bank holiday in the reporting entity's Member State is
met until noon of the next working day. Hours run as they elapse; a month ends with the same date of
the next one, as in Article 3(2) of Regulation 1182/71. It follows that a limit early on a Monday is
due before one that fell on the Sunday.

Article 5(5) withholds the relief for initial notifications and intermediate reports of credit
institutions, central counterparties, operators of trading venues and entities essential or
important under NIS2. Their limits name the rule `elapsed` instead, each under a condition on the
entity.
"""

from datetime import datetime, time, timedelta
from typing import Final

from policies.counting.calendar import WorkingCalendar
from policies.counting.eu_1182 import last_day
from policies.counting.period import Period
from policies.counting.rule import CountingRule

NOON: Final = time(12)
_INSTANT: Final = timedelta(microseconds=1)


def legal(start: datetime, period: Period, calendar: WorkingCalendar) -> datetime:
    end = _limit(start, period, calendar)
    # The end is exclusive: a limit at midnight falls on the day that it closes.
    falls_on = calendar.local_date(end - _INSTANT)
    if calendar.is_working(falls_on):
        return end
    return calendar.instant(calendar.on_or_after(falls_on), NOON)


def _limit(start: datetime, period: Period, calendar: WorkingCalendar) -> datetime:
    if period.unit == "hours":
        return period.after(start, calendar.zoneinfo)
    return calendar.end_of(last_day(calendar.local_date(start), period))


RULE = CountingRule(
    name="dora-5-4",
    title="DORA reports, with relief to noon of the next working day",
    source="Delegated Regulation (EU) 2025/301, Article 5(4)",
    units=frozenset({"hours", "months"}),
    holiday_units=frozenset({"hours", "months"}),
    legal=legal,
    elapses=True,
)
