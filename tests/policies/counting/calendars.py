"""Working calendars for the examples; holidays as far as the examples reach them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from policies.counting import Period, Unit, WorkingCalendar

FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
WEEKEND = frozenset({5, 6})


def calendar(zone: str, *holidays: str, weekend: frozenset[int] = WEEKEND) -> WorkingCalendar:
    days = frozenset(date.fromisoformat(day) for day in holidays)
    return WorkingCalendar("example", "1.0.0", zone, weekend, days, FIRST, LAST)


BRUSSELS = calendar(
    "Europe/Brussels",
    *("2026-01-01", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-07-21"),
    *("2026-11-11", "2026-12-25", "2027-01-01", "2027-03-29", "2027-05-06"),
)
INSTITUTIONS = calendar(
    "Europe/Brussels",
    *("2026-12-24", "2026-12-25", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31"),
    "2027-01-01",
)
EASTERN = calendar(
    "America/New_York",
    *("2026-07-03", "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25"),
    *("2027-01-01", "2027-01-18"),
)
UTC_ONLY = calendar("UTC")


def local(text: str, of: WorkingCalendar, *, fold: int = 0) -> datetime:
    """The instant, in UTC, of a local time such as `2026-12-11 15:00`; `24:00` ends that day."""
    day, _, clock = text.partition(" ")
    if clock == "24:00":
        return of.end_of(date.fromisoformat(day))
    naive = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock))
    return naive.replace(tzinfo=ZoneInfo(of.zone), fold=fold).astimezone(UTC)


def period(text: str) -> Period:
    """`2 days`, `72 hours`, `4 business_days`."""
    units: dict[str, Unit] = {
        "hours": "hours",
        "days": "days",
        "business_days": "business_days",
        "work_days": "work_days",
        "weeks": "weeks",
        "months": "months",
    }
    value, _, unit = text.partition(" ")
    return Period(units[unit], int(value))
