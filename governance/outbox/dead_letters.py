"""Messages that could not be delivered: telling a person once, and sending them again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from governance.errors import Conflict
from governance.ledger import ledger
from governance.ledger.commitments import ERASED
from governance.outbox import records
from governance.outbox.models import Message

#: The latest messages to a destination that are looked at to say whether it takes any.
_LATEST: Final = 20


def replay(message: Message, *, by: ledger.Actor, at: datetime) -> Message:
    """Owe an undeliverable message again, under the same id and with as many attempts as a new one.
    Raises Conflict when it is not undeliverable, or was erased."""
    if not replay_all(Message.objects.filter(id=message.id), by=by, at=at):
        raise Conflict("Only an undeliverable message can be replayed; this one is not.")
    message.refresh_from_db()
    return message


def replay_all(chosen: QuerySet[Message], *, by: ledger.Actor, at: datetime) -> int:
    """Those among them that are undeliverable; returns how many. All or none."""
    with transaction.atomic():
        among = Message.objects.filter(id__in=chosen.values("id"), state=Message.State.DEAD)
        among = among.exclude(salt=ERASED)  # there is nothing left to send
        locked = among.select_for_update(no_key=True).order_by("number")
        dead = list(locked.only("attempts", "last_error", "incident_id"))
        Message.objects.filter(id__in=[message.id for message in dead]).update(
            state=Message.State.PENDING,
            due_at=at,
            lease_until=None,
            attempts_before=F("attempts"),
            last_error="",
            escalated_at=None,
        )
        ledger.append_all((_replayed(message) for message in dead), by=by, at=at)
    return len(dead)


def unescalated(*, limit: int) -> Sequence[Message]:
    """Undeliverable messages of which nobody has been told, locked until the end of the caller's
    transaction and out of every other caller's sight. Those that were themselves about such a
    message are left out: they would go round in a circle; the console counts them."""
    waiting = Message.objects.filter(
        state=Message.State.DEAD, escalated_at__isnull=True, about__isnull=True
    )
    locked = waiting.select_for_update(skip_locked=True, no_key=True)
    return list(locked.order_by("number")[:limit])


def mark_escalated(
    message: Message, *, told: Collection[str], by: ledger.Actor, at: datetime
) -> None:
    """Record that these addresses are being told, in the transaction that owes them the messages.
    Raises Conflict when it is not undeliverable, or somebody was told already."""
    dead = Message.objects.filter(
        id=message.id, state=Message.State.DEAD, escalated_at__isnull=True
    )
    if not dead.update(escalated_at=at):
        raise Conflict("This message is not undeliverable any more, or somebody was told of it.")
    personal = {"told": sorted(told), "error": message.last_error[:500]}
    ledger.append(records.event("escalated", message, {}, personal), by=by, at=at)


def unreachable(channel: str, destinations: Collection[str]) -> frozenset[str]:
    """Which of these took none of the latest messages that were tried: they are no help now."""
    return frozenset(each for each in destinations if _refuses(channel, each))


def all_dead(occasion: str, *, incident_id: UUID) -> bool:
    """Whether not one message of an occasion can be delivered, so that nobody has heard of it."""
    states = Message.objects.filter(incident_id=incident_id, occasion=occasion)
    return set(states.values_list("state", flat=True)) == {Message.State.DEAD}


def count() -> int:
    """How many messages are undeliverable and wait for somebody."""
    return Message.objects.filter(state=Message.State.DEAD).count()


def _replayed(message: Message) -> ledger.Event:
    personal = {"error": message.last_error[:500]} if message.last_error else {}
    return records.event("replayed", message, {"attempts": message.attempts}, personal)


def _refuses(channel: str, destination: str) -> bool:
    """The latest message that was decided either way is undeliverable."""
    latest = Message.objects.filter(channel=channel, destination=destination).order_by("-id")
    states = list(latest.values_list("state", flat=True)[:_LATEST])
    decided = next((each for each in states if each != Message.State.PENDING), None)
    return decided == Message.State.DEAD
