"""What the audit trail says of messages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from governance import canonical
from governance.ledger import ledger
from governance.outbox.models import Message

KIND: Final = "message"
_CONTENT: Final = ("channel", "destination", "subject", "text", "html", "payload", "because")
COURIER: Final = ledger.system("outbox")


def content(message: Message) -> bytes:
    """All that it says and to whom, as its entry commits to it."""
    said = {name: getattr(message, name) for name in _CONTENT}
    return canonical.text(said).encode()


def queued(message: Message, commitment: str) -> ledger.Event:
    """The entry commits to what the message says, and says nothing of it."""
    return event(
        "queued",
        message,
        {"occasion": message.occasion, "channel": message.channel, "content": commitment},
    )


def attempted(
    verb: str,
    message: Message,
    after: dict[str, object],
    *,
    error: str = "",
    at: datetime,
) -> None:
    """How an attempt ended: `sent`, `deferred` or `undeliverable`. A server's `error` often names
    the address."""
    found = {"attempt": message.attempts, "channel": message.channel, **after}
    personal = {"error": error} if error else {}
    ledger.append(event(verb, message, found, personal), by=COURIER, at=at)


def event(
    verb: str,
    message: Message,
    after: dict[str, object],
    personal: Mapping[str, object] | None = None,
) -> ledger.Event:
    return ledger.Event(
        verb=f"message.{verb}",
        object_kind=KIND,
        object_id=message.id,
        incident_id=message.incident_id,
        after=after,
        personal=personal or {},
    )
