"""A log with checkpoints, and a witness that does what it is told."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from governance.ledger import ledger, log, sequencer
from governance.ledger.ledger import Event
from governance.ledger.models import Checkpoint, Witnessed
from governance.witnesses import giving
from governance.witnesses.contract import Receipt, Unwitnessed
from governance.witnesses.registry import Kind
from tests.factory import AT, PERSON

SECOND: Final = timedelta(seconds=1)


@dataclass
class Scripted:
    """Takes everything, unless `fails` says why not; `given` is what it was given."""

    fails: Exception | None = None
    given: list[int] = field(default_factory=list)

    def take(self, checkpoint: Checkpoint, *, at: datetime) -> Receipt:
        self.given.append(checkpoint.size)
        if self.fails is not None:
            raise self.fails
        return Receipt("Taken")


DOWN: Final = Unwitnessed("It is down.")


def seal(at: datetime = AT, *, entries: int = 1) -> Checkpoint:
    """A checkpoint over some more entries."""
    events = [Event("test.written", "test", str(each)) for each in range(entries)]
    with transaction.atomic():
        ledger.append_all(events, by=PERSON, at=at)
    while sequencer.seal(at=at):
        pass
    found = log.latest()
    assert found is not None
    return found


def give(name: str, at: datetime = AT) -> bool:
    """What one tick does for one witness."""
    return name in giving.due(at=at) and giving.give(name, now=lambda: at)


def done(name: str = "file") -> list[Witnessed]:
    """The latest first."""
    return list(Witnessed.objects.filter(witness=name, state="done").order_by("-checkpoint_id"))


def kinds(**witnesses: Scripted) -> dict[str, Kind]:
    """In place of those that there are."""
    return {name: Kind(name, lambda each=each: each) for name, each in witnesses.items()}  # type: ignore[misc]
