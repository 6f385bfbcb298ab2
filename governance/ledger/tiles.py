"""The hash tree in tiles of 256 hashes (C2SP tlog-tiles), pure.

Tile `number` of `level` holds the hashes of the complete subtrees of 256**level leaves, from
subtree `256 * number` on. One that is not full only ever grows at its end.
"""

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from governance.ledger import merkle

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
HASH: Final = 32
#: The bytes of an entry, which a bundle gives with its length in two bytes.
LONGEST: Final = 65_535

#: The hashes of a tile, by level and number; fewer than a full one has where it is not full.
Read = Callable[[int, int], bytes]
_PART: Final = re.compile(r"x?[0-9]{3}")


@dataclass(frozen=True)
class Name:
    """Which tile, and how many hashes of it."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{_digits(self.number)}{partial}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    return f"tile/entries/{_digits(number)}" + ("" if width == WIDTH else f".p/{width}")


def number(parts: str) -> int:
    """Of `x001/x234/067`. Raises ValueError."""
    found = parts.split("/")
    last = len(found) - 1
    if not all(_PART.fullmatch(p) and p.startswith("x") == (i < last) for i, p in enumerate(found)):
        raise ValueError(f"{parts!r} is no number of a tile.")
    if last and found[0] == "x000":
        raise ValueError(f"{parts!r} has more parts than its number needs.")
    return int("".join(part.removeprefix("x") for part in found))


def of_size(size: int) -> Iterator[Name]:
    """Every tile of a log of `size` entries, lowest level first."""
    level = 0
    while (count := size >> HEIGHT * level) > 0:
        for each in range(count >> HEIGHT):
            yield Name(level, each)
        if rest := count % WIDTH:
            yield Name(level, count >> HEIGHT, rest)
        level += 1


class Nodes:
    """Any complete subtree's hash, from tiles, each of which is read once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        within = level % HEIGHT
        first = index << within
        hashes = self._tile(level // HEIGHT, first // WIDTH)
        start = first % WIDTH
        found = split(hashes[start * HASH : (start + (1 << within)) * HASH])
        if len(found) != 1 << within:
            raise ValueError(f"The tile {Name(level // HEIGHT, first // WIDTH).path} is too short.")
        for _ in range(within):
            found = merkle.parents(found)
        return found[0]

    def _tile(self, level: int, number_: int) -> bytes:
        key = level, number_
        if key not in self._known:
            self._known[key] = self._read(*key)
        return self._known[key]


def grow(size: int, leaves: Sequence[bytes], read: Read) -> dict[tuple[int, int], bytes]:
    """The tiles that change when leaves are added to the first `size`, whole, by level and
    number."""
    changed: dict[tuple[int, int], bytes] = {}
    level, start, hashes = 0, size, list(leaves)
    while hashes:
        filled: list[bytes] = []
        while hashes:
            key, used = (level, start // WIDTH), start % WIDTH
            before = read(*key)[: used * HASH] if used else b""
            taken, hashes = hashes[: WIDTH - used], hashes[WIDTH - used :]
            changed[key] = before + b"".join(taken)
            start += len(taken)
            if len(changed[key]) == WIDTH * HASH:
                filled.append(over(changed[key]))
        start = size >> HEIGHT * (level + 1)
        level, hashes = level + 1, filled
    return changed


def over(tile: bytes) -> bytes:
    """The hash over a full tile."""
    found = split(tile)
    while len(found) > 1:
        found = merkle.parents(found)
    return found[0]


def split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


def bundle(entries: Iterable[bytes]) -> bytes:
    """Each entry after its length."""
    return b"".join(struct.pack(">H", len(each)) + each for each in entries)


def unbundle(data: bytes) -> Iterator[bytes]:
    """Raises ValueError."""
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or at + 2 > len(data):
            raise ValueError("The bundle of entries ends within one.")
        yield data[at + 2 : end]
        at = end


def _digits(number_: int) -> str:
    whole = f"{number_:03d}"
    whole = whole.zfill(-(-len(whole) // 3) * 3)
    parts = [whole[at : at + 3] for at in range(0, len(whole), 3)]
    return "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
