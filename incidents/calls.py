"""What a stage wants told to whom. Stages say it, `calling` words it, the outbox sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from incidents.models import Clock, Duty, Incident


@dataclass(frozen=True)
class Call:
    """`key` names the occasion for good: with a destination it makes the message unique.

    `because` tells the reader why this comes to them, now, `to_do` what they are to do. `people`
    are e-mail addresses told besides the roles. Without a `channel`, people are told by e-mail and
    each contact by its own. `event` is what programs know it by.
    What `can_wait` waits while it is quiet; meanwhile it may become void, when somebody has
    acknowledged what is told only `until_acknowledged`. `step` is the step of the ladder that this
    is, 0 for the first call. `about` is the undeliverable message that is being told of.
    """

    key: str
    incident: Incident
    roles: tuple[str, ...]
    headline: str
    because: str
    channel: str = ""
    people: Sequence[str] = ()
    clock: Clock | None = None
    duties: Sequence[Duty] = ()
    acknowledge_by: datetime | None = None
    can_wait: bool = False
    until_acknowledged: bool = False
    step: int | None = None
    to_do: str = ""
    event: str = "incident.changed"
    about: UUID | None = None
