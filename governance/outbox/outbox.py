"""The outbox: what is owed to the outside, written with the decision, delivered at least once.

`enqueue` runs in the transaction of the change. `claim` leases a batch, of each lane the first
message only; `deliver` sends it and confirms row by row. A process that dies in between leaves a
lease that runs out, and the message goes out again under the same id.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from governance import bulk, canonical
from governance.connectors.contract import DeliveryError
from governance.ledger import commitments, ledger
from governance.outbox import backoff, records
from governance.outbox.models import Message
from governance.outbox.round import Round

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Draft:
    """A message to owe. `key` says once and for all what it is for: equal keys, one message.

    `occasion` is what it shares with the messages that tell others the same; `about` names the
    undeliverable message that it tells of.
    """

    key: str
    channel: str
    destination: str
    subject: str
    text: str
    because: str
    html: str = ""
    payload: Mapping[str, object] | None = None
    occasion: str = ""
    about: UUID | None = None
    incident_id: UUID | None = None
    incident_reference: str = ""


def enqueue(drafts: Iterable[Draft], *, by: ledger.Actor, at: datetime) -> Sequence[Message]:
    """Owe these messages from now on, in the caller's transaction; returns those that are new. Keys
    already owed are left out, also those that another transaction commits at the same time.

    The dispatcher needs no nudge: the next tick finds the rows.
    """
    wanted = {draft.key: draft for draft in drafts}
    if not wanted:
        return []
    written = [_message(draft, at) for draft in wanted.values()]
    said = {message.id: _commit(message) for message in written}
    new = bulk.add(written)
    fresh = [message for message in written if message.id in new]
    queued = (records.queued(message, said[message.id]) for message in fresh)
    ledger.append_all(queued, by=by, at=at)
    return fresh


def claim(*, at: datetime, limit: int) -> Sequence[Message]:
    """Up to `limit` due messages, leased to the caller; oldest first, none that another holds, and
    none that has an earlier one of its lane before it."""
    with transaction.atomic():
        messages = list(due(at=at).select_for_update(skip_locked=True, no_key=True)[:limit])
        lease = _lease(at)
        Message.objects.filter(id__in=[message.id for message in messages]).update(
            lease_until=lease, attempts=F("attempts") + 1
        )
    for message in messages:
        message.lease_until = lease
        message.attempts += 1
    return messages


def due(*, at: datetime) -> QuerySet[Message]:
    """What may leave now, in order. A message without a lane has nothing before it."""
    earlier = Message.objects.filter(
        lane=OuterRef("lane"), state=Message.State.PENDING, number__lt=OuterRef("number")
    )
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    first = Q(lane="") | ~Exists(earlier)
    pending = Message.objects.filter(free, first, state=Message.State.PENDING, due_at__lte=at)
    return pending.order_by("due_at", "number")


def deliver(
    messages: Sequence[Message], *, now: Callable[[], datetime], until: datetime | None = None
) -> int:
    """Send claimed messages and record each outcome; returns how many went out. What it has not
    come to by `until` it hands back: others may be quicker.

    Reads `now` per message: a slow mail server must neither outlast a lease unseen nor stamp one
    time on a whole batch.
    """
    sent = 0
    with ExitStack() as stack:
        round_ = Round(stack)
        for index, message in enumerate(messages):
            at = now()
            if until is not None and at >= until:
                _hand_back(messages[index:])
                break
            sent += _attempt(message, round_, at=at, now=now)
    return sent


def _attempt(message: Message, round_: Round, *, at: datetime, now: Callable[[], datetime]) -> bool:
    if not _held(message).update(lease_until=_lease(at)):
        return False  # the lease ran out and another worker took it
    try:
        receipt = round_.send(message)
    except DeliveryError as error:
        _defer(message, error, at=now())
        return False
    except Exception as error:  # a fault of ours: it must not keep the other messages back
        log.exception("message.broken", message_id=str(message.id))
        broken = DeliveryError(f"{type(error).__name__}: {error}", permanent=False, ours=True)
        _defer(message, broken, at=now())
        return False
    _confirm(message, receipt, at=now())
    return True


def _confirm(message: Message, receipt: str, *, at: datetime) -> None:
    with transaction.atomic():
        if _held(message).update(state=Message.State.SENT, sent_at=at, lease_until=None):
            _behind(message).filter(due_at__gt=at).update(due_at=at)
            records.attempted("sent", message, {"receipt": _printable(receipt)}, at=at)


def _defer(message: Message, error: DeliveryError, *, at: datetime) -> None:
    dead = error.permanent or message.tries >= backoff.MOST_ATTEMPTS
    spread = random.random()  # noqa: S311 - jitter, no secret
    later = at + backoff.wait(message.tries, spread=spread, asked=error.retry_after)
    words = _printable(str(error))
    say = log.error if error.ours else log.warning
    say("message.failed", message_id=str(message.id), error=words, dead=dead, ours=error.ours)
    with transaction.atomic():
        changed = _held(message).update(
            state=Message.State.DEAD if dead else Message.State.PENDING,
            due_at=later,
            lease_until=None,
            last_error=words[:2000],
        )
        if not changed:
            return
        if dead:
            _behind(message).filter(due_at__gt=at).update(due_at=at)
        else:
            _behind(message).filter(due_at__lt=later).update(due_at=later)
        verb = "undeliverable" if dead else "deferred"
        records.attempted(verb, message, {}, error=words[:500], at=at)


def _hand_back(messages: Sequence[Message]) -> None:
    """Not tried, so not counted either, and free for whoever claims next."""
    for message in messages:
        _held(message).update(lease_until=None, attempts=F("attempts") - 1)


def _held(message: Message) -> QuerySet[Message]:
    """The row, if it is still ours: a later claim has counted another attempt."""
    return Message.objects.filter(
        id=message.id, state=Message.State.PENDING, attempts=message.attempts
    )


def _behind(message: Message) -> QuerySet[Message]:
    """What waits for this one. It gets the due time of the one it waits for, so that claiming does
    not look at it again and again in vain."""
    waiting = Message.objects.filter(state=Message.State.PENDING, number__gt=message.number)
    return waiting.filter(lane=message.lane) if message.lane else waiting.none()


def _lease(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def _printable(words: str) -> str:
    """What another system said, without characters that a database refuses or a terminal obeys."""
    return "".join(each if each.isprintable() else " " for each in words)


def _message(draft: Draft, at: datetime) -> Message:
    return Message(
        key=draft.key,
        occasion=draft.occasion,
        channel=draft.channel,
        destination=draft.destination,
        lane=_lane(draft),
        subject=" ".join(draft.subject.split())[:250],  # a header is one line
        text=draft.text,
        html=draft.html,
        payload="" if draft.payload is None else canonical.text(draft.payload),
        because=draft.because[:500],
        incident_id=draft.incident_id,
        incident_reference=draft.incident_reference,
        about=draft.about,
        created_at=at,
        due_at=at,
    )


def _commit(message: Message) -> str:
    made = commitments.make(records.content(message))
    message.salt = made.salt
    return made.text


def _lane(draft: Draft) -> str:
    """One incident, one channel, one destination: who refuses holds back nobody else."""
    if draft.incident_id is None:
        return ""
    return f"{draft.incident_id}:{draft.channel}:{draft.destination}"
