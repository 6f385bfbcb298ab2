"""What a channel is to the outbox: something that hands over a message or says why it could not."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Parcel:
    """A message as a channel sees it. `id` stays the same over every attempt."""

    id: UUID
    destination: str
    subject: str
    text: str


class DeliveryError(Exception):
    """The other side did not take the message. `permanent`: trying again cannot help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class Channel(Protocol):
    def deliver(self, parcel: Parcel) -> str:
        """Hand over; returns what identifies it at the receiver. Raises DeliveryError."""

    def close(self) -> None:
        """Let go of connections kept between parcels of one batch."""
