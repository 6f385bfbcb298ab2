"""What every form of a letter says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from incidents import reasons, starts
from incidents.calls import Call
from incidents.clocks import UNFINISHED
from incidents.models import Clock, Duty, Incident
from policies import wording

#: A name and what it is, as a line or as a row.
Fact = tuple[str, str]


@dataclass(frozen=True)
class Letter:
    """`roles` are the titles of those for which its reader is told. The call's duties have their
    unfinished clocks fetched."""

    call: Call
    roles: Sequence[str]

    @property
    def subject(self) -> str:
        incident = self.call.incident
        drill = "DRILL " if incident.drill else ""
        return f"{drill}[{incident.severity}] {incident.reference} {self.call.headline}"

    @property
    def duties(self) -> Sequence[Duty]:
        """What binds us comes first."""
        return sorted(self.call.duties, key=lambda duty: duty.shadow)

    @property
    def incident_facts(self) -> Sequence[Fact]:
        incident = self.call.incident
        provisional = " (provisional)" if incident.severity_provisional else ""
        found = [
            ("Incident", f"{incident.reference} {incident.title}"),
            ("System", incident.system_name),
            ("Severity", f"{incident.severity}{provisional}"),
            ("Reported", utc(incident.reported_at)),
        ]
        if self.call.acknowledge_by:
            found.append(("Acknowledge by", utc(self.call.acknowledge_by)))
        return found

    @property
    def next_clock(self) -> Clock | None:
        """The clock that it is about, else the first that runs out of those that bind us."""
        if self.call.clock is not None:
            return self.call.clock
        dated = [
            (clock.conservative_due, clock.position, clock)
            for duty in self.duties
            if not duty.shadow
            for clock in duty.clocks.all()
            if clock.conservative_due is not None and clock.state in UNFINISHED
        ]
        return min(dated, key=lambda each: each[:2])[2] if dated else None


def url(incident: Incident) -> str:
    return settings.PUBLIC_URL + reverse("admin:incidents_incident_change", args=[incident.id])


def clock_facts(clock: Clock) -> Sequence[Fact]:
    return [
        ("Deadline", clock.title),
        ("Law", clock.citation),
        ("To", clock.recipient),
        *_times(clock),
    ]


def duty_facts(duty: Duty) -> Sequence[Fact]:
    """What is to be said of a duty itself, besides its name and its clocks."""
    found = []
    if duty.shadow:
        found.append(("In shadow", duty.shadow_because))
    if duty.state == Duty.State.NOT_APPLICABLE:
        found.append(("Does not apply", reasons.of(duty)))
    if duty.state == Duty.State.UNDETERMINED and duty.determine_by is not None:
        limit = utc(duty.determine_by)
        found.append(("Applies?", f"Find out by {limit}: {', '.join(duty.missing)}"))
    return found


def both(at: datetime, zone: str) -> str:
    """Date and time with the name of the zone that counted them, and in UTC."""
    if zone == "UTC":
        return utc(at)
    return f"{at.astimezone(ZoneInfo(zone)):%A %Y-%m-%d %H:%M} {zone} ({utc(at)})"


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _times(clock: Clock) -> Iterator[Fact]:
    if clock.legal_due is not None and clock.conservative_due is not None:
        yield "Work to", both(clock.conservative_due, clock.zone)
        yield "Legal end", both(clock.legal_due, clock.zone)
        counted = f"{wording.kept(clock.period)} from {starts.counted_from(clock)}"
        yield "Counted", f"{counted}, rule {clock.counting}"
        yield from _moved(clock)
    elif clock.state == Clock.State.NOT_STARTED:
        yield "Not started", f"waits for {', '.join(map(str, starts.of(clock)))}"
    else:
        yield "Promptly", "the law names no number of hours or days"
    if clock.missing:
        yield "Is it owed?", f"Until somebody finds out, yes: {', '.join(clock.missing)}"


def _moved(clock: Clock) -> Iterator[Fact]:
    """What a delay or a pause does to it."""
    if clock.counted_legal_due is not None:
        counted = both(clock.counted_legal_due, clock.zone)
        yield "Moved", f"by a delay or pause; without it, the legal end was {counted}"
    if clock.state == Clock.State.PAUSED and clock.paused_until is not None:
        until = both(clock.paused_until, clock.zone)
        yield "Paused", f"the period stands still until {until} at the latest"
