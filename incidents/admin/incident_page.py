"""What the page of an incident shows, gathered in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from governance.accounts.roles import LEDGER_READ, ROLES
from governance.api.withheld import veil
from governance.console import actors, labels, times, values
from governance.console.labels import Tone
from governance.console.lists import may
from governance.ledger import readings
from governance.ledger.readings import Reading
from governance.outbox.models import Message
from incidents import candidates, disclosure, reasons, selectors
from incidents.admin import advice, history, moment_rows, notes, reassessed, standings, traces
from incidents.candidates import Candidate
from incidents.models import Clock, Decision, Duty, Incident, Timer

#: Longer timelines show their latest entries; the audit trail has them all.
LONGEST_TIMELINE: Final = 300
LONGEST_MESSAGES: Final = 100
_DUTY_TONES: Final[Mapping[str, Tone]] = {
    "open": "info",
    "undetermined": "warn",
    "fulfilled": "good",
}
CONFIRMATIONS: Final[Mapping[str, Tone]] = {
    "unconfirmed": "warn",
    "confirmed": "good",
    "contested": "bad",
}
_MESSAGE_TONES: Final[Mapping[str, Tone]] = {"pending": "info", "sent": "good", "dead": "bad"}


@dataclass(frozen=True)
class ShownStage:
    clock: Clock
    standing: str
    due: str
    left: str


@dataclass(frozen=True)
class ShownDuty:
    duty: Duty
    state: SafeString
    owner: str
    determine_by: SafeString
    determine_left: str
    stages: Sequence[ShownStage]
    because: str
    confirm_by: SafeString
    confirmation: str

    @property
    def asks(self) -> bool:
        return self.duty.state == Duty.State.UNDETERMINED

    @property
    def declined(self) -> bool:
        return self.duty.state == Duty.State.NOT_APPLICABLE


def context(incident: Incident, *, request: HttpRequest, at: datetime) -> dict[str, Any]:
    decisions = [veil(each) for each in incident.decisions.order_by("-id")]
    facts = disclosure.report(incident)
    severity = selectors.severity_of(decisions[0])
    timeline = readings.read(selectors.timeline(incident).reverse()[:LONGEST_TIMELINE])
    moments = candidates.of(incident)
    may_read = may(request, LEDGER_READ, incident)
    names = actors.names(_actors(incident, timeline, moments, decisions))
    return {
        "severity": labels.severity(incident.severity, provisional=incident.severity_provisional),
        "because": severity["because"],
        "rules": severity["rules"],
        "missing": severity["missing"],
        "record": _record(incident, names),
        "facts": list(values.rows(facts)),
        "facts_json": values.pretty(facts),
        "moments": moment_rows.of(incident, moments, names),
        "decisions": [_decision(decision, names) for decision in decisions],
        "timeline": history.shown(timeline, names, may_read=may_read),
        "timeline_cut": len(timeline) == LONGEST_TIMELINE,
        "may_read_ledger": may_read,
        "messages_told": _messages(incident),
        "reassessed": reassessed.of(incident),
        **_duties(incident, decisions, at=at),
        **_timers(incident, at=at),
        **advice.context(incident, decisions[0], at=at),
    }


def _record(incident: Incident, names: Mapping[str, str]) -> list[tuple[str, object]]:
    taken = "not yet"
    if incident.acknowledged_at is not None:
        by = names.get(incident.acknowledged_by, "")
        taken = f"{times.utc(incident.acknowledged_at)} by {by}"
    rows: list[tuple[str, object]] = [
        ("Reported", f"{times.utc(incident.reported_at)} by {names.get(incident.reported_by, '')}"),
        ("Led by", _lead(incident, names)),
        ("Acknowledged", taken),
        ("Snoozed until", times.utc(incident.snoozed_until)),
        ("Closed", times.utc(incident.closed_at)),
        ("Source", incident.source),
        ("System", f"{incident.system_name} ({incident.system})"),
    ]
    return [(name, value) for name, value in rows if value]


def _lead(incident: Incident, names: Mapping[str, str]) -> str:
    kind, _, name = incident.lead.partition(":")
    return ROLES.get(name, name) if kind == "role" else names.get(incident.lead, incident.lead)


# --- duties ------------------------------------------------------------------------------------


def _duties(incident: Incident, decisions: Sequence[Decision], *, at: datetime) -> dict[str, Any]:
    known = {decision.id: decision for decision in decisions}
    found = [veil(each) for each in selectors.duties(incident)]
    for duty in found:
        duty.decision = known[duty.decision_id]  # which is read already
    shown = [shown_duty(duty, at=at) for duty in found]
    law = [each for each in shown if not each.duty.shadow]
    counted = (stage.clock for each in shown for stage in each.stages)
    return {
        "behind": notes.of(incident, decisions[0], counted, at=at),
        "questions": [each for each in law if each.asks],
        "duties": [each for each in law if not each.asks and not each.declined],
        "declined": [each for each in law if each.declined],
        "shadow_duties": [each for each in shown if each.duty.shadow],
    }


def shown_duty(duty: Duty, *, at: datetime) -> ShownDuty:
    clocks = selectors.in_order(duty.clocks.all())
    for clock in clocks:
        clock.duty = duty
        veil(clock)
    return ShownDuty(
        duty=duty,
        state=labels.label(duty.get_state_display(), _DUTY_TONES.get(duty.state, "plain")),
        owner=ROLES.get(duty.owner, duty.owner),
        determine_by=times.stamp(duty.determine_by),
        determine_left=times.due(duty.determine_by, now=at) if duty.determine_by else "",
        stages=[_stage(clock, at=at) for clock in clocks],
        because=reasons.of(duty),
        confirm_by=times.stamp(duty.confirm_by),
        confirmation=confirmation(duty),
    )


def confirmation(duty: Duty) -> str:
    """Whether a person stands behind that it applies or not; empty where nobody is asked."""
    if duty.confirmation == Duty.Confirmation.NOT_ASKED:
        return ""
    return labels.label(duty.get_confirmation_display(), CONFIRMATIONS[duty.confirmation])


def _stage(clock: Clock, *, at: datetime) -> ShownStage:
    due: str = times.both(clock.conservative_due, clock.zone)
    left = ""
    match clock.state:
        case Clock.State.PAUSED:
            due = f"stands still until {times.utc(clock.paused_until)} at the latest"
        case Clock.State.RUNNING if clock.conservative_due is not None:
            left = times.due(clock.conservative_due, now=at)
        case Clock.State.RUNNING:
            due = "promptly"
        case Clock.State.NOT_STARTED:
            due = notes.waits(clock, at=at)
        case Clock.State.FULFILLED:
            due = f"sent {times.utc(clock.fulfilled_at)}"
        case Clock.State.CANCELLED if clock.cancelled_because:
            due = clock.cancelled_because
    return ShownStage(clock, standings.shown(clock, at=at), due, left)


# --- what will happen, and what did ------------------------------------------------------------


def _timers(incident: Incident, *, at: datetime) -> dict[str, Any]:
    found = [
        veil(each)
        for each in incident.timers.select_related("clock", "duty", *_DISPENSATION).order_by(
            "due_at", "id"
        )
    ]
    pending = [timer for timer in found if timer.state == Timer.State.PENDING]
    done = [timer for timer in found if timer.state != Timer.State.PENDING]
    return {
        "pending": [_timer(timer, at=at) for timer in pending],
        "done": [_timer(timer, at=at) for timer in reversed(done)],
    }


_DISPENSATION: Final = ("dispensation__clock", "dispensation__duty")


def _timer(timer: Timer, *, at: datetime) -> dict[str, Any]:
    about = timer.dispensation.about if timer.dispensation else timer.clock or timer.duty
    return {
        "url": reverse("admin:incidents_timer_change", args=[timer.id]),
        "name": str(timer),
        "about": about.title if about is not None else "",
        "due": times.stamp(timer.due_at),
        "left": times.due(timer.due_at, now=at),
        "state": timer.get_state_display(),
        "done": times.stamp(timer.done_at),
        "outcome": timer.outcome,
    }


def _messages(incident: Incident) -> list[dict[str, Any]]:
    rows = Message.objects.filter(incident_id=incident.id).defer("text").order_by("-id")
    found = [veil(each) for each in rows[:LONGEST_MESSAGES]]
    return [
        {
            "state": labels.label(message.get_state_display(), _MESSAGE_TONES[message.state]),
            "when": times.stamp(message.sent_at or message.created_at),
            "to": message.destination,
            "subject": message.subject,
            "because": message.because,
            "url": reverse("admin:outbox_message_change", args=[message.id]),
        }
        for message in found
    ]


def _decision(decision: Decision, names: Mapping[str, str]) -> dict[str, Any]:
    shown = traces.shown(decision.text)
    return {
        "severity": decision.severity,
        "at": times.stamp(decision.at),
        "because": history.said(decision.because, names),
        "release": decision.release_id,
        "digest": decision.digest,
        "rules": shown.rules,
        "duties": shown.duties,
        "json": shown.json,
    }


def _actors(
    incident: Incident,
    timeline: Iterable[Reading],
    moments: Iterable[Candidate],
    decisions: Iterable[Decision],
) -> Iterable[str]:
    yield incident.reported_by
    yield incident.acknowledged_by
    yield incident.lead
    yield from history.named(timeline)
    yield from moment_rows.actors(moments)
    yield from history.people(decision.because for decision in decisions)
