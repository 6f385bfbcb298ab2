"""What the audit trail says of messages."""

from datetime import datetime
from typing import Final

from governance.ledger import ledger
from governance.outbox.models import Message

KIND: Final = "message"
COURIER: Final = ledger.system("outbox")


def queued(message: Message) -> ledger.Event:
    return event(
        "queued",
        message,
        {"key": message.key, "channel": message.channel, "subject": message.subject},
        reason=message.because,
    )


def attempted(verb: str, message: Message, after: dict[str, object], *, at: datetime) -> None:
    """How an attempt ended: `sent`, `deferred` or `undeliverable`."""
    found = {"attempt": message.attempts, "channel": message.channel, **after}
    ledger.append(event(verb, message, found), by=COURIER, at=at)


def event(
    verb: str, message: Message, after: dict[str, object], *, reason: str = ""
) -> ledger.Event:
    return ledger.Event(
        verb=f"message.{verb}",
        object_kind=KIND,
        object_id=message.id,
        incident_id=message.incident_id,
        after=after,
        reason=reason,
    )
