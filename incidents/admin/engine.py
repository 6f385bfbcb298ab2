"""How the engine does, for the first page: what lies due, what was put off, who watches outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from governance.access import reach
from governance.access.rules import Reach
from governance.console import times
from governance.console.labels import Tone, label
from governance.heartbeat import deadman, measures
from incidents.admin import links
from incidents.models import Timer

_SHOWN: Final = 5


@dataclass(frozen=True)
class Line:
    """`well` unless somebody has to look."""

    word: SafeString
    name: str
    said: str
    well: bool


@dataclass(frozen=True)
class Failing:
    """A timer that failed by a fault of ours and is tried again."""

    incident: SafeString
    what: str
    due: str
    why: str
    again: str


def lines(*, at: datetime) -> Sequence[Line]:
    return [*_behind(at), *_put_off(), _watcher(at)]


def failing(mine: Reach, *, at: datetime) -> Sequence[Failing]:
    """The timers put off that are reached, the longest due first; few of many."""
    rows = Timer.objects.filter(state=Timer.State.PENDING, retry_at__isnull=False)
    found = reach.within(rows, mine).select_related("incident", "clock").order_by("due_at")[:_SHOWN]
    return [_failing(timer, at) for timer in found]


def _behind(at: datetime) -> Sequence[Line]:
    return [
        _line(gettext("in time"), "good", lag.rows, _oldest(lag.age))
        if lag.fine
        else _line(gettext("late"), "bad", lag.rows, _since(at - lag.age, at))
        for lag in measures.lags(at=at)
    ]


def _oldest(age: timedelta) -> str:
    return gettext("oldest due for %(seconds)s s") % {"seconds": int(age.total_seconds())}


def _since(due: datetime, at: datetime) -> str:
    return gettext("due %(ago)s") % {"ago": times.distance(due, now=at)}


def _put_off() -> Sequence[Line]:
    """Nothing where nothing failed, as on most days."""
    return [
        _line(gettext("put off"), "warn", rows, _failed(count))
        for rows, count in measures.put_off().items()
        if count
    ]


def _failed(count: int) -> str:
    return ngettext(
        "%(count)s failed and will be tried again",
        "%(count)s failed and will be tried again",
        count,
    ) % {"count": count}


def _watcher(at: datetime) -> Line:
    name = gettext("dead man's switch")
    if not settings.DEADMAN_URL:
        silence = gettext("nobody outside would notice silence (BYLAW_DEADMAN_URL)")
        return _line(gettext("off"), "plain", name, silence)
    last = deadman.last()
    if last is None:
        return _line(gettext("silent"), "warn", name, gettext("has not pinged yet"))
    if last.error:
        return _line(gettext("unheard"), "warn", name, last.error)
    last_at = gettext("last %(ago)s") % {"ago": times.distance(last.attempted_at, now=at)}
    return _line(gettext("pings"), "good", name, last_at)


def _line(word: str, tone: Tone, name: str, said: str) -> Line:
    return Line(label(word, tone), name, said, tone not in {"bad", "warn"})


def _failing(timer: Timer, at: datetime) -> Failing:
    what = f"{timer}: {timer.clock.title}" if timer.clock else str(timer)
    again = times.distance(timer.retry_at, now=at) if timer.retry_at else ""
    return Failing(
        links.incident(timer.incident), what, times.due(timer.due_at, now=at), timer.outcome, again
    )
