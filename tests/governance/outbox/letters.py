"""Drafts, claims and rounds for the tests of the outbox."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from governance.ledger import ledger
from governance.outbox import outbox
from governance.outbox.models import Message

AT: Final = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
BY: Final = ledger.system("test")
INCIDENT: Final = UUID("01890000-0000-7000-8000-00000000000a")
OTHER: Final = UUID("01890000-0000-7000-8000-00000000000b")


def draft(key: str = "k1", *, to: str = "a@example.org", **more: Any) -> outbox.Draft:
    given = {"subject": "News", "text": "Text.\n", "because": "You asked.", **more}
    return outbox.Draft(key, given.pop("channel", "email"), to, **given)


def owe(key: str = "k1", *, at: datetime = AT, **more: Any) -> Message:
    """One message of the incident, unless it says otherwise."""
    (message,) = outbox.enqueue([draft(key, incident_id=INCIDENT, **more)], by=BY, at=at)
    return message


def fixed(instant: datetime) -> Callable[[], datetime]:
    return lambda: instant


def claimed(instant: datetime = AT, limit: int = 10) -> list[str]:
    return [message.key for message in outbox.claim(at=instant, limit=limit)]


def deliver(instant: datetime = AT) -> int:
    return outbox.deliver(outbox.claim(at=instant, limit=10), now=fixed(instant))


def kill(message: Message, *, error: str = "550 No such person") -> Message:
    """As a refusal leaves it."""
    Message.objects.filter(id=message.id).update(state="dead", attempts=1, last_error=error)
    message.refresh_from_db()
    return message
