"""What the page of a duty shows: why it applies or not, what is owed, what was said about it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from governance.accounts.roles import LEDGER_READ, ROLES
from governance.api.withheld import veil
from governance.console import actors, labels, times
from governance.console.lists import may
from incidents import selectors
from incidents.admin import dispensed, history, incident_page, traces
from incidents.models import Duty


def context(duty: Duty, *, request: HttpRequest, at: datetime) -> dict[str, Any]:
    incident, given = duty.incident, list(duty.dispensations.order_by("-id"))
    decision = selectors.latest_decision(incident)
    trace = traces.of_duty(decision.text, policy=duty.policy_name, duty=duty.duty)
    shown = incident_page.shown_duty(duty, at=at)
    family = incident.duties.filter(policy_name=duty.policy_name)
    about = [duty.id, *(each.clock.id for each in shown.stages), *(row.id for row in given)]
    return {
        "duty": duty,
        "shown": shown,
        "incident": incident,
        "severity": labels.severity(incident.severity, provisional=incident.severity_provisional),
        "confirmation": shown.confirmation,
        "because": shown.because,
        "confirm_by": shown.confirm_by,
        "confirm_left": times.due(duty.confirm_by, now=at) if duty.confirm_by else "",
        "judged": _judged(duty),
        "superseding": family.filter(duty=duty.superseded_by).first(),
        "supersedes": list(family.filter(superseded_by=duty.duty, state=Duty.State.SUPERSEDED)),
        "law": _law(duty),
        "trace": [trace] if trace is not None else [],
        "decided_at": times.stamp(decision.at),
        "dispensed": dispensed.rows(given),
        "dispensed_title": "Delays, pauses and waivers",
        "timers": [
            (veil(timer), times.stamp(timer.due_at))
            for timer in duty.timers.filter(clock=None).order_by("due_at", "id")
        ],
        "history": history.of(*about, may_read=may(request, LEDGER_READ, duty)),
    }


def _judged(duty: Duty) -> str:
    """Who stands behind it that the duty applies or not."""
    match duty.confirmation:
        case Duty.Confirmation.CONFIRMED:
            word, who, when = "Confirmed not to apply", duty.confirmed_by, duty.confirmed_at
        case Duty.Confirmation.CONTESTED:
            word, who, when = "Held to apply", duty.contested_by, duty.contested_at
        case _:
            return ""
    return f"{word} by {actors.name(who)}, {times.utc(when)}. {duty.confirmation_note}".strip()


def _law(duty: Duty) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        ("Regime", duty.regime),
        ("Law", duty.citation),
        ("To", duty.recipient),
        ("Owner", ROLES.get(duty.owner, duty.owner)),
        ("Policy", duty.policy),
        ("Policy digest (SHA-256)", duty.policy_digest),
        ("Opened", times.stamp(duty.opened_at)),
        ("Closed", times.stamp(duty.closed_at)),
    ]
    return [(name, value) for name, value in rows if value]
