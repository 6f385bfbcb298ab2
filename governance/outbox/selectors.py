"""Reading messages, for every screen and answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from governance.access import reach
from governance.access.rules import ANY, Access
from governance.ledger import readings
from governance.ledger.models import Entry
from governance.ledger.readings import Reading
from governance.outbox import records
from governance.outbox.models import Message

#: Verb → what it says of an attempt.
_ATTEMPTS: Final = {
    "message.sent": "sent",
    "message.deferred": "deferred",
    "message.undeliverable": "undeliverable",
}
MOST_ATTEMPTS_SHOWN: Final = 100


@dataclass(frozen=True)
class Attempt:
    """`said` is the receiver's receipt, or why it did not take the message."""

    number: int
    at: datetime
    outcome: str
    said: str


def message(id_: UUID, access: Access = ANY) -> Message:
    """Raises NotFound, OutOfReach."""
    found = Message.objects.filter(id=id_).first()
    return reach.one(found, access, f"There is no message {id_}.")


def attempts(of: Message) -> Sequence[Attempt]:
    """How each attempt ended, the latest first, from the audit trail; of very many the latest."""
    entries = Entry.objects.filter(
        object_kind=records.KIND, object_id=str(of.id), verb__in=_ATTEMPTS
    )
    latest = entries.order_by("-id")[:MOST_ATTEMPTS_SHOWN]
    return [_attempt(reading) for reading in readings.read(latest)]


def _attempt(reading: Reading) -> Attempt:
    entry, after = reading.entry, reading.record["after"]
    error = reading.personal.get("error")
    said = after.get("receipt") or (error.value if error is not None else "")
    return Attempt(after["attempt"], entry.at, _ATTEMPTS[entry.verb], said)
