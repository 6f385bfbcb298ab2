"""What a channel is to the outbox: something that hands over a message or says why it could not."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol
from uuid import UUID

#: Whom a failure speaks for: that one message, everything for its destination, or the channel.
Reach = Literal["message", "destination", "channel"]


@dataclass(frozen=True)
class Parcel:
    """A message as a channel sees it. `id` stays the same over every attempt.

    `text` and `html` say the same; `payload` is the message for programs, canonical JSON. Messages
    with one `thread` belong together, and `incident` is the reference that people use for it.
    """

    id: UUID
    destination: str
    subject: str
    text: str
    html: str = ""
    payload: str = ""
    thread: UUID | None = None
    incident: str = ""


class DeliveryError(Exception):
    """The other side did not take the message.

    `permanent`: trying again cannot help. `retry_after`: it asked us to wait that long. `ours`: the
    fault is in how we are set up, so somebody has to look. `reach`: others that share the failure
    need not be tried at once, too.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        retry_after: timedelta | None = None,
        ours: bool = False,
        reach: Reach = "message",
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        self.ours = ours
        self.reach = reach


class Channel(Protocol):
    def deliver(self, parcel: Parcel) -> str:
        """Hand over; returns what identifies it at the receiver. Raises DeliveryError."""

    def close(self) -> None:
        """Let go of connections kept between parcels of one batch."""
