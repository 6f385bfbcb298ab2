"""What a witness is: somebody outside the database who takes a signed checkpoint, so that whoever
rewrites the audit trail later is contradicted by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from governance.ledger.models import Checkpoint


@dataclass(frozen=True)
class Receipt:
    """`said` is what it answered, in words.

    The rest is a time-stamp authority's: its whole answer, the certificates in PEM that it was
    checked by, the time it gives and how exact that is, either way.
    """

    said: str
    token: bytes = b""
    certificates: str = ""
    gen_time: datetime | None = None
    accuracy: timedelta | None = None


class Unwitnessed(Exception):
    """The witness did not take the checkpoint, or what it gave for it does not hold. It is tried
    again in any case; `retry_after`: it asked us to wait that long."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Witness(Protocol):
    def take(self, checkpoint: Checkpoint, *, at: datetime) -> Receipt:
        """Give it the note, which it may be given a second time. Raises Unwitnessed, within about
        ten seconds."""
