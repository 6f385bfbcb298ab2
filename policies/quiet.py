"""Until when a message that is not urgent waits (pure)."""

from datetime import datetime, timedelta
from typing import Final

from policies import local_time
from policies.counting import CountingError, WorkingCalendar
from policies.documents.escalation_matrix import Quiet

_DAY: Final = timedelta(days=1)
_MOST_DAYS: Final = 31


def until(quiet: Quiet, calendar: WorkingCalendar, at: datetime) -> datetime | None:
    """The instant at which it ends to be quiet; None when it is not. `calendar` is that of the
    rule, if it names one. What would be quiet for more than a month is not quiet at all."""
    zone = quiet.zone or calendar.zone
    local = start = local_time.local(at, zone)
    while (end := _end(quiet, calendar, local)) is not None:
        local = end
        if local - start > _MOST_DAYS * _DAY:
            return None
    ends = local_time.instant(local, zone)
    return ends if local > start and ends > at else None


def _end(quiet: Quiet, calendar: WorkingCalendar, local: datetime) -> datetime | None:
    """Of the day or the hours that are quiet at `local`; None when neither is."""
    if local.weekday() in quiet.days or (quiet.calendar and not works(calendar, local)):
        return datetime.combine(local.date() + _DAY, datetime.min.time())
    if local_time.within(quiet.hours, local.time()):
        return local_time.end_of(quiet.hours, local)
    return None


def works(calendar: WorkingCalendar, local: datetime) -> bool:
    """Whether the day is worked. Of a day that the calendar does not cover only the weekend is
    known."""
    try:
        return calendar.is_working(local.date())
    except CountingError:
        return local.weekday() not in calendar.weekend
