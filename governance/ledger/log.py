"""The sealed log as it stands: its size, its tiles, its checkpoints and what they prove."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from governance import english
from governance.errors import BylawError, Invalid, NotFound
from governance.ledger import merkle, notes, tiles
from governance.ledger.models import Checkpoint, Entry, Leaf, Tile

_FULL: Final = tiles.WIDTH * tiles.HASH


class NotSealed(BylawError):
    """The entry has no place in the log yet; a second later it has one."""

    code = "not-sealed-yet"
    status = 409


@dataclass(frozen=True)
class Inclusion:
    """That an entry is the leaf `index` of the log that `checkpoint` signs."""

    entry: UUID
    index: int
    hash: bytes
    path: Sequence[bytes]
    checkpoint: Checkpoint


@dataclass(frozen=True)
class Growth:
    """That the log of `old` is the beginning of the log of `new`."""

    old: Checkpoint
    new: Checkpoint
    path: Sequence[bytes]


def latest() -> Checkpoint | None:
    return Checkpoint.objects.order_by("size").last()


def tile(level: int, number: int) -> bytes:
    """Its hashes so far; none where there is no such tile yet."""
    found = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
    return bytes(found or b"")


def nodes() -> tiles.Nodes:
    return tiles.Nodes(tile)


def inclusion(entry: Entry, checkpoint: Checkpoint | None = None) -> Inclusion:
    """Proof that it is in the log of a checkpoint, or of the latest. Raises NotSealed."""
    return inclusions([entry], checkpoint)[0]


def inclusions(
    entries: Iterable[Entry], checkpoint: Checkpoint | None = None
) -> Sequence[Inclusion]:
    """One for each, in the order given, against the same checkpoint. Raises NotSealed."""
    against, listed = checkpoint or latest(), list(entries)
    if against is None:
        raise NotSealed("Nothing is sealed yet. Ask again in a second.")
    rows = Leaf.objects.filter(entry__in=listed, index__lt=against.size)
    places = dict(rows.values_list("entry_id", "index"))
    if missing := [each for each in listed if each.id not in places]:
        raise NotSealed(
            f"The entry {missing[0].id} is not in the log of {in_words(against.size)}. "
            "Ask again in a second, or against a later checkpoint."
        )
    known = nodes()
    return [
        Inclusion(
            each.id,
            places[each.id],
            merkle.leaf(each.body.encode()),
            merkle.inclusion(places[each.id], against.size, known),
            against,
        )
        for each in listed
    ]


def growth(old: int, new: int) -> Growth:
    """Proof between two checkpoints by their sizes. Raises NotFound, Invalid."""
    if old > new:
        raise Invalid(
            f"The log of {in_words(new)} cannot hold one of {old:,}: give the smaller first."
        )
    one, two = checkpoint(old), checkpoint(new)
    return Growth(one, two, merkle.consistency(old, new, nodes()))


def checkpoint(size: int) -> Checkpoint:
    """Raises NotFound."""
    found = Checkpoint.objects.filter(size=size).first()
    if found is None:
        raise NotFound(f"There is no checkpoint of {in_words(size)}.")
    return found


def root(size: int) -> bytes:
    """Over the first `size` entries, from the tiles."""
    return merkle.root(size, nodes())


def follows(note: str) -> bool:
    """Whether the log as it stands goes on from a checkpoint that was signed earlier."""
    earlier, now = notes.parse(note), latest()
    if now is None or earlier.size > now.size:
        return False
    return earlier.size == 0 or root(earlier.size) == earlier.root


def bundle(number: int, width: int) -> bytes:
    """The texts of `width` entries from `256 * number` on, as tlog-tiles bundles them. Raises
    NotFound."""
    first = number * tiles.WIDTH
    rows = Entry.objects.filter(leaf__index__gte=first, leaf__index__lt=first + width)
    bodies = list(rows.order_by("leaf__index").values_list("body", flat=True))
    if len(bodies) < width:
        raise NotFound(f"The log has no {in_words(width)} from {first} on.")
    return tiles.bundle(body.encode() for body in bodies)


def in_words(size: int) -> str:
    """`1 entry`, `2,000 entries`."""
    return english.counted(size, "entry", "entries")


def full(hashes: bytes) -> bool:
    return len(hashes) == _FULL
