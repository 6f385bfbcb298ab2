"""256 entries at a time: what they hash to, and what the tiles have of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from governance.ledger import log, tiles
from governance.ledger.verification.findings import Findings


@dataclass(frozen=True)
class Block:
    """The entries from `256 * number` on. `hashes` are those of the entries as they are now, and
    None where there is none; `names` say which entry stands where."""

    number: int
    hashes: Sequence[bytes | None]
    names: Mapping[int, str]

    @property
    def first(self) -> int:
        return self.number * tiles.WIDTH


def settle(block: Block, found: Findings, *, tiles_hold: bool) -> list[bytes]:
    """Compare a block with its tile; returns the hashes to go on with: those that the rest of the
    tree was made of.

    The level above tells whether entries or tile were changed; where a block is not full and has
    nothing above it, whether the tiles as a whole hold.
    """
    stored = tiles.split(log.tile(0, block.number))[: len(block.hashes)]
    own = [each or b"" for each in block.hashes]
    if own == stored:
        return own
    if all(own) and not _tile_fits(block.number, stored, tiles_hold=tiles_hold):
        path = tiles.Name(0, block.number).path
        found.add("tile-changed", path, "it has not the hashes of the entries that it covers")
        return own
    _differences(block, stored, found)
    filled = [*stored, *own[len(stored) :]]
    return [each or bytes(tiles.HASH) for each in filled]


def _tile_fits(number: int, stored: Sequence[bytes], *, tiles_hold: bool) -> bool:
    if len(stored) < tiles.WIDTH:
        return tiles_hold
    above, at = log.tile(1, number // tiles.WIDTH), number % tiles.WIDTH * tiles.HASH
    return tiles.over(b"".join(stored)) == above[at : at + tiles.HASH]


def _differences(block: Block, stored: Sequence[bytes], found: Findings) -> None:
    elsewhere = {hashed: block.first + at for at, hashed in enumerate(stored)}
    for at, own in enumerate(block.hashes):
        index = block.first + at
        if own is None or (at < len(stored) and own == stored[at]):
            continue  # an entry that is not there was said to be missing
        name = block.names.get(index, "")
        if at >= len(stored):
            found.add("tile-short", f"place {index}", f"{name} is in no tile")
        elif own in elsewhere:
            found.add("entry-moved", f"place {index}", f"{name} belongs at place {elsewhere[own]}")
        else:
            found.add("entry-changed", f"place {index}", f"{name} is not what was sealed")


#: How high the tiles of a log can be: 256**8 entries are more than a number of 64 bits counts.
LEVELS: Final = 8


def check_above(number: int, found: Findings) -> None:
    """Whether each tile above has the hash over the tile that was just completed."""
    for level in range(LEVELS):
        below = log.tile(level, number)
        if not log.full(below):
            return
        above, at = log.tile(level + 1, number // tiles.WIDTH), number % tiles.WIDTH * tiles.HASH
        if tiles.over(below) != above[at : at + tiles.HASH]:
            name = tiles.Name(level + 1, number // tiles.WIDTH)
            found.add("tile-changed", name.path, "it has not the hash over a tile below it")
        if number % tiles.WIDTH != tiles.WIDTH - 1:
            return
        number //= tiles.WIDTH
