"""Days that are worked and days that are not, in one zone, over a stated span."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policies.counting.errors import CountingError

_DAY = timedelta(days=1)
_MIDNIGHT = time(0)


@dataclass(frozen=True)
class WorkingCalendar:
    """`zone` is an IANA name; `weekend` holds weekdays, Monday is 0.

    The calendar knows the holidays from `first` to `last`, both included; beyond them it refuses to
    say what is a working day.
    """

    name: str
    version: str
    zone: str
    weekend: frozenset[int]
    holidays: frozenset[date]
    first: date
    last: date

    @property
    def zoneinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def is_holiday(self, day: date) -> bool:
        """Raises CountingError for a day that the calendar does not cover."""
        if not self.first <= day <= self.last:
            raise CountingError(
                f"The calendar {self.name}@{self.version} covers {self.first} to {self.last}, "
                f"and {day} lies outside. Approve a version that covers it."
            )
        return day in self.holidays

    def is_working(self, day: date) -> bool:
        """Raises CountingError for a day that the calendar does not cover."""
        return not self.is_holiday(day) and day.weekday() not in self.weekend

    def working_days(self, after: date) -> Iterator[date]:
        """The working days that follow `after`; raises CountingError where the coverage ends."""
        for day in days(after):
            if self.is_working(day):
                yield day

    def on_or_after(self, day: date) -> date:
        """`day` if it is worked, or else the next working day."""
        return day if self.is_working(day) else next(self.working_days(day))

    def local_date(self, instant: datetime) -> date:
        return instant.astimezone(self.zoneinfo).date()

    def instant(self, day: date, clock: time) -> datetime:
        """In UTC. A local time that a clock change skips or repeats is its earlier reading."""
        return datetime.combine(day, clock, self.zoneinfo).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """The instant at which `day` is over: 00:00 local time of the next day."""
        return self.instant(day + _DAY, _MIDNIGHT)


def days(after: date) -> Iterator[date]:
    """Every day that follows `after`."""
    day = after
    while True:
        day += _DAY
        yield day
