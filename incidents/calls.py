"""What a stage wants told to whom. Stages say it, `calling` words it, the outbox sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.models import Clock, Duty, Incident


@dataclass(frozen=True)
class Call:
    """`key` names the occasion for good: with a destination it makes the message unique.

    `because` tells the reader why this comes to them, now.
    """

    key: str
    incident: Incident
    roles: tuple[str, ...]
    headline: str
    because: str
    channel: str = "email"
    clock: Clock | None = None
    duties: Sequence[Duty] = ()
    acknowledge_by: datetime | None = None
