"""What the page of an incident shows, gathered in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from governance.accounts.roles import LEDGER_READ
from governance.api.withheld import veil
from governance.console import actors, labels, role_titles, times, values
from governance.console.labels import Tone
from governance.console.lists import may
from governance.outbox.models import Message
from incidents import candidates, disclosure
from incidents import facts as known_facts
from incidents.admin import (
    advice,
    answers,
    completeness,
    course,
    history,
    incident_papers,
    kept,
    log,
    moment_rows,
    notes,
    overridden,
    reassessed,
    severities,
    shown_duties,
    signed,
    stated,
    traces,
    unknowns,
)
from incidents.admin.course import Course
from incidents.candidates import Candidate
from incidents.models import Clock, Decision, Duty, Incident, Timer
from policies import titles
from policies.release import Release
from policies.titles import Titles

LONGEST_MESSAGES: Final = 100
#: Which decision is opened, by its id in the address.
DECISION: Final = "decision"
_MESSAGE_TONES: Final[Mapping[str, Tone]] = {"pending": "info", "sent": "good", "dead": "bad"}


@dataclass(frozen=True)
class _Read:
    """What several parts of the page need. `facts` are the report as the reader may see it."""

    incident: Incident
    decisions: Sequence[Decision]
    release: Release
    severity: Mapping[str, Any]
    facts: Mapping[str, Any]
    moments: Sequence[Candidate]
    duties: Sequence[Duty]
    at: datetime

    @property
    def last(self) -> Decision:
        return self.decisions[0]

    @property
    def clocks(self) -> Sequence[Clock]:
        """Of all duties, each with its duty."""
        return [clock for duty in self.duties for clock in duty.clocks.all()]

    @property
    def titles(self) -> Titles:
        return titles.of(self.last.release_id)

    @property
    def starts(self) -> Mapping[str, datetime]:
        """The moments that count."""
        return {each.moment.name: each.moment.at for each in self.moments if each.counts}


def context(incident: Incident, *, request: HttpRequest, at: datetime) -> dict[str, Any]:
    found = _read(incident, at=at)
    told = log.read(incident, request.GET.get(log.PARAMETER, ""))
    may_read = may(request, LEDGER_READ, incident)
    names = actors.names(_actors(found, told))
    papers, drafted = incident_papers.context(incident)
    duties = _duties(found, drafted)
    return {
        "counts": {
            "duties": sum(len(duties[each]) for each in ("questions", "duties", "over")),
            "papers": len(papers["papers"]) + len(papers["files"]),
        },
        "severity": severities.of(incident),
        "because": found.severity["because"],
        "record": _record(incident, names),
        "reported": times.distance(incident.reported_at, now=at),
        "facts": stated.of(found.facts, found.release, found.titles),
        "facts_json": values.pretty(found.facts),
        "moments": moment_rows.of(found.moments, found.clocks, names, found.titles),
        "decisions": [_decision(each, names) for each in found.decisions],
        "opened": _opened(found, request.GET.get(DECISION, "")),
        "log": log.lines(told, names, may_read=may_read),
        "log_kinds": told.kinds,
        "log_total": told.total,
        "log_cut": told.cut,
        "may_read_ledger": may_read,
        **_messages(incident),
        "undecided": any(each.may_be_chosen for each in found.moments),
        **reassessed.context(incident),
        **overridden.context(incident, names, request=request),
        **_clocks(found),
        **_answers(found),
        **duties,
        **_timers(incident, at=at),
        **advice.context(incident, found.last, found.starts, found.titles, at=at),
        **papers,
    }


def _read(incident: Incident, *, at: datetime) -> _Read:
    decisions = [veil(each) for each in kept.decisions(incident)]
    known = {decision.id: decision for decision in decisions}
    duties = [veil(each) for each in kept.duties(incident)]
    for duty in duties:
        duty.decision = known[duty.decision_id]  # which is read already
        for clock in duty.clocks.all():
            clock.duty = duty
            veil(clock)
    return _Read(
        incident=incident,
        decisions=decisions,
        release=kept.release(incident),
        severity=kept.severity(incident),
        facts=disclosure.report(incident),
        moments=candidates.of(incident),
        duties=duties,
        at=at,
    )


def _record(incident: Incident, names: Mapping[str, str]) -> list[tuple[str, object]]:
    taken = gettext("not yet")
    if incident.acknowledged_at is not None:
        by = names.get(incident.acknowledged_by, "")
        taken = signed.said(times.here(incident.acknowledged_at), by)
    reporter = names.get(incident.reported_by, "")
    rows: list[tuple[str, object]] = [
        (gettext("Reported"), signed.said(times.here(incident.reported_at), reporter)),
        (gettext("Led by"), _lead(incident, names)),
        (gettext("Acknowledged"), taken),
        (gettext("Snoozed until"), times.here(incident.snoozed_until)),
        (gettext("Closed"), times.here(incident.closed_at)),
        (gettext("Source"), incident.source),
        (gettext("System"), f"{incident.system_name} ({incident.system})"),
    ]
    return [(name, value) for name, value in rows if value]


def _lead(incident: Incident, names: Mapping[str, str]) -> str:
    kind, _, name = incident.lead.partition(":")
    return role_titles.role(name) if kind == "role" else names.get(incident.lead, incident.lead)


# --- clocks, duties and what is open -----------------------------------------------------------


def _clocks(found: _Read) -> dict[str, Any]:
    law = [each for each in found.clocks if not each.duty.shadow]
    shadow = [each for each in found.clocks if each.duty.shadow]
    drawn = _course(found, law)
    return {
        "behind": notes.of(found.incident, found.last, found.clocks, at=found.at),
        "course": drawn,
        "shadow_course": _course(found, shadow) if shadow else None,
        "next": next((each for each in drawn.tracks if each.clock.state == "running"), None),
    }


def _course(found: _Read, clocks: Sequence[Clock]) -> Course:
    return course.of(found.incident, clocks, found.moments, found.titles, at=found.at)


def _answers(found: _Read) -> dict[str, Any]:
    of_duties, of_regimes = answers.duties(found.last, found.duties)
    asked = unknowns.of(
        found.incident, found.severity, found.duties, found.clocks, found.release, at=found.at
    )
    return {
        "why_severity": answers.severity(found.last, found.release),
        "why_duties": of_duties,
        "why_not": of_regimes,
        "unknowns": asked,
        "unknowns_pressing": [each for each in asked if not each.in_shadow],
        "unknowns_shadow": [each for each in asked if each.in_shadow],
    }


def _duties(found: _Read, drafted: incident_papers.Drafted) -> dict[str, Any]:
    facts = known_facts.told(found.facts, found.last, found.release)
    complete = {
        clock.id: completeness.of(clock, facts, found.release, drafted.get(clock.id))
        for clock in found.clocks
    }
    shown = [shown_duties.shown(each, complete, at=found.at) for each in found.duties]
    law = [each for each in shown if not each.duty.shadow]
    return {
        "questions": [each for each in law if each.asks],
        "duties": [each for each in law if each.duty.state == Duty.State.OPEN],
        "over": [each for each in law if each.over],
        "declined": [each for each in law if each.declined],
        "shadow_duties": [each for each in shown if each.duty.shadow],
    }


# --- what will happen, and what did ------------------------------------------------------------


def _timers(incident: Incident, *, at: datetime) -> dict[str, Any]:
    found = [veil(each) for each in kept.timers(incident)]
    pending = [timer for timer in found if timer.state == Timer.State.PENDING]
    done = [timer for timer in found if timer.state != Timer.State.PENDING]
    return {
        "pending": [_timer(timer, at=at) for timer in pending],
        "done": [_timer(timer, at=at) for timer in reversed(done)],
    }


def _timer(timer: Timer, *, at: datetime) -> dict[str, Any]:
    about = timer.dispensation.about if timer.dispensation else timer.clock or timer.duty
    return {
        "url": reverse("admin:incidents_timer_change", args=[timer.id]),
        "name": notes.timer(timer),
        "about": about.title if about is not None else "",
        "due": times.stamp(timer.due_at),
        "left": times.due(timer.due_at, now=at),
        "state": timer.get_state_display(),
        "done": times.stamp(timer.done_at),
        "outcome": timer.outcome,
    }


def _messages(incident: Incident) -> dict[str, Any]:
    rows = Message.objects.filter(incident_id=incident.id).defer("text").order_by("-id")
    found = [veil(each) for each in rows[:LONGEST_MESSAGES]]
    shown = [
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
    dead = any(message.state == Message.State.DEAD for message in found)
    return {"messages_told": shown, "dead_messages": dead}


def _decision(decision: Decision, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": decision.id,
        "severity": decision.severity,
        "at": times.stamp(decision.at),
        "because": history.said(decision.because, names),
        "release": decision.release_id,
        "digest": decision.digest,
    }


def _opened(found: _Read, wanted: str) -> dict[str, Any] | None:
    """The whole record of one decision, which is long."""
    chosen = next((each for each in found.decisions if str(each.id) == wanted), None)
    if chosen is None:
        return None
    shown = traces.shown(chosen.text)
    return {"id": chosen.id, "rules": shown.rules, "duties": shown.duties, "json": shown.json}


def _actors(found: _Read, told: log.Found) -> Iterable[str]:
    incident = found.incident
    yield incident.reported_by
    yield incident.acknowledged_by
    yield incident.lead
    yield from overridden.actors_of(incident)
    yield from told.named()
    yield from moment_rows.actors(found.moments)
    yield from history.people(decision.because for decision in found.decisions)
