"""The first page: what needs somebody now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from unfold.components import BaseComponent, register_component

from governance.access import reach
from governance.access.rules import Reach
from governance.accounts.roles import INCIDENTS_READ, KEYS_MANAGE
from governance.console import instant, role_titles, times
from governance.console.lists import reached, scopes
from governance.heartbeat import heartbeat
from governance.outbox.models import Message
from incidents import selectors
from incidents.admin import (
    engine,
    home_mine,
    home_questions,
    home_standings,
    home_tallies,
    links,
    notes,
    standings,
)
from incidents.admin.home_tallies import Ask
from incidents.models import Clock, Duty, Incident, Reassessment, Submission

NEXT: Final = 10
LONGEST: Final = 5


@dataclass(frozen=True)
class Row:
    """One of the next deadlines."""

    clock: Clock
    url: str
    left: SafeString
    due: SafeString
    standing: str
    incident: SafeString
    owner: str


@dataclass(frozen=True)
class Wait:
    """One of the clocks that wait longest."""

    clock: Clock
    url: str
    said: str
    incident: SafeString
    owner: str


@dataclass(frozen=True)
class Beat:
    """Whether a periodic job of the engine still finishes its rounds."""

    job: str
    fresh: bool
    said: str


@dataclass(frozen=True)
class Engine:
    """Where all is `well`, the parts are folded away."""

    well: bool
    beats: Sequence[Beat]
    lines: Sequence[engine.Line]
    failing: Sequence[engine.Failing] = ()


@register_component
class Home(BaseComponent):  # type: ignore[misc]  # the theme has no types
    """Given to the template `console/home.html`; who may not read incidents gets no numbers."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = instant.of(self.request)
        mine = reached(self.request, INCIDENTS_READ)
        if not mine:
            return {**kwargs, "may_read": False, "engine": machine(mine, at=at)}
        own, others = home_mine.asks(self.request, mine), asks(mine)
        found = home_tallies.of([*own, *others])
        return {
            **kwargs,
            "may_read": True,
            "tasks": [
                *home_tallies.cards(own, found),
                *home_mine.deadlines(self.request, mine, at=at),
            ],
            "picture": home_standings.of(mine, at=at),
            "cards": home_tallies.cards(others, found),
            "unseen": home_mine.unseen(mine, at=at),
            "questions": home_questions.of(mine, at=at),
            "rows": next_deadlines(mine, at=at),
            "waits": longest_waits(mine, at=at),
            "engine": machine(mine, at=at),
            "days": home_standings.RECENT.days,
            "may_make_keys": KEYS_MANAGE in scopes(self.request),
            "url": settings.PUBLIC_URL,
        }


def asks(mine: Reach) -> Sequence[Ask]:
    """What waits for anybody, besides deadlines."""
    duties, incidents = reach.within(Duty.objects.all(), mine), Incident.objects.all()
    questions = duties.filter(state=Duty.State.UNDETERMINED, shadow=False)
    unseen = reach.within(incidents, mine).filter(acknowledged_at__isnull=True)
    unconfirmed = duties.filter(confirmation=Duty.Confirmation.UNCONFIRMED, shadow=False)
    sent = reach.within(Submission.objects.all(), mine)
    rejected = sent.filter(status=Submission.Status.REJECTED)
    dead = reach.within(Message.objects.filter(state=Message.State.DEAD), mine)
    return [
        Ask(
            "questions",
            gettext("Open questions"),
            questions,
            "incidents_duty",
            "state__exact=undetermined&shadow__exact=0",
            "warn",
        ),
        Ask(
            "unconfirmed",
            gettext("Unconfirmed decisions"),
            unconfirmed.exclude(incident__state=Incident.State.CLOSED),
            "incidents_duty",
            "confirmation__exact=unconfirmed&shadow__exact=0",
            "warn",
        ),
        Ask(
            "unacknowledged",
            gettext("Not acknowledged"),
            unseen.exclude(state=Incident.State.CLOSED),
            "incidents_incident",
            "acknowledged=no",
            "warn",
        ),
        Ask(
            "rejected",
            gettext("Rejected reports"),
            rejected,
            "incidents_submission",
            "status__exact=rejected",
            "warn",
        ),
        Ask(
            "undeliverable",
            gettext("Undeliverable messages"),
            dead,
            "outbox_message",
            "state__exact=dead",
            "bad",
        ),
        *_reassessments(mine),
    ]


def _reassessments(mine: Reach) -> Sequence[Ask]:
    """For one who sees all of them, and only where one failed: on most days there is none to speak
    of."""
    if not mine.everything:
        return []
    failed = Reassessment.objects.filter(state=Reassessment.State.FAILED)
    return [
        Ask(
            "reassessments",
            gettext("Failed reassessments"),
            failed,
            "incidents_reassessmentrun",
            "",
            "bad",
            quiet=True,
        )
    ]


def next_deadlines(mine: Reach, *, at: datetime) -> Sequence[Row]:
    """The running clocks that are due first, whose law counts; overdue ones lead."""
    running, *_ = selectors.board_parts(reach.within(selectors.board(), mine))
    dated = running.filter(conservative_due__isnull=False)
    return [_row(clock, at=at) for clock in dated[:NEXT]]


def longest_waits(mine: Reach, *, at: datetime) -> Sequence[Wait]:
    """The clocks that wait longest for what somebody has to record; not for another stage."""
    _, _, waiting, *_ = selectors.board_parts(reach.within(selectors.board(), mine))
    found = waiting.filter(optional=False).exclude(waits_for__0__startswith="submitted:")
    return [
        Wait(
            clock=clock,
            url=reverse("admin:incidents_clock_change", args=[clock.id]),
            said=notes.waits(clock, at=at),
            incident=links.incident(clock.incident),
            owner=role_titles.role(clock.duty.owner),
        )
        for clock in found[:LONGEST]
    ]


def _row(clock: Clock, *, at: datetime) -> Row:
    if clock.conservative_due is None:
        raise ValueError(f"The clock {clock.id} has no date.")
    return Row(
        clock=clock,
        url=reverse("admin:incidents_clock_change", args=[clock.id]),
        left=times.countdown(clock.conservative_due, now=at),
        due=times.both(clock.conservative_due, clock.zone),
        standing=standings.shown(clock, at=at),
        incident=links.incident(clock.incident),
        owner=role_titles.role(clock.duty.owner),
    )


def machine(mine: Reach, *, at: datetime) -> Engine:
    """What keeps the engine going; of what it failed at, only what is reached."""
    found, lines = beats(at=at), engine.lines(at=at)
    failing = engine.failing(mine, at=at) if mine else ()
    well = all(each.fresh for each in found) and all(each.well for each in lines)
    return Engine(well and not failing, found, lines, failing)


def beats(*, at: datetime) -> Sequence[Beat]:
    return [_beat(pulse) for pulse in heartbeat.pulses(at=at)]


def _beat(pulse: heartbeat.Pulse) -> Beat:
    if pulse.age is None:
        return Beat(pulse.job, pulse.fresh, gettext("has not finished a round yet"))
    said = gettext("finished its last round %(seconds)s s ago")
    seconds = int(pulse.age.total_seconds())
    return Beat(pulse.job, pulse.fresh, said % {"seconds": seconds})
