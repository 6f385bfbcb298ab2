"""Standings in SQL, for filters and counts. They say the same as `states.standing`; a test holds
the two together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from governance.access import reach
from governance.access.rules import EVERYTHING, Reach
from governance.console import tally
from governance.console.labels import Tone, label
from incidents.clocks import STARTED
from incidents.models import Clock
from incidents.states import LABELS, Standing, standing

TONES: Final[Mapping[Standing, Tone]] = {
    Standing.OVERDUE: "bad",
    Standing.AT_RISK: "warn",
    Standing.RUNNING: "info",
    Standing.PAUSED: "warn",
    Standing.MET: "good",
    Standing.MET_LATE: "warn",
    Standing.NOT_STARTED: "plain",
    Standing.CANCELLED: "plain",
}


def condition(wanted: Standing, *, at: datetime) -> Q:
    """Which clocks stand so at `at`."""
    paused = Q(state=Clock.State.PAUSED, paused_until__gt=at)
    running = Q(state__in=STARTED) & ~paused
    fulfilled = Q(state=Clock.State.FULFILLED)
    late = Q(legal_due__isnull=False, fulfilled_at__gte=F("legal_due"))
    counts = Q(shadow=False)
    match wanted:
        case Standing.NOT_STARTED:
            return Q(state=Clock.State.NOT_STARTED)
        case Standing.PAUSED:
            return paused
        case Standing.CANCELLED:
            return Q(state=Clock.State.CANCELLED)
        case Standing.MET_LATE:
            return fulfilled & late
        case Standing.MET:
            return fulfilled & (Q(legal_due__isnull=True) | Q(fulfilled_at__lt=F("legal_due")))
        case Standing.OVERDUE:
            return running & counts & Q(legal_due__lte=at)
        case Standing.AT_RISK:
            return running & counts & Q(legal_due__gt=at, at_risk_from__lte=at)
        case Standing.RUNNING:
            calm = Q(at_risk_from__isnull=True) | Q(at_risk_from__gt=at)
            in_time = Q(legal_due__gt=at) & calm
            return running & (Q(shadow=True) | Q(legal_due__isnull=True) | in_time)


def counts(within: Reach = EVERYTHING, *, at: datetime) -> Mapping[Standing, int]:
    """How many clocks that are reached stand how, without shadow ones, as tallies."""
    shown = (
        Standing.OVERDUE,
        Standing.AT_RISK,
        Standing.RUNNING,
        Standing.PAUSED,
        Standing.NOT_STARTED,
    )
    mine = reach.within(Clock.objects.filter(shadow=False), within)
    return {each: _tally(mine, each, at=at) for each in shown}


def _tally(mine: QuerySet[Clock], wanted: Standing, *, at: datetime) -> int:
    found = mine.filter(condition(wanted, at=at))
    if wanted is not Standing.RUNNING:
        return tally.tally(found)
    return min(sum(map(tally.tally, calm_parts(found, at=at))), tally.MANY + 1)


def calm_parts(
    running: QuerySet[Clock], *, at: datetime
) -> tuple[QuerySet[Clock], QuerySet[Clock]]:
    """Of those that stand as running: those whose time is not over, and those without a number,
    which come after them. Each part has its index, both together have none."""
    undated = running.filter(conservative_due__isnull=True, legal_due__isnull=True)
    return running.filter(legal_due__gt=at), undated


def of(clock: Clock, *, at: datetime) -> Standing:
    return standing(clock, at=at, shadow=clock.duty.shadow)


def title(standing: Standing) -> str:
    """In words, in the reader's language."""
    return gettext(LABELS[standing])


def shown(clock: Clock, *, at: datetime) -> str:
    """The standing as a coloured word."""
    found = of(clock, at=at)
    return label(title(found), TONES[found])
