"""Calendars that do not reach as far as the periods counted with them.

A period may start on any day of this year: a calendar must cover the longest one that starts on the
last day of the year in which the check is made, and today.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfoNotFoundError

from policies.checks.cursor import Cursor
from policies.checks.names import periods
from policies.checks.subject import Draft, Subject
from policies.counting import RULES, CountingError, Period, WorkingCalendar
from policies.documents.meaning import twice
from policies.problems import Problem


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if draft.kind != "Calendar":
        return
    days = [each["date"].text for each in draft.spec["holidays"].rows()]
    for said in twice("holiday", days, "/spec/holidays/{}/date"):
        yield draft.problem(said.code, said.message, said.pointer, "Join the two titles.")
    if draft.document is None:
        return
    calendar: WorkingCalendar = draft.document.spec
    today = subject.at.date()
    if calendar.first > today:
        message = f"It begins on {calendar.first}; what is counted from today is not covered."
        yield draft.problem("calendar-starts-late", message, "/spec/covers/from", "Begin earlier.")
    for user, period, rule in _counted(draft.name, subject):
        if not _reaches(calendar, rule, period, subject.at):
            length = f"{period.value} {period.unit.replace('_', ' ')}"
            message = (
                f"It ends on {calendar.last}, before {length} of {user} are over that start at the "
                f"end of {subject.at.year}."
            )
            hint = "Add the holidays of the following years."
            yield draft.problem("calendar-ends-early", message, "/spec/covers/until", hint)
            return


def _counted(name: str, subject: Subject) -> Iterator[tuple[str, Period, str]]:
    """Every period that needs the holidays of the calendar, the longest of a unit first."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for draft in subject.of_kind("ObligationPolicy"):
        for stage in draft.stages():
            for each in periods(stage):
                if each["calendar"].text == name and (period := _period(each)):
                    key = (each["counting"].text, period.unit)
                    found[key] = max(found.get(key, (0, "")), (period.value, draft.name))
    for (rule, unit), (value, user) in sorted(found.items()):
        period = Period(unit, value)  # type: ignore[arg-type]
        if rule in RULES and RULES[rule].needs_holidays(period):
            yield user, period, rule


def _period(each: Cursor) -> Period | None:
    raw = each.value if isinstance(each.value, dict) else {}
    try:
        return Period.parse(raw)
    except CountingError:
        return None


def _reaches(calendar: WorkingCalendar, rule: str, period: Period, at: datetime) -> bool:
    if period.unit not in RULES[rule].units:
        return True  # said where it is written
    try:
        last = calendar.instant(at.date().replace(month=12, day=31), time(23, 59))
        RULES[rule].due(last - timedelta(minutes=1), period, calendar)
    except CountingError:
        return False
    except (OverflowError, ValueError, ZoneInfoNotFoundError):
        return False
    return True
