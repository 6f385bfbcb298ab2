"""The first page: what needs somebody now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.components import BaseComponent, register_component

from governance.access import reach
from governance.access.rules import Reach
from governance.accounts.models import User
from governance.accounts.roles import (
    INCIDENTS_APPROVE,
    INCIDENTS_READ,
    POLICIES_APPROVE,
    ROLES,
)
from governance.api.authentication import actor
from governance.console import instant, tally, times
from governance.console.labels import Tone
from governance.console.lists import reached, scopes
from governance.heartbeat import heartbeat
from governance.outbox.models import Message
from incidents import selectors
from incidents.admin import dispensations, engine, links, notes, standings
from incidents.models import Clock, Duty, Incident, Reassessment, Submission
from incidents.states import LABELS
from policies import selectors as policy_selectors

NEXT: Final = 10
LONGEST: Final = 5


@dataclass(frozen=True)
class Card:
    """A tally that leads to the list of what it counts. Nothing to do has no colour."""

    text: str
    count: int
    url: str
    tone: Tone

    @property
    def shown(self) -> str:
        return tally.shown(self.count)


@dataclass(frozen=True)
class Row:
    """One of the next deadlines."""

    clock: Clock
    url: str
    left: str
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


@register_component
class Home(BaseComponent):  # type: ignore[misc]  # the theme has no types
    """Given to the template `console/home.html`; who may not read incidents gets no numbers."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = instant.of(self.request)
        mine = reached(self.request, INCIDENTS_READ)
        if not mine:
            return {
                **kwargs,
                "may_read": False,
                "beats": beats(at=at),
                "lines": engine.lines(at=at),
            }
        return {
            **kwargs,
            "may_read": True,
            "cards": cards(self.request, at=at),
            "rows": next_deadlines(mine, at=at),
            "waits": longest_waits(mine, at=at),
            "beats": beats(at=at),
            "lines": engine.lines(at=at),
            "failing": engine.failing(mine, at=at),
            "at": at,
        }


def cards(request: HttpRequest, *, at: datetime) -> Sequence[Card]:
    board = reverse("admin:incidents_clock_changelist")
    within = reached(request, INCIDENTS_READ)
    clocks = [
        Card(
            LABELS[standing],
            count,
            f"{board}?standing={standing.value}&duty__shadow__exact=0",
            standings.TONES[standing] if count else "plain",
        )
        for standing, count in standings.counts(within, at=at).items()
    ]
    mine = [*_notices(request), *_approvals(request), *_requests(request)]
    return [*clocks, *_waiting(within), *_reassessments(within), *mine]


def _waiting(mine: Reach) -> Sequence[Card]:
    duties, incidents = reach.within(Duty.objects.all(), mine), Incident.objects.all()
    questions = duties.filter(state=Duty.State.UNDETERMINED, shadow=False)
    unseen = reach.within(incidents, mine).filter(acknowledged_at__isnull=True)
    unconfirmed = duties.filter(confirmation=Duty.Confirmation.UNCONFIRMED, shadow=False)
    sent = reach.within(Submission.objects.all(), mine)
    rejected = sent.filter(status=Submission.Status.REJECTED)
    dead = reach.within(Message.objects.filter(state=Message.State.DEAD), mine)
    return [
        _card(
            "Open questions",
            questions,
            "incidents_duty",
            "state__exact=undetermined&shadow__exact=0",
            "warn",
        ),
        _card(
            "Unconfirmed decisions",
            unconfirmed.exclude(incident__state=Incident.State.CLOSED),
            "incidents_duty",
            "confirmation__exact=unconfirmed&shadow__exact=0",
            "warn",
        ),
        _card(
            "Not acknowledged",
            unseen.exclude(state=Incident.State.CLOSED),
            "incidents_incident",
            "acknowledged=no",
            "warn",
        ),
        _card(
            "Rejected reports", rejected, "incidents_submission", "status__exact=rejected", "warn"
        ),
        _card("Undeliverable messages", dead, "outbox_message", "state__exact=dead", "bad"),
    ]


def _reassessments(mine: Reach) -> Sequence[Card]:
    """Only where one failed, and for one who sees all of them: on most days there is none to speak
    of."""
    if not mine.everything:
        return []
    failed = Reassessment.objects.filter(state=Reassessment.State.FAILED)
    card = _card("Failed reassessments", failed, "incidents_reassessmentrun", "", "bad")
    return [card] if card.count else []


def _notices(request: HttpRequest) -> Sequence[Card]:
    """Notices that wait for this viewer, for one who may approve."""
    within = reached(request, INCIDENTS_APPROVE)
    if not within or not isinstance(request.user, User):
        return []
    mine = reach.within(selectors.notices_to_approve(request.user), within)
    return [_card("Notices to approve", mine, "incidents_notice", "waiting=mine", "warn")]


def _approvals(request: HttpRequest) -> Sequence[Card]:
    """Policies that wait for this viewer, for one who may approve."""
    if POLICIES_APPROVE not in scopes(request):
        return []
    mine = policy_selectors.awaiting().exclude(authors__contains=[str(actor(request))])
    return [_card("Policies to approve", mine, "policies_policyversion", "waiting=mine", "warn")]


def _requests(request: HttpRequest) -> Sequence[Card]:
    """Delays, pauses and waivers that wait for this viewer, for one who may approve."""
    if not reached(request, INCIDENTS_APPROVE):
        return []
    mine = dispensations.to_decide(request)
    return [_card("Requests to approve", mine, "incidents_dispensation", "waiting=mine", "warn")]


def _card(text: str, found: QuerySet[Any], route: str, query: str, tone: Tone) -> Card:
    count = tally.tally(found)
    url = f"{reverse(f'admin:{route}_changelist')}?{query}"
    return Card(text, count, url, tone if count else "plain")


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
            owner=ROLES.get(clock.duty.owner, clock.duty.owner),
        )
        for clock in found[:LONGEST]
    ]


def _row(clock: Clock, *, at: datetime) -> Row:
    if clock.conservative_due is None:
        raise ValueError(f"The clock {clock.id} has no date.")
    return Row(
        clock=clock,
        url=reverse("admin:incidents_clock_change", args=[clock.id]),
        left=times.due(clock.conservative_due, now=at),
        due=times.both(clock.conservative_due, clock.zone),
        standing=standings.shown(clock, at=at),
        incident=links.incident(clock.incident),
        owner=ROLES.get(clock.duty.owner, clock.duty.owner),
    )


def beats(*, at: datetime) -> Sequence[Beat]:
    return [_beat(pulse) for pulse in heartbeat.pulses(at=at)]


def _beat(pulse: heartbeat.Pulse) -> Beat:
    if pulse.age is None:
        return Beat(pulse.job, pulse.fresh, "has not finished a round yet")
    return Beat(
        pulse.job, pulse.fresh, f"finished its last round {int(pulse.age.total_seconds())} s ago"
    )
