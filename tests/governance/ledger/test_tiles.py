"""Tiles and bundles as C2SP tlog-tiles lays them out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ledger import merkle, tiles

HASHES = [merkle.leaf(str(number).encode()) for number in range(70_000)]


class Store:
    """Tiles in memory, as the database keeps them."""

    def __init__(self) -> None:
        self.size = 0
        self.rows: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, number: int) -> bytes:
        return self.rows.get((level, number), b"")

    def add(self, count: int) -> None:
        self.rows |= tiles.grow(self.size, HASHES[self.size : self.size + count], self.read)
        self.size += count

    def root(self) -> bytes:
        return merkle.root(self.size, tiles.Nodes(self.read))


def root(size: int) -> bytes:
    tree = merkle.Tree()
    for each in HASHES[:size]:
        tree.add(each)
    return tree.root()


@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_tiles_that_grow_give_the_root(counts: list[int]) -> None:
    store = Store()
    for count in counts:
        store.add(count)
    assert store.root() == root(store.size)


def test_a_third_level_is_begun_with_65536_entries() -> None:
    store = Store()
    store.add(65_000)
    store.add(1_000)
    assert len(store.rows[2, 0]) == 32
    assert store.root() == root(66_000)


@given(st.lists(st.integers(1, 700), min_size=1, max_size=4))
def test_there_are_those_tiles_that_its_size_has(counts: list[int]) -> None:
    store = Store()
    for count in counts:
        store.add(count)
    wanted = {(each.level, each.number): each.width * 32 for each in tiles.of_size(store.size)}
    assert {key: len(hashes) for key, hashes in store.rows.items()} == wanted


@given(st.integers(1, 5000), st.data())
@settings(deadline=None)
def test_every_proof_comes_from_tiles(size: int, data: st.DataObject) -> None:
    store = Store()
    store.add(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    nodes = tiles.Nodes(store.read)
    proof = merkle.inclusion(index, size, nodes)
    merkle.check_inclusion(HASHES[index], index, size, proof, root(size))
    proof = merkle.consistency(old, size, nodes)
    merkle.check_consistency(old, size, root(old), root(size), proof)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (tiles.Name(0, 0), "tile/0/000"),
        (tiles.Name(1, 67), "tile/1/067"),
        (tiles.Name(0, 999), "tile/0/999"),
        (tiles.Name(0, 1000), "tile/0/x001/000"),
        (tiles.Name(0, 1_234_067), "tile/0/x001/x234/067"),
        (tiles.Name(2, 5, 12), "tile/2/005.p/12"),
    ],
)
def test_tiles_have_their_paths(name: tiles.Name, path: str) -> None:
    assert name.path == path


@given(st.integers(0, 10**12))
def test_a_number_is_read_as_it_is_written(number: int) -> None:
    parts = tiles.Name(0, number).path.removeprefix("tile/0/")
    assert tiles.number(parts) == number


@pytest.mark.parametrize("parts", ["", "1", "x001", "001/x002", "x000/001", "0a1", "x1/001", "-01"])
def test_no_other_number_is_read(parts: str) -> None:
    with pytest.raises(ValueError, match=r"of a tile|its number needs"):
        tiles.number(parts)


@given(st.lists(st.binary(max_size=200)))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    assert list(tiles.unbundle(tiles.bundle(entries))) == entries


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x02a"])
def test_a_bundle_that_ends_within_an_entry_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="ends within one"):
        list(tiles.unbundle(data))


def test_a_tile_that_lacks_a_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="tile/0/000 is too short"):
        tiles.Nodes(lambda _level, _number: b"")(0, 0)
