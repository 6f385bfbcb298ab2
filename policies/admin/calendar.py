"""A calendar of what becomes effective when: a month as a grid, and the same as a list."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext

from governance.console import instant
from governance.console.pages import PageAdmin
from policies import selectors
from policies.admin import dates, days
from policies.admin.dates import Dated
from policies.models import PolicyVersion, Standing

#: How many alike one day shows by name; more are counted.
_FEW: Final = 3
_MOST_AHEAD: Final = 40
_MONDAY: Final = calendar.Calendar(calendar.MONDAY)


@dataclass(frozen=True)
class Group:
    """What happens to several on one day. `shown` are all of them, if they are few."""

    what: str
    tone: str
    all: Sequence[Dated]

    @property
    def shown(self) -> Sequence[Dated]:
        return self.all if len(self.all) <= _FEW else ()


@dataclass(frozen=True)
class Day:
    """A cell of the grid, or a day of the list."""

    day: date
    url: str
    groups: Sequence[Group]
    today: bool
    within: bool = True


def page(admin: PageAdmin[PolicyVersion], request: HttpRequest) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    now = instant.of(request)
    first = _month(request.GET.get("month", ""), now)
    only = request.GET.get("only", "")
    only = only if only in dates.SORTS else ""
    every = dates.of(now)
    found = [each for each in every if only in {"", each.sort}]
    by_day = {day: list(rows) for day, rows in groupby(found, lambda each: each.day)}
    context = {
        "title": gettext("What changes when"),
        "month": _titled(first),
        "weekdays": [(WEEKDAYS[each], WEEKDAYS_ABBR[each]) for each in range(7)],
        "weeks": _weeks(first, by_day, now.date()),
        "listed": [_day(day, by_day, now.date()) for day in sorted(by_day) if _same(day, first)],
        "ahead": _ahead(by_day, first, now.date()),
        "sorts": _sorts(every, first, only),
        "standing": _standing(now),
        "chosen": dates.SORTS.get(only, ""),
        "days_url": days.url(),
        **_links(by_day, first, only, now),
    }
    return admin.answer(request, "policies/calendar.html", context, status=200)


def _month(text: str, now: datetime) -> date:
    """The first day of the month; of this one where `text` is none."""
    try:
        found = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        found = now
    return found.date().replace(day=1)


def _same(day: date, first: date) -> bool:
    return (day.year, day.month) == (first.year, first.month)


def _weeks(first: date, by_day: Mapping[date, list[Dated]], today: date) -> list[list[Day]]:
    """Whole weeks, so with days of the months beside it."""
    try:
        weeks = _MONDAY.monthdatescalendar(first.year, first.month)
    except (OverflowError, ValueError):  # the last month of all
        return []
    return [[_day(day, by_day, today, within=_same(day, first)) for day in week] for week in weeks]


def _day(day: date, by_day: Mapping[date, list[Dated]], today: date, *, within: bool = True) -> Day:
    rows = by_day.get(day, [])
    found = [(what, list(each)) for what, each in groupby(rows, _what)]
    groups = [Group(what, each[0].tone, each) for what, each in found]
    end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    return Day(day, days.url(end), groups, day == today, within)


def _what(dated: Dated) -> str:
    return dated.what


def _ahead(by_day: Mapping[date, list[Dated]], first: date, today: date) -> list[Day]:
    """The days to come outside the month, the next first."""
    coming = [day for day in sorted(by_day) if day > today and not _same(day, first)]
    return [_day(day, by_day, today) for day in coming[:_MOST_AHEAD]]


def _sorts(every: Iterable[Dated], first: date, only: str) -> list[dict[str, Any]]:
    month = [each.sort for each in every if _same(each.day, first)]
    return [
        {
            "text": text,
            "count": month.count(sort) if sort else len(month),
            "url": _url(first, sort),
            "chosen": sort == only,
        }
        for sort, text in {"": gettext("All"), **dates.SORTS}.items()
    ]


def _standing(now: datetime) -> list[dict[str, Any]]:
    """How many stand how, each with the list of them."""
    list_url = "../?"
    counted = [
        (gettext("scheduled"), selectors.in_standing(Standing.SCHEDULED, at=now), "info",
         "standing=scheduled"),
        (gettext("in force"), selectors.in_standing(Standing.IN_FORCE, at=now), "plain",
         "standing=in_force"),
        (gettext("in review"), selectors.in_standing(Standing.IN_REVIEW, at=now), "warn",
         "standing=in_review"),
        (gettext("retirement asked for"), selectors.retirements(), "warn", "waiting=retirement"),
    ]  # fmt: skip
    return [
        {"text": text, "count": count, "url": list_url + query, "tone": tone if count else "plain"}
        for text, rows, tone, query in counted
        for count in [rows.count()]
    ]


def _links(
    by_day: Mapping[date, Any], first: date, only: str, now: datetime
) -> dict[str, str | None]:
    """To the months beside it, and to the nearest before and after in which something happens."""
    after = _next(first)
    before = first - timedelta(days=1) if first > date.min else first
    later = next((day for day in sorted(by_day) if day >= after), None)
    earlier = next((day for day in sorted(by_day, reverse=True) if day < first), None)
    return {
        "previous": _url(before, only),
        "following": _url(after, only),
        "this_month": None if _same(now.date(), first) else _url(now.date(), only),
        "later": _url(later, only) if later else None,
        "later_month": _titled(later) if later else None,
        "earlier": _url(earlier, only) if earlier else None,
        "earlier_month": _titled(earlier) if earlier else None,
    }


def _titled(day: date) -> str:
    """`November 2026`, in the reader's language."""
    return date_format(day, "F Y")


def _next(first: date) -> date:
    last = date.max - timedelta(days=40)
    return first if first > last else (first + timedelta(days=31)).replace(day=1)


def _url(day: date, only: str) -> str:
    month = f"{day.year:04}-{day.month:02}"
    return f"?{urlencode({'month': month, **({'only': only} if only else {})})}"
