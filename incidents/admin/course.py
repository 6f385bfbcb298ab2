"""The course of an incident: its moments and every clock from its start to its dues, to be drawn.

Each clock is a row with words of its own, so that nothing is told by a picture alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.console import times
from incidents.admin import course_scale, notes, standings
from incidents.admin.course_scale import Scale, Tick
from incidents.candidates import Candidate
from incidents.clocks import STARTED
from incidents.models import Clock, Incident
from incidents.states import Standing
from policies.titles import Titles

#: So far apart, in percent of the width, two marks of the axis can be told from each other.
_MARKS_APART: Final = 7.0
_LANE: Final = 20
_AXIS: Final = 24


@dataclass(frozen=True)
class Span:
    """A piece of a bar. `kind` names its look: time, margin, over, sent, paused or waits."""

    x: float
    width: float
    kind: str


@dataclass(frozen=True)
class Mark:
    """`kind` is start, target, risk, work, legal, met, late or open."""

    x: float
    kind: str


@dataclass(frozen=True)
class Track:
    """One clock. `said` tells in words what its drawing shows; `dates` are (name, when)."""

    clock: Clock
    standing: str
    tone: str
    due: SafeString | str
    spans: Sequence[Span]
    marks: Sequence[Mark]
    said: str
    dates: Sequence[tuple[str, SafeString]]

    @property
    def presses(self) -> bool:
        """It runs or stands still: neither is it over, nor does it wait to begin."""
        return self.clock.state in STARTED


@dataclass(frozen=True)
class Point:
    """A moment on the axis, with its number in the list below it."""

    number: int
    x: float
    y: int
    name: str
    at: SafeString


@dataclass(frozen=True)
class Course:
    """`now` is None once the incident is closed. `bent` says that later time is drawn closer
    together."""

    tracks: Sequence[Track]
    points: Sequence[Point]
    ticks: Sequence[Tick]
    now: float | None
    height: int
    bent: bool

    @property
    def pressing(self) -> Sequence[Track]:
        return [each for each in self.tracks if each.presses]

    @property
    def calm(self) -> Sequence[Track]:
        return [each for each in self.tracks if not each.presses]


def of(
    incident: Incident,
    clocks: Iterable[Clock],
    moments: Iterable[Candidate],
    titles: Titles,
    *,
    at: datetime,
) -> Course:
    """`clocks` come with their duties; cancelled ones are over and not drawn. The first due comes
    first, what waits last. `titles` are those of the moments."""
    drawn = sorted((each for each in clocks if each.state != "cancelled"), key=_urgency)
    counting = [each for each in moments if each.counts]
    ends = incident.closed_at or at
    scale = course_scale.scale(
        [incident.reported_at, ends, *_instants(drawn, counting)], _shortest(drawn)
    )
    points = _points(counting, scale, titles)
    now = scale.at(at) if incident.closed_at is None else None
    return Course(
        tracks=[_track(each, scale, at=at) for each in drawn],
        points=points,
        ticks=course_scale.ticks(scale, times.zone(), free=now),
        now=now,
        height=_AXIS + max((each.y for each in points), default=0),
        bent=scale.bend is not None,
    )


def _urgency(clock: Clock) -> tuple[int, float, int]:
    """By what is due, then what runs without a date, then what waits."""
    due = clock.fulfilled_at or clock.conservative_due
    rank = 0 if due else 1 if clock.started_at else 2
    return rank, due.timestamp() if due else 0.0, clock.position


def _instants(clocks: Iterable[Clock], moments: Iterable[Candidate]) -> Iterator[datetime]:
    for clock in clocks:
        for each in (
            clock.started_at,
            clock.conservative_due,
            clock.legal_due,
            clock.fulfilled_at,
            clock.paused_until if clock.state == Clock.State.PAUSED else None,
        ):
            if each is not None:
                yield each
    for candidate in moments:
        yield candidate.moment.at


def _shortest(clocks: Iterable[Clock]) -> timedelta | None:
    lengths = [
        clock.legal_due - clock.started_at
        for clock in clocks
        if clock.started_at is not None and clock.legal_due is not None
    ]
    return min((each for each in lengths if each > timedelta(0)), default=None)


def _points(moments: Sequence[Candidate], scale: Scale, titles: Titles) -> Sequence[Point]:
    rows = sorted((each.moment for each in moments), key=lambda each: (each.at, each.name))
    places = [scale.at(each.at) for each in rows]
    return [
        Point(
            number,
            x,
            _AXIS + _LANE // 2 + lane * _LANE,
            titles.moment(row.name),
            times.stamp(row.at),
        )
        for number, (row, x, lane) in enumerate(
            zip(rows, places, course_scale.lanes(places, _MARKS_APART), strict=True), start=1
        )
    ]


# --- one clock ---------------------------------------------------------------------------------


def _track(clock: Clock, scale: Scale, *, at: datetime) -> Track:
    found = standings.of(clock, at=at)
    return Track(
        clock=clock,
        standing=standings.shown(clock, at=at),
        tone=standings.TONES[found],
        due=_due(clock, at=at),
        spans=[each for each in _spans(clock, found, scale, at=at) if each.width > 0],
        marks=list(_marks(clock, found, scale, at=at)),
        said=_said(clock),
        dates=[(name, times.both(when, clock.zone)) for name, when in _dates(clock)],
    )


def _spans(clock: Clock, found: Standing, scale: Scale, *, at: datetime) -> Iterator[Span]:
    start = clock.started_at
    if start is None:
        if clock.waiting_since is not None:
            yield _span(clock.waiting_since, at, "waits", scale)
        return
    if clock.fulfilled_at is not None:
        in_time = min(clock.fulfilled_at, clock.legal_due or clock.fulfilled_at)
        yield _span(start, in_time, "sent", scale)
        yield from _between(clock.legal_due, clock.fulfilled_at, "over", scale)
        yield from _between(clock.fulfilled_at, clock.legal_due, "margin", scale)
        return
    work, legal = clock.conservative_due, clock.legal_due
    yield _span(start, work or legal or at, "time", scale)
    yield from _between(work, legal, "margin", scale)
    if found == Standing.OVERDUE:
        yield from _between(legal, at, "over", scale)
    if found == Standing.PAUSED:
        yield from _between(clock.paused_since, clock.paused_until, "paused", scale)


def _between(
    since: datetime | None, until: datetime | None, kind: str, scale: Scale
) -> Iterator[Span]:
    if since is not None and until is not None and since < until:
        yield _span(since, until, kind, scale)


def _span(since: datetime, until: datetime, kind: str, scale: Scale) -> Span:
    x = scale.at(since)
    return Span(x, round(scale.at(until) - x, 2), kind)


def _marks(clock: Clock, found: Standing, scale: Scale, *, at: datetime) -> Iterator[Mark]:
    places: list[tuple[datetime | None, str]] = [
        (clock.started_at, "start"),
        (clock.target_due, "target"),
        (clock.at_risk_from, "risk"),
        (clock.conservative_due, "work"),
        (clock.legal_due, "legal"),
        (clock.fulfilled_at, "late" if found == Standing.MET_LATE else "met"),
    ]
    if clock.state == Clock.State.RUNNING and clock.legal_due is None:
        places.append((at, "open"))
    for instant, kind in places:
        if instant is not None:
            yield Mark(scale.at(instant), kind)


# --- in words ----------------------------------------------------------------------------------


def _due(clock: Clock, *, at: datetime) -> SafeString | str:
    match clock.state:
        case Clock.State.FULFILLED if clock.fulfilled_at is not None:
            return gettext("sent %(ago)s") % {"ago": times.distance(clock.fulfilled_at, now=at)}
        case Clock.State.PAUSED:
            return gettext("stands still")
        case Clock.State.RUNNING if clock.conservative_due is not None:
            return times.due(clock.conservative_due, now=at)
        case Clock.State.RUNNING:
            return gettext("promptly")
    return gettext("waits for %(names)s") % {
        "names": notes.awaited(clock) or gettext("a limit that holds")
    }


def _dates(clock: Clock) -> Iterator[tuple[str, datetime]]:
    for name, when in (
        (gettext("Started"), clock.started_at),
        (gettext("Our own target"), clock.target_due),
        (gettext("At risk from"), clock.at_risk_from),
        (gettext("Work to"), clock.conservative_due),
        (gettext("Legal end"), clock.legal_due),
        (gettext("Sent"), clock.fulfilled_at),
        (gettext("Runs on at the latest"), clock.paused_until),
    ):
        if when is not None:
            yield name, when


def _said(clock: Clock) -> str:
    """For who hears the page."""
    return "; ".join(f"{name} {times.here(when)}" for name, when in _dates(clock)) or gettext(
        "It has not started."
    )
