"""Wording calls and addressing them: from roles to people, from people to outbox rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from governance import canonical
from governance.ledger import ledger
from governance.outbox import outbox
from incidents import holding, timers
from incidents.addressees import Addressee, Directory
from incidents.calls import Call
from incidents.clocks import UNFINISHED
from incidents.models import Clock, Duty, Timer
from policies.release import Release

_OWED: Final = Clock.objects.filter(state__in=UNFINISHED).order_by("position", "occurrence", "id")


def tell(calls: Iterable[Call], *, release: Release, by: ledger.Actor, at: datetime) -> list[Call]:
    """Owe every call's message to everyone its roles reach, to some of them once it is no longer
    quiet. Returns the calls that reach nobody, each with an entry that says so."""
    listed = list(calls)
    duties = [duty for call in listed for duty in call.duties]
    prefetch_related_objects(duties, Prefetch("clocks", _OWED))
    roles = (role for call in listed for role in call.roles)
    directory = Directory.of(roles, release=release, at=at)
    drafts: list[outbox.Draft] = []
    held: list[Timer] = []
    events: list[ledger.Event] = []
    unheard = []
    for call in listed:
        now, later = holding.split(call, release=release, at=at)
        reached = directory.reached(now)
        drafts += [_draft(now, to) for to in reached]
        if later is not None:
            held.append(later)
            events.append(holding.event(call, later))
        elif not reached:
            unheard.append(call)
            events.append(_nobody(call))
    outbox.enqueue(drafts, by=by, at=at)
    ledger.append_all(events, by=by, at=at)
    if held:
        timers.set_all(held)
    return unheard


def _draft(call: Call, to: Addressee) -> outbox.Draft:
    incident = call.incident
    drill = "DRILL " if incident.drill else ""
    return outbox.Draft(
        key=f"{call.key}:{to.channel}:{_short(to.address)}",
        channel=to.channel,
        destination=to.address,
        subject=f"{drill}[{incident.severity}] {incident.reference} {call.headline}",
        text=_text(call, to.roles),
        because=call.because,
        incident_id=incident.id,
        incident_reference=incident.reference,
    )


def _short(address: str) -> str:
    """The address, or what stands for one that is too long for a key."""
    return address if len(address) <= 80 else canonical.digest(address)


def _text(call: Call, roles: Sequence[str]) -> str:
    incident = call.incident
    provisional = " (provisional)" if incident.severity_provisional else ""
    lines = [
        f"{call.headline}.",
        "",
        f"Incident:  {incident.reference} {incident.title}",
        f"System:    {incident.system_name}",
        f"Severity:  {incident.severity}{provisional}",
        f"Reported:  {_utc(incident.reported_at)}",
    ]
    if call.acknowledge_by:
        lines.append(f"Acknowledge by: {_utc(call.acknowledge_by)}")
    lines += ["", f"Why you get this: {call.because}", f"Told as: {', '.join(roles)}"]
    if call.clock is not None:
        lines += ["", *_clock(call.clock)]
    for duty in sorted(call.duties, key=lambda duty: duty.shadow):  # what binds us comes first
        lines += ["", *_duty(duty)]
    path = reverse("admin:incidents_incident_change", args=[incident.id])
    lines += ["", f"Open it: {settings.PUBLIC_URL}{path}"]
    if incident.drill:
        lines += ["", "This is a drill."]
    return "\n".join(lines) + "\n"


def _clock(clock: Clock) -> list[str]:
    lines = [
        f"Deadline:  {clock.title}",
        f"Law:       {clock.citation}",
        f"To:        {clock.recipient}",
    ]
    if clock.legal_due is not None and clock.conservative_due is not None:
        lines.append(f"Work to:   {_both(clock.conservative_due, clock.zone)}")
        lines.append(f"Legal end: {_both(clock.legal_due, clock.zone)}")
        lines.append(f"Counted:   {clock.period} from {clock.anchor}, rule {clock.counting}")
    elif clock.state == Clock.State.NOT_STARTED:
        lines.append(f"Not started: waits for {', '.join(clock.waits_for)}")
    else:
        lines.append("Promptly: the law names no number of hours or days")
    if clock.missing:
        lines.append(f"Is it owed? Until somebody finds out, yes: {', '.join(clock.missing)}")
    return lines


def _duty(duty: Duty) -> list[str]:
    lines = [f"Duty: {duty.title}", f"  {duty.regime}; {duty.citation}"]
    if duty.shadow:
        lines.append(f"  In shadow: {duty.shadow_because}")
    if duty.state == Duty.State.UNDETERMINED and duty.determine_by is not None:
        lines.append(f"  Applies? Find out by {_utc(duty.determine_by)}: {', '.join(duty.missing)}")
    for clock in duty.clocks.all():
        lines += [
            f"  - {line}" if index == 0 else f"    {line}"
            for index, line in enumerate(_clock(clock))
        ]
    return lines


def _both(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    if zone == "UTC":
        return _utc(at)
    return f"{local:%A %Y-%m-%d %H:%M} {zone} ({_utc(at)})"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M} UTC"


def _nobody(call: Call) -> ledger.Event:
    return ledger.Event(
        "message.skipped",
        "incident",
        call.incident.id,
        call.incident.id,
        after={"roles": call.roles, "headline": call.headline},
        reason="Nobody holds these roles and they have no contacts.",
    )
