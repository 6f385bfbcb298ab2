"""What every counting rule is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from policies.counting.calendar import WorkingCalendar
from policies.counting.period import Period, Unit


@dataclass(frozen=True)
class Due:
    """When a period is over, both in UTC. `legal` is the first instant that is too late.

    `conservative` is the start plus the plain elapsed period, or `legal` if that is earlier: the
    one to work to, because no reading of the law is stricter.
    """

    legal: datetime
    conservative: datetime


@dataclass(frozen=True, kw_only=True)
class CountingRule:
    """One way to count. `units` are those that it knows.

    Counting in `holiday_units` depends on the calendar's holidays and on the days that it covers,
    counting in the others only on its zone.
    """

    name: str
    title: str
    source: str
    units: frozenset[Unit]
    holiday_units: frozenset[Unit]
    legal: Callable[[datetime, Period, WorkingCalendar], datetime]
    elapses: bool
    """Whether the plain elapsed period is an earlier reading of the same period."""

    def needs_holidays(self, period: Period) -> bool:
        return period.unit in self.holiday_units

    def due(self, start: datetime, period: Period, calendar: WorkingCalendar) -> Due:
        legal = self.legal(start, period, calendar)
        if not self.elapses:
            return Due(legal, legal)
        return Due(legal, min(legal, period.after(start, calendar.zoneinfo)))
