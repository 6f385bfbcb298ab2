"""The channels there are, by the name that policies use."""

from collections.abc import Callable, Mapping
from typing import Final

from governance.connectors.contract import Channel
from governance.connectors.email.channel import EmailChannel
from governance.connectors.webhook.channel import WebhookChannel

CHANNELS: Final[Mapping[str, Callable[[], Channel]]] = {
    "email": EmailChannel,
    "webhook": WebhookChannel,
}
