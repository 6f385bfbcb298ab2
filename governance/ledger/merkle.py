"""The hash tree over the audit trail (RFC 6962, 2.1; RFC 9162, 2.1), pure.

Hashes are 32 bytes, indices count leaves from 0, and a size is a number of leaves.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

#: The hash of a complete subtree: level 0 are leaves, and the node `index` of a level covers the
#: leaves from `index << level` on.
Node = Callable[[int, int], bytes]


class Unproven(ValueError):
    """A proof does not lead to the root that it is to lead to."""


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """One level up; a last one without a sibling is left out."""
    return [node(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=False)]


class Tree:
    """The root of as many leaves as one likes, one at a time, in memory that grows with their
    number's logarithm."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Empty, or as it was with the `peaks` that it had at a size."""
        if len(peaks) != size.bit_count():
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} peaks.")
        left = iter(peaks)
        self.size = size
        self._right: list[bytes | None] = [  # by level, the left sibling that waits
            next(left) if size >> level & 1 else None for level in range(size.bit_length())
        ]

    def add(self, hashed: bytes) -> None:
        """Take the hash of the next leaf."""
        level, size = 0, self.size
        while size & 1:
            left = self._right[level]
            assert left is not None  # noqa: S101 - a set bit of the size has its subtree
            hashed, size, level = node(left, hashed), size >> 1, level + 1
        self._right[level:] = [hashed, *self._right[level + 1 :]]
        self._right[:level] = [None] * level
        self.size += 1

    def root(self) -> bytes:
        """Of all leaves so far; of none, the hash of nothing (RFC 6962, 2.1)."""
        return _joined(self.peaks())

    def peaks(self) -> Sequence[bytes]:
        """The complete subtrees, the smallest and last first."""
        return [each for each in self._right if each is not None]


def root(size: int, at: Node) -> bytes:
    """Of the first `size` leaves, from the nodes that are there."""
    return _joined([at(level, index) for level, index in peaks(size)])


def peaks(size: int) -> Sequence[tuple[int, int]]:
    """The complete subtrees that make up a tree of `size` leaves, the smallest and last first."""
    levels = (level for level in range(size.bit_length()) if size >> level & 1)
    return [(level, (size >> level) - 1) for level in levels]


def inclusion(index: int, size: int, at: Node) -> Sequence[bytes]:
    """The path from a leaf to the root of the first `size` leaves (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"The leaf {index} is none of the first {size}.")
    return _path(index, 0, size, at)


def consistency(old: int, new: int, at: Node) -> Sequence[bytes]:
    """What shows that the first `old` leaves are the same in a tree of `new` (RFC 9162, 2.1.4.1).
    Empty where `old` is 0 or equal to `new`."""
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {new} leaves holds none of {old}.")
    if old in {0, new}:
        return []
    return _subproof(old, 0, new, at, whole=True)


def check_inclusion(
    hashed: bytes, index: int, size: int, proof: Sequence[bytes], root_: bytes
) -> None:
    """RFC 9162, 2.1.3.2. Raises Unproven."""
    if not 0 <= index < size:
        raise Unproven(f"The leaf {index} is none of the first {size}.")
    place, last, found = index, size - 1, hashed
    for step in proof:
        if last == 0:
            raise Unproven("The proof is longer than the tree is high.")
        if place & 1 or place == last:
            found = node(step, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, step)
        place, last = place >> 1, last >> 1
    if last or found != root_:
        raise Unproven(f"The entry is not the leaf {index} of this tree of {size}.")


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """RFC 9162, 2.1.4.2. Raises Unproven."""
    if not 0 <= old <= new:
        raise Unproven(f"A tree of {new} leaves holds none of {old}.")
    if old in {0, new}:
        same = old == 0 or old_root == new_root
        if proof or not same:
            raise Unproven(f"Two trees of {new} leaves differ.")
        return
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not steps:
        raise Unproven("The proof is empty.")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise Unproven("The proof is longer than the tree is high.")
        if place & 1 or place == last:
            was, now = node(step, was), node(step, now)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            now = node(now, step)
        place, last = place >> 1, last >> 1
    if last or was != old_root or now != new_root:
        raise Unproven(f"The first {old} leaves are not the same in the tree of {new}.")


def _joined(peaks_: Iterable[bytes]) -> bytes:
    """The root over complete subtrees, the smallest and last first."""
    found: bytes | None = None
    for each in peaks_:
        found = each if found is None else node(each, found)
    return hashlib.sha256(b"").digest() if found is None else found


def _path(index: int, start: int, end: int, at: Node) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _half(end - start)
    if index < middle:
        return [*_path(index, start, middle, at), _over(middle, end, at)]
    return [*_path(index, middle, end, at), _over(start, middle, at)]


def _subproof(old: int, start: int, end: int, at: Node, *, whole: bool) -> list[bytes]:
    if old == end:
        return [] if whole else [_over(start, end, at)]
    middle = start + _half(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, at, whole=whole), _over(middle, end, at)]
    return [*_subproof(old, middle, end, at, whole=False), _over(start, middle, at)]


def _over(start: int, end: int, at: Node) -> bytes:
    """The hash over the leaves from `start` to `end`, whose subtree need not be complete."""
    size = end - start
    if not size & (size - 1):
        level = size.bit_length() - 1
        return at(level, start >> level)
    middle = start + _half(size)
    return node(_over(start, middle, at), _over(middle, end, at))


def _half(size: int) -> int:
    """The greatest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
