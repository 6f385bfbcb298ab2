"""What the page of a duty shows: why it applies or not, what is owed, what was said about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext

from governance.accounts.roles import LEDGER_READ
from governance.console import actors, role_titles, times
from governance.console.lists import may
from incidents import candidates, contents, disclosure, selectors
from incidents import facts as known_facts
from incidents.admin import (
    answers,
    completeness,
    course,
    dispensed,
    history,
    notes,
    severities,
    shown_duties,
)
from incidents.admin.completeness import Complete
from incidents.models import Decision, Duty
from policies import releases, titles


def context(duty: Duty, *, request: HttpRequest, at: datetime) -> dict[str, Any]:
    incident, given = duty.incident, list(duty.dispensations.order_by("-id"))
    decision = selectors.latest_decision(incident)
    shown = shown_duties.shown(duty, _complete(duty, decision), at=at)
    clocks = [each.clock for each in shown.stages]
    answer = answers.of_duty(decision, duty)
    family = incident.duties.filter(policy_name=duty.policy_name)
    about = [duty.id, *(each.clock.id for each in shown.stages), *(row.id for row in given)]
    return {
        "duty": duty,
        "shown": shown,
        "incident": incident,
        "severity": severities.of(incident),
        "confirmation": shown.confirmation,
        "because": shown.because,
        "confirm_by": shown.confirm_by,
        "confirm_left": times.due(duty.confirm_by, now=at) if duty.confirm_by else "",
        "judged": _judged(duty),
        "superseding": family.filter(duty=duty.superseded_by).first(),
        "supersedes": list(family.filter(superseded_by=duty.duty, state=Duty.State.SUPERSEDED)),
        "law": _law(duty),
        "answers": [answer] if answer is not None else [],
        "course": course.of(
            incident,
            clocks,
            candidates.of(incident),
            titles.of(decision.release_id),
            at=at,
        ),
        "decided_at": times.stamp(decision.at),
        "dispensed": dispensed.rows(given),
        "dispensed_title": gettext("Delays, pauses and waivers"),
        "timers": notes.timers(duty.timers.filter(clock=None).order_by("due_at", "id")),
        "history": history.of(*about, may_read=may(request, LEDGER_READ, duty)),
    }


def _complete(duty: Duty, decision: Decision) -> Mapping[UUID, Complete | None]:
    rows = list(selectors.notices().filter(duty=duty))
    drafted = completeness.by_clock(rows, contents.of_all(rows) if rows else {})
    release = releases.pinned(decision.release_id)
    facts = known_facts.told(disclosure.report(duty.incident, decision), decision, release)
    return {
        clock.id: completeness.of(clock, facts, release, drafted.get(clock.id))
        for clock in duty.clocks.all()
    }


def _judged(duty: Duty) -> str:
    """Who stands behind it that the duty applies or not."""
    match duty.confirmation:
        case Duty.Confirmation.CONFIRMED:
            said = gettext("Confirmed not to apply by %(name)s, %(at)s. %(note)s")
            who, when = duty.confirmed_by, duty.confirmed_at
        case Duty.Confirmation.CONTESTED:
            said = gettext("Held to apply by %(name)s, %(at)s. %(note)s")
            who, when = duty.contested_by, duty.contested_at
        case _:
            return ""
    told = {"name": actors.name(who), "at": times.here(when), "note": duty.confirmation_note}
    return (said % told).strip()


def _law(duty: Duty) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (gettext("Regime"), duty.regime),
        (gettext("Law"), duty.citation),
        (gettext("To"), duty.recipient),
        (gettext("Owner"), role_titles.role(duty.owner)),
        (gettext("Policy"), duty.policy),
        (gettext("Policy digest (SHA-256)"), duty.policy_digest),
        (gettext("Opened"), times.stamp(duty.opened_at)),
        (gettext("Closed"), times.stamp(duty.closed_at)),
    ]
    return [(name, value) for name, value in rows if value]
