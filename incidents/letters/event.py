"""A letter for programs, as Standard Webhooks wants events: type, timestamp, data. Instants are RFC
3339 in UTC; where a zone counted, the local words are given too."""

from collections.abc import Mapping
from datetime import datetime

from incidents.letters.letter import Letter, both, url
from incidents.models import Clock, Duty, Incident


def write(letter: Letter, *, at: datetime) -> Mapping[str, object]:
    call = letter.call
    clock = letter.next_clock
    return {
        "type": call.event,
        "timestamp": at,
        "data": {
            "headline": call.headline,
            "because": call.because,
            "to_do": call.to_do,
            "told_as": list(letter.roles),
            "acknowledge_by": call.acknowledge_by,
            "incident": _incident(call.incident),
            "deadline": _clock(clock) if clock is not None else None,
            "duties": [_duty(duty) for duty in letter.duties],
        },
    }


def _incident(incident: Incident) -> Mapping[str, object]:
    return {
        "id": incident.id,
        "reference": incident.reference,
        "title": incident.title,
        "severity": incident.severity,
        "severity_provisional": incident.severity_provisional,
        "state": incident.state,
        "system": incident.system,
        "system_name": incident.system_name,
        "reported_at": incident.reported_at,
        "drill": incident.drill,
        "url": url(incident),
    }


def _clock(clock: Clock) -> Mapping[str, object]:
    return {
        "id": clock.id,
        "title": clock.title,
        "citation": clock.citation,
        "recipient": clock.recipient,
        "state": clock.state,
        "conservative_due": clock.conservative_due,
        "legal_due": clock.legal_due,
        "zone": clock.zone,
        "work_to": _words(clock.conservative_due, clock.zone),
        "legal_end": _words(clock.legal_due, clock.zone),
    }


def _duty(duty: Duty) -> Mapping[str, object]:
    return {
        "id": duty.id,
        "title": duty.title,
        "regime": duty.regime,
        "citation": duty.citation,
        "recipient": duty.recipient,
        "owner": duty.owner,
        "state": duty.state,
        "shadow": duty.shadow,
        "missing": list(duty.missing),
        "determine_by": duty.determine_by,
        "deadlines": [_clock(clock) for clock in duty.clocks.all()],
    }


def _words(at: datetime | None, zone: str) -> str | None:
    return both(at, zone) if at is not None else None
