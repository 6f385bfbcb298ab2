"""When a period of law is over. Each counting rule is a module of its own, with its source.

Pure: instants in, instants out, in UTC. A zone matters only within a rule, and comes from the
calendar.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from policies.counting import (
    business_days,
    calendar_days,
    day_of_following_month,
    dora_5_4,
    elapsed,
    end_of_year_plus_days,
    eu_1182,
    us_fda_work_days,
    us_sec_business_days,
)
from policies.counting.calendar import WorkingCalendar
from policies.counting.errors import CountingError
from policies.counting.period import UNITS, Period, Unit
from policies.counting.rule import CountingRule, Due

__all__ = [
    "RULES",
    "UNITS",
    "CountingError",
    "CountingRule",
    "Due",
    "Period",
    "Unit",
    "WorkingCalendar",
    "count",
]

RULES: Mapping[str, CountingRule] = MappingProxyType(
    {
        module.RULE.name: module.RULE
        for module in (
            elapsed,
            eu_1182,
            dora_5_4,
            us_sec_business_days,
            us_fda_work_days,
            calendar_days,
            business_days,
            end_of_year_plus_days,
            day_of_following_month,
        )
    }
)


def count(rule: str, *, start: datetime, period: Period, calendar: WorkingCalendar) -> Due:
    """When `period`, begun at `start`, is over under `rule`.

    Raises CountingError for an unknown rule, a unit that the rule cannot count, a naive start, and
    a count that leaves the days covered by the calendar, or all dates.
    """
    chosen = RULES.get(rule)
    if chosen is None:
        raise CountingError(f"There is no counting rule {rule!r}; use one of {', '.join(RULES)}.")
    if period.unit not in chosen.units:
        known = ", ".join(sorted(chosen.units))
        raise CountingError(f"The rule {rule} counts {known}, not {period.unit}.")
    if start.utcoffset() is None:
        raise CountingError(f"The start {start.isoformat()} has no time zone.")
    try:
        # Through UTC, so that a wall clock that no clock ever showed is the instant it stands for.
        return chosen.due(start.astimezone(UTC), period, calendar)
    except (OverflowError, ValueError) as error:
        raise CountingError(
            f"{period.value} {period.unit} from {start} reaches no date."
        ) from error
