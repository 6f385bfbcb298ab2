"""A period as a law states it: a number and a unit."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo

from policies.counting.errors import CountingError

Unit = Literal["hours", "days", "business_days", "work_days", "weeks", "months"]
UNITS: tuple[Unit, ...] = get_args(Unit)

_FIXED: Mapping[Unit, timedelta] = {
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}


@dataclass(frozen=True)
class Period:
    """`value` units; at least one."""

    unit: Unit
    value: int

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise CountingError(f"There is no unit {self.unit!r}; use one of {', '.join(UNITS)}.")
        if type(self.value) is not int or self.value < 1:
            raise CountingError(f"A period is a whole number of {self.unit}, at least 1.")

    @classmethod
    def parse(cls, limit: Mapping[str, object]) -> Self:
        """The period of a limit such as `{days: 10, from: aware}`, which names exactly one unit."""
        named = [unit for unit in UNITS if unit in limit]
        if len(named) != 1:
            raise CountingError(f"A limit names exactly one of {', '.join(UNITS)}.")
        value = limit[named[0]]
        if not isinstance(value, int):
            raise CountingError(f"A period is a whole number of {named[0]}, at least 1.")
        return cls(named[0], value)

    def after(self, start: datetime, zone: ZoneInfo) -> datetime:
        """`start` plus the plain elapsed period, in UTC; nights, weekends and holidays count.

        A day is 24 hours. Months lead to the same local date and time, or to the last day of a
        month that has no such date. Working days do not elapse: CountingError.
        """
        if self.unit == "months":
            local = start.astimezone(zone)
            day = months_after(local.date(), self.value)
            return datetime.combine(day, local.time(), zone).astimezone(UTC)
        if self.unit not in _FIXED:
            raise CountingError(f"Elapsed time is not measured in {self.unit}.")
        return start.astimezone(UTC) + self.value * _FIXED[self.unit]


def months_after(day: date, months: int) -> date:
    """The same date `months` later, or the last day of that month if it has no such date."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        raise OverflowError("The date lies beyond the year 9999.")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
