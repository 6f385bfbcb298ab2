"""How far delivery is behind, and how many messages stand how."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from governance.heartbeat.measures import Tally
from governance.outbox.models import Message

_PENDING: Final = Message.objects.filter(state=Message.State.PENDING)


def due_since(*, at: datetime) -> Mapping[str, datetime | None]:
    """A message that was deferred is due again at a later time, which is kept in the same field."""
    due = _PENDING.filter(due_at__lte=at).order_by("due_at")
    return {"messages": due.values_list("due_at", flat=True).first()}


def put_off() -> Mapping[str, int]:
    return {"messages": _PENDING.exclude(last_error="").count()}


def tallies(*, at: datetime) -> Iterable[Tally]:
    dead = Message.objects.filter(state=Message.State.DEAD)
    counts = {"pending": _PENDING.count(), "dead": dead.count()}
    yield Tally("messages", "Messages that have not gone out.", "state", counts)
