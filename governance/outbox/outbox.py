"""The outbox: what is owed to the outside, written with the decision, delivered at least once.

`enqueue` runs in the transaction of the change. `deliver` claims a batch with a lease, sends, and
confirms row by row; a process that dies in between leaves a lease that runs out, and the message
goes out again under the same Message-ID.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from governance import bulk
from governance.connectors.contract import Channel, DeliveryError, Parcel
from governance.connectors.registry import CHANNELS
from governance.ledger import ledger
from governance.outbox import backoff
from governance.outbox.models import Message

log = structlog.get_logger(__name__)
COURIER = ledger.system("outbox")


@dataclass(frozen=True)
class Draft:
    """A message to owe. `key` says once and for all what it is for: equal keys, one message."""

    key: str
    channel: str
    destination: str
    subject: str
    text: str
    because: str
    incident_id: UUID | None = None
    incident_reference: str = ""


def enqueue(drafts: Iterable[Draft], *, by: ledger.Actor, at: datetime) -> Sequence[Message]:
    """Owe these messages from now on, in the caller's transaction. Keys already owed are left out.

    The dispatcher needs no nudge: the next tick finds the rows.
    """
    wanted = {draft.key: draft for draft in drafts}
    if not wanted:
        return []
    known = set(Message.objects.filter(key__in=wanted).values_list("key", flat=True))
    fresh = [_message(draft, at) for key, draft in wanted.items() if key not in known]
    bulk.add(fresh)
    ledger.append_all((_queued(message) for message in fresh), by=by, at=at)
    return fresh


def claim(*, at: datetime, limit: int) -> Sequence[Message]:
    """Up to `limit` due messages, leased to the caller; oldest first, none that another holds."""
    with transaction.atomic():
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
        due = (
            Message.objects.filter(free, state=Message.State.PENDING, due_at__lte=at)
            .order_by("due_at", "id")
            .select_for_update(skip_locked=True)
        )
        messages = list(due[:limit])
        lease = at + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        Message.objects.filter(id__in=[message.id for message in messages]).update(
            lease_until=lease, attempts=F("attempts") + 1
        )
    for message in messages:
        message.lease_until = lease
        message.attempts += 1
    return messages


def deliver(messages: Sequence[Message], *, now: Callable[[], datetime]) -> int:
    """Send claimed messages and record each outcome; returns how many went out.

    Reads `now` per message: a slow mail server must neither outlast a lease unseen nor stamp one
    time on a whole batch.
    """
    with ExitStack() as stack:
        channels: dict[str, Channel] = {}
        return sum(_attempt(message, channels, stack, now) for message in messages)


def _attempt(
    message: Message, channels: dict[str, Channel], stack: ExitStack, now: Callable[[], datetime]
) -> bool:
    lease = now() + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    if not _held(message).update(lease_until=lease):
        return False  # the lease ran out and another worker took it
    parcel = Parcel(message.id, message.destination, message.subject, message.text)
    try:
        receipt = _channel(message.channel, channels, stack).deliver(parcel)
    except DeliveryError as error:
        _defer(message, str(error), permanent=error.permanent, at=now())
        return False
    except Exception as error:  # a fault of ours: it must not keep the other messages back
        log.exception("message.broken", message_id=str(message.id))
        _defer(message, f"{type(error).__name__}: {error}", permanent=False, at=now())
        return False
    _confirm(message, receipt, at=now())
    return True


def _channel(name: str, opened: dict[str, Channel], stack: ExitStack) -> Channel:
    if name not in opened:
        opened[name] = CHANNELS[name]()
        stack.callback(opened[name].close)
    return opened[name]


def _confirm(message: Message, receipt: str, *, at: datetime) -> None:
    with transaction.atomic():
        if _held(message).update(state=Message.State.SENT, sent_at=at, lease_until=None):
            _record("message.sent", message, {"receipt": receipt}, at=at)


def _defer(message: Message, error: str, *, permanent: bool, at: datetime) -> None:
    dead = permanent or message.attempts >= backoff.MOST_ATTEMPTS
    wait = backoff.wait(message.attempts, spread=random.random())  # noqa: S311 - jitter, no secret
    log.warning("message.failed", message_id=str(message.id), error=error, dead=dead)
    with transaction.atomic():
        changed = _held(message).update(
            state=Message.State.DEAD if dead else Message.State.PENDING,
            due_at=at + wait,
            lease_until=None,
            last_error=error[:2000],
        )
        if changed:
            verb = "message.undeliverable" if dead else "message.deferred"
            _record(verb, message, {"error": error[:500]}, at=at)


def _held(message: Message) -> QuerySet[Message]:
    """The row, if it is still ours: a later claim has counted another attempt."""
    return Message.objects.filter(
        id=message.id, state=Message.State.PENDING, attempts=message.attempts
    )


def _record(verb: str, message: Message, after: dict[str, object], *, at: datetime) -> None:
    ledger.append(
        ledger.Event(
            verb=verb,
            object_kind="message",
            object_id=message.id,
            incident_id=message.incident_id,
            after={"attempt": message.attempts, "channel": message.channel, **after},
        ),
        by=COURIER,
        at=at,
    )


def _queued(message: Message) -> ledger.Event:
    return ledger.Event(
        verb="message.queued",
        object_kind="message",
        object_id=message.id,
        incident_id=message.incident_id,
        after={"key": message.key, "channel": message.channel, "subject": message.subject},
        reason=message.because,
    )


def _message(draft: Draft, at: datetime) -> Message:
    return Message(
        key=draft.key,
        channel=draft.channel,
        destination=draft.destination,
        subject=" ".join(draft.subject.split())[:250],  # a header is one line
        text=draft.text,
        because=draft.because[:500],
        incident_id=draft.incident_id,
        incident_reference=draft.incident_reference,
        created_at=at,
        due_at=at,
    )
