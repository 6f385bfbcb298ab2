"""What other parts of Bylaw add to a package: one function for each, and the place it goes to.

A time stamp lands in `data/log/time-stamps/`, a value held apart in `personal/` beside the entries
that commit to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from governance.ledger.models import Checkpoint, Entry


@dataclass(frozen=True)
class TimeStamp:
    """A token (RFC 3161) over the text of a checkpoint, as its authority `name` gave it: DER."""

    name: str
    token: bytes


@dataclass(frozen=True)
class Held:
    """A value held apart from its entry, where SHA-256(salt || text) stands under `name`. `text` is
    canonical JSON."""

    entry: UUID
    name: str
    salt: bytes
    text: str


def time_stamps(checkpoint: Checkpoint) -> Iterable[TimeStamp]:
    """Every token over this checkpoint."""
    return ()


def personal(entries: Sequence[Entry]) -> Iterable[Held]:
    """The values of these entries that were not erased, entry by entry."""
    return ()
