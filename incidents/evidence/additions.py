"""What other parts of Bylaw add to a package: one function for each, and the place it goes to.

A time-stamp lands in `data/log/time-stamps/`, a value held apart in `personal/` beside the entries
that commit to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from governance.ledger import witnessing
from governance.ledger.models import Checkpoint, Entry, PersonalData, Witnessed


@dataclass(frozen=True)
class TimeStamp:
    """The answer of a time-stamp authority (RFC 3161) over the text of a checkpoint, as it came:
    DER; and the certificates that it was checked by when it came: PEM."""

    answer: bytes
    certificates: str


@dataclass(frozen=True)
class Held:
    """A value held apart from its entry, where SHA-256(salt || text) stands under `name`. `text` is
    canonical JSON."""

    entry: UUID
    name: str
    salt: bytes
    text: str


def time_stamp(checkpoint: Checkpoint) -> TimeStamp | None:
    rows = Witnessed.objects.filter(checkpoint=checkpoint, state=Witnessed.State.DONE)
    found = rows.filter(witness=witnessing.TIME_STAMPS).first()
    return TimeStamp(bytes(found.receipt), found.certificates) if found is not None else None


def stamped(checkpoint: Checkpoint, entries: int) -> Iterable[Checkpoint]:
    """Of the checkpoints up to this one, those whose time-stamps say most: the earliest that covers
    so many entries, and the latest."""
    first = witnessing.first_time_stamp(entries)
    if first is not None and first.checkpoint_id <= checkpoint.size:
        yield first.checkpoint
    rows = Witnessed.objects.filter(
        witness=witnessing.TIME_STAMPS, state=Witnessed.State.DONE, checkpoint__lte=checkpoint.size
    )
    if (last := rows.select_related("checkpoint").order_by("-checkpoint").first()) is not None:
        yield last.checkpoint


def personal(entries: Sequence[Entry]) -> Iterable[Held]:
    """The values of these entries that were not erased, entry by entry."""
    rows = PersonalData.objects.filter(entry__in=entries).order_by("entry_id", "name")
    for row in rows.iterator():
        yield Held(row.entry_id, row.name, bytes.fromhex(row.salt), row.value)
