"""The channels there are, by the name that policies use."""

from collections.abc import Callable, Mapping
from typing import Final

from governance.connectors.contract import Channel
from governance.connectors.email.channel import EmailChannel

CHANNELS: Final[Mapping[str, Callable[[], Channel]]] = {"email": EmailChannel}
