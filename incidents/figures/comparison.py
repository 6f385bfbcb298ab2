"""A period beside the one before it: what there was, how long it took, what was met in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from django.utils.translation import gettext, ngettext

from governance.console import times as words
from governance.translated import Text
from incidents.figures.deadlines import Row as Deadlines
from incidents.figures.deadlines import together
from incidents.figures.times import STEPS, Row, Took

Trend = Literal["better", "worse", "other", "same", "unknown"]
_NOBODY: Final = Took(0, None, None)


@dataclass(frozen=True)
class Compared:
    """A figure as people read it, and how it stands to the one of the period before."""

    title: str
    now: str
    then: str
    trend: Trend
    said: str


def compared(
    found: Sequence[Row],
    met: Sequence[Deadlines],
    before: Sequence[Row],
    met_before: Sequence[Deadlines],
) -> list[Compared]:
    """Incidents, the median of each step, and the share met in time, of a period, whose figures are
    `found` and `met`, beside those of the period before. Both are of all incidents in one, and by
    regime."""
    now, then = _first(found), _first(before)
    return [
        _count(now.incidents if now else 0, then.incidents if then else 0),
        *(_step(title, _took(now, step), _took(then, step)) for step, title in STEPS.items()),
        _share(together(met).in_time, together(met_before).in_time),
    ]


def _first(found: Sequence[Row]) -> Row | None:
    return next(iter(found), None)


def _took(row: Row | None, step: str) -> Took:
    return row.took[step] if row is not None else _NOBODY


def _count(now: int, then: int) -> Compared:
    title, shown, was = gettext("Incidents"), f"{now:,}", f"{then:,}"
    if now == then:
        return Compared(title, shown, was, "same", gettext("as many as before"))
    gap = abs(now - then)
    if now > then:
        said = ngettext("%(number)s more than before", "%(number)s more than before", gap)
    else:
        said = ngettext("%(number)s fewer than before", "%(number)s fewer than before", gap)
    return Compared(title, shown, was, "other", said % {"number": f"{gap:,}"})


def _step(title: Text, now: Took, then: Took) -> Compared:
    shown, was = _length(now.median), _length(then.median)
    name = gettext("%(step)s, median") % {"step": title}
    if now.median is None or then.median is None:
        return Compared(name, shown, was, "unknown", gettext("nothing to compare it with"))
    gap = now.median - then.median
    if abs(gap) < timedelta(minutes=1):
        return Compared(name, shown, was, "same", gettext("as fast as before"))
    slower = gap > timedelta(0)
    said = (
        gettext("%(length)s slower than before")
        if slower
        else gettext("%(length)s faster than before")
    ) % {"length": words.length(abs(gap))}
    return Compared(name, shown, was, "worse" if slower else "better", said)


def _share(now: float | None, then: float | None) -> Compared:
    title, shown, was = gettext("Duties met in time"), _percent(now), _percent(then)
    if now is None or then is None:
        return Compared(title, shown, was, "unknown", gettext("nothing to compare it with"))
    points = int(now * 100) - int(then * 100)
    if not points:
        return Compared(title, shown, was, "same", gettext("as many as before"))
    return Compared(title, shown, was, "better" if points > 0 else "worse", _points(points))


def _points(points: int) -> str:
    """How far apart two shares are, in points of a percentage."""
    gap = abs(points)
    if points > 0:
        said = ngettext(
            "%(number)s points more than before", "%(number)s points more than before", gap
        )
    else:
        said = ngettext(
            "%(number)s points fewer than before", "%(number)s points fewer than before", gap
        )
    return said % {"number": gap}


def _length(length: timedelta | None) -> str:
    return words.length(length) if length is not None else "—"


def _percent(share: float | None) -> str:
    return f"{int(share * 100)} %" if share is not None else "—"
