"""How far delivery is behind, and how many messages stand how."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Count

from governance.heartbeat.measures import Tally
from governance.outbox.models import Message

_PENDING: Final = Message.objects.filter(state=Message.State.PENDING)
_FAILED: Final = _PENDING.exclude(last_error="")


def due_since(*, at: datetime) -> Mapping[str, datetime | None]:
    """`messages`: nobody tried. A message that was deferred is due again at a later time, which is
    kept in the same field. `undelivered`: tried, and a whole channel takes nothing."""
    due = _PENDING.filter(due_at__lte=at).order_by("due_at")
    return {
        "messages": due.values_list("due_at", flat=True).first(),
        "undelivered": min(_silences(), default=None),
    }


def put_off() -> Mapping[str, int]:
    return {"messages": _FAILED.count()}


def tallies(*, at: datetime) -> Iterable[Tally]:
    dead = Message.objects.filter(state=Message.State.DEAD)
    counts = {"pending": _PENDING.count(), "dead": dead.count()}
    yield Tally("messages", "Messages that have not gone out.", "state", counts)


def _silences() -> Iterable[datetime]:
    """Since when each channel that takes nothing does so: messages to more than one destination
    fail, and none that was written since the first of them has gone out. One bad address is no
    silence."""
    channels = _FAILED.order_by().values("channel")
    counted = channels.annotate(destinations=Count("destination", distinct=True))
    for channel in counted.filter(destinations__gt=1).values_list("channel", flat=True):
        first = _FAILED.filter(channel=channel).order_by("id")[0]
        sent = Message.objects.filter(channel=channel, state=Message.State.SENT, id__gt=first.id)
        if not sent.exists():
            yield first.created_at
