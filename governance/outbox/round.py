"""One batch on its way out: the channels that it opened, and who did not answer."""

from contextlib import ExitStack

from governance.connectors.contract import Channel, DeliveryError, Parcel
from governance.connectors.registry import CHANNELS
from governance.outbox.models import Message


class Round:
    """Channels stay open until `stack` closes. Whoever kept us waiting once is not asked again for
    each of fifty messages: those fail at once with the same words, and everybody else gets theirs.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._opened: dict[str, Channel] = {}
        self._silent: dict[tuple[str, str], DeliveryError] = {}

    def send(self, message: Message) -> str:
        """Hand over; returns the receiver's mark. Raises DeliveryError, and KeyError for a channel
        that is not there."""
        whole, one = (message.channel, ""), (message.channel, message.destination)
        if known := self._silent.get(whole) or self._silent.get(one):
            raise known
        try:
            return self._channel(message.channel).deliver(_parcel(message))
        except DeliveryError as error:
            if error.reach != "message":
                self._silent[whole if error.reach == "channel" else one] = error
            raise

    def _channel(self, name: str) -> Channel:
        if name not in self._opened:
            self._opened[name] = CHANNELS[name]()
            self._stack.callback(self._opened[name].close)
        return self._opened[name]


def _parcel(message: Message) -> Parcel:
    return Parcel(
        id=message.id,
        destination=message.destination,
        subject=message.subject,
        text=message.text,
        html=message.html,
        payload=message.payload,
        thread=message.incident_id,
        incident=message.incident_reference,
    )
