"""Test events for webhook endpoints. They go the way of every other message."""

from datetime import datetime
from typing import Final

from django.db import transaction

from governance import ids
from governance.connectors.webhook import endpoints
from governance.connectors.webhook.models import WebhookEndpoint
from governance.ledger import ledger
from governance.outbox import outbox
from governance.outbox.models import Message

_BECAUSE: Final = "Somebody asked for a test event, to see whether this endpoint takes them."


def send(endpoint: WebhookEndpoint, *, by: ledger.Actor, at: datetime) -> Message:
    """Owe the endpoint a test event; how it went is the message's state. Raises Conflict."""
    with transaction.atomic():
        endpoints.tested(endpoint, by=by, at=at)
        (message,) = outbox.enqueue([_draft(endpoint, at)], by=by, at=at)
    return message


def _draft(endpoint: WebhookEndpoint, at: datetime) -> outbox.Draft:
    data = {"headline": "Test event", "because": _BECAUSE, "endpoint": endpoint.name}
    return outbox.Draft(
        key=f"trial:{ids.new()}",
        channel="webhook",
        destination=endpoint.name,
        subject=f"Test event for {endpoint.name}",
        text=f"Test event.\n\n{_BECAUSE}\n",
        because=_BECAUSE,
        payload={"type": "webhook.test", "timestamp": at, "data": data},
    )
