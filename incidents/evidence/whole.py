"""The package of the whole audit trail, laid out as C2SP tlog-tiles, in memory that does not grow
with it: whoever monitors such logs can read `data/` as one."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from governance.ledger import log, tiles
from governance.ledger.models import Checkpoint, Tile
from incidents.evidence import additions, package
from incidents.evidence.work import Work

#: Bundles of 256 entries between two places where the work may pause.
_STEP: Final = 16
_TILES: Final = "tiles"


def total(_scope: Mapping[str, Any], checkpoint: Checkpoint) -> int:
    """In entries."""
    return checkpoint.size


def parts(work: Work) -> Iterator[str]:
    """The bundles of entries, then the tiles, the lowest level first. Raises NoKey."""
    size = work.checkpoint.size
    yield from _entries(work, size)
    yield from _tiles(work, size)
    work.bag.add("checkpoint", work.checkpoint.text.encode())
    package.close(
        work.bag,
        work.label,
        releases=[],
        checkpoint=work.checkpoint,
        earlier=list(additions.stamped(work.checkpoint, size)),
        said={"entries": size},
    )


def _entries(work: Work, size: int) -> Iterator[str]:
    if work.bag.cursor.startswith(_TILES):
        return
    first = int(work.bag.cursor or 0)
    for number in range(first, -(-size // tiles.WIDTH)):
        width = min(tiles.WIDTH, size - number * tiles.WIDTH)
        work.bag.add(tiles.bundle_path(number, width), log.bundle(number, width))
        work.advance(width)
        if (number + 1) % _STEP == 0:
            yield str(number + 1)


def _tiles(work: Work, size: int) -> Iterator[str]:
    """`tiles:COUNT` says how many are there."""
    _, _, there = work.bag.cursor.partition(":")
    for count, name in enumerate(tiles.of_size(size), start=1):
        if count <= int(there or 0):
            continue
        hashes = bytes(Tile.objects.get(level=name.level, number=name.number).hashes)
        work.bag.add(name.path, hashes[: name.width * tiles.HASH])
        if count % (_STEP * _STEP) == 0:
            yield f"{_TILES}:{count}"
