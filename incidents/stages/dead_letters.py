"""Telling a person that a message could not be delivered, so that somebody does it another way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from governance import canonical
from governance.accounts import people
from governance.ledger import ledger
from governance.outbox import dead_letters, outbox
from governance.outbox.models import Message
from incidents import holding, ladders
from incidents.calls import Call
from incidents.models import Incident, Timer
from policies.release import Release

#: Who hears of it besides the lead of the incident: who answers for deadlines, and who runs this.
WATCHERS: Final = ("compliance-officer", "administrator")


def claim(*, limit: int) -> Sequence[tuple[Message, Incident | None]]:
    """Undeliverable messages that nobody was told of, locked, each with its incident."""
    messages = dead_letters.unescalated(limit=limit)
    wanted = {each.incident_id for each in messages if each.incident_id is not None}
    known = Incident.objects.in_bulk(wanted)
    return [(each, known.get(each.incident_id) if each.incident_id else None) for each in messages]


def call(message: Message, incident: Incident, *, release: Release, at: datetime) -> Call:
    roles, leads = ladders.leading(incident, release, at)
    return Call(
        key=_key(message),
        incident=incident,
        roles=(*roles, *WATCHERS),
        people=leads,
        headline=f"Could not be delivered to {message.destination}",
        because=_because(message),
        to_do=_to_do(message),
        about=message.id,
        event="message.undeliverable",
    )


def tell_administrators(message: Message, *, by: ledger.Actor, at: datetime) -> None:
    """Of a message that belongs to no incident, or whose incident's people cannot be found. Those
    who take nothing at present are left out, unless that is everybody."""
    (role,) = WATCHERS[1:]
    holders = people.addresses([role])[role]
    reached = set(holders) - dead_letters.unreachable("email", holders)
    told = sorted(reached or holders)
    outbox.enqueue([_draft(message, address) for address in told], by=by, at=at)


def close(message: Message, *, by: ledger.Actor, at: datetime) -> None:
    """Record who is told of it, so that no sweep tells it again."""
    told = Message.objects.filter(occasion=_key(message), incident_id=message.incident_id)
    destinations = told.values_list("destination", flat=True)
    dead_letters.mark_escalated(message, told=list(destinations), by=by, at=at)


def lost_step(message: Message, incident: Incident) -> int | None:
    """The step of the ladder, 0 for the first call, of which nobody has heard because each of its
    messages is undeliverable; None where somebody has, or has acknowledged."""
    if incident.acknowledged_at is not None or not message.occasion:
        return None
    step = _step(message.occasion, incident)
    if step is None or not dead_letters.all_dead(message.occasion, incident_id=incident.id):
        return None
    return step


def _step(occasion: str, incident: Incident) -> int | None:
    """Calls of the ladder are named `incident:ID:first:SEVERITY` and `timer:ID`."""
    if occasion.startswith(f"incident:{incident.id}:first:"):
        return 0
    kind, _, key = occasion.partition(":")
    if kind != "timer":
        return None
    timer = Timer.objects.filter(id=UUID(key), ladder=incident.ladder).first()
    if timer is None:
        return None
    return int(timer.step) if timer.kind == Timer.Kind.ESCALATION else holding.step(timer)


def _key(message: Message) -> str:
    """Another for each time that it died: one that was replayed may die again."""
    return f"dead:{message.id}:{message.attempts}"


def _because(message: Message) -> str:
    tries = "1 attempt" if message.tries == 1 else f"{message.tries} attempts"
    return (
        f"“{message.subject[:120]}” did not reach {message.destination} by {message.channel}, and "
        f"after {tries} it is not tried any more: {message.last_error[:160] or 'no reason given'}"
    )


def _to_do(message: Message) -> str:
    url = settings.PUBLIC_URL + reverse("admin:outbox_message_change", args=[message.id])
    return (
        "What to do: tell whoever it was for in another way now; then correct the address or the "
        f"endpoint, and replay the message: {url}"
    )


def _draft(message: Message, address: str) -> outbox.Draft:
    because = _because(message)
    return outbox.Draft(
        key=f"{_key(message)}:email:{canonical.digest(address)}",
        occasion=_key(message),
        channel="email",
        destination=address,
        subject=f"Could not be delivered to {message.destination}: {message.subject}",
        text=f"{because}\n\n{_to_do(message)}\n",
        because=because,
        about=message.id,
        incident_id=message.incident_id,
        incident_reference=message.incident_reference,
    )
