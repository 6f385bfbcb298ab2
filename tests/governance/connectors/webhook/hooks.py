"""An endpoint for tests, and parcels for it."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from governance.connectors.contract import Parcel
from governance.connectors.webhook import endpoints
from governance.connectors.webhook.models import WebhookEndpoint
from governance.ledger import ledger

AT: Final = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
BY: Final = ledger.system("test")
KEY: Final = UUID("01890000-0000-7000-8000-000000000001")
URL: Final = "https://hooks.example.org/in?token=hush"


def make(url: str = URL, name: str = "pager", **more: Any) -> tuple[WebhookEndpoint, str]:
    return endpoints.create(name=name, url=url, by=BY, at=more.pop("at", AT), **more)


def parcel(to: str = "pager", payload: str = '{"type":"test","word":"Grüße"}') -> Parcel:
    return Parcel(KEY, to, "News", "Text.\n", payload=payload)
