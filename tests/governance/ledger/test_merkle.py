"""The tree against an implementation that is not ours, and proofs against their tampered twins."""

import hashlib

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ledger import merkle

LEAVES = [f"entry {number}".encode() for number in range(70)]
HASHES = [merkle.leaf(each) for each in LEAVES]
SIZES = st.integers(1, len(LEAVES))


def at(level: int, index: int) -> bytes:
    """The hash over a complete subtree, from its leaves."""
    found = HASHES[index << level : (index + 1) << level]
    assert len(found) == 1 << level
    while len(found) > 1:
        found = merkle.parents(found)
    return found[0]


def other(size: int) -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for each in LEAVES[:size]:
        tree.append_entry(each)
    return tree


def root(size: int) -> bytes:
    return merkle.root(size, at)


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root(0) == merkle.Tree().root() == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, len(LEAVES) + 1))
def test_roots_are_those_of_another_implementation(size: int) -> None:
    assert root(size) == other(size).get_root()


@pytest.mark.parametrize("size", range(1, len(LEAVES) + 1))
def test_a_tree_that_grows_has_the_same_root(size: int) -> None:
    tree = merkle.Tree()
    for each in HASHES[:size]:
        tree.add(each)
    assert (tree.size, tree.root()) == (size, root(size))


@given(SIZES, SIZES)
def test_a_tree_goes_on_from_what_it_was(one: int, two: int) -> None:
    early, late = sorted((one, two))
    tree = merkle.Tree()
    for each in HASHES[:early]:
        tree.add(each)
    again = merkle.Tree(early, tree.peaks())
    for each in HASHES[early:late]:
        again.add(each)
    assert again.root() == root(late)


def test_a_tree_cannot_go_on_from_what_no_tree_was() -> None:
    with pytest.raises(ValueError, match="has 2 peaks"):
        merkle.Tree(5, [bytes(32)])


@given(SIZES, st.data())
def test_every_leaf_is_proven_to_be_in(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(index, size, at)
    merkle.check_inclusion(HASHES[index], index, size, proof, root(size))


@given(SIZES, st.data())
def test_another_implementation_takes_our_proofs(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    theirs = other(size).prove_inclusion(index + 1, size)
    ours = merkle.inclusion(index, size, at)
    assert [bytes.fromhex(each) for each in theirs.serialize()["path"]][1:] == list(ours)


@given(SIZES, SIZES)
def test_growth_is_proven(one: int, two: int) -> None:
    old, new = sorted((one, two))
    proof = merkle.consistency(old, new, at)
    merkle.check_consistency(old, new, root(old), root(new), proof)


@given(SIZES, st.data())
def test_no_other_leaf_index_or_step_is_taken(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = list(merkle.inclusion(index, size, at))
    wrong = data.draw(st.integers(0, size - 1).filter(lambda each: each != index) | st.none())
    if wrong is not None:
        with pytest.raises(merkle.Unproven):
            merkle.check_inclusion(HASHES[index], wrong, size, proof, root(size))
    with pytest.raises(merkle.Unproven):
        merkle.check_inclusion(merkle.leaf(b"forged"), index, size, proof, root(size))
    with pytest.raises(merkle.Unproven):
        merkle.check_inclusion(HASHES[index], index, size, [*proof, bytes(32)], root(size))
    if proof:
        with pytest.raises(merkle.Unproven):
            merkle.check_inclusion(HASHES[index], index, size, proof[:-1], root(size))


@given(SIZES, SIZES, st.data())
def test_no_other_past_is_taken(one: int, two: int, data: st.DataObject) -> None:
    old, new = sorted((one, two))
    proof = list(merkle.consistency(old, new, at))
    with pytest.raises(merkle.Unproven):
        merkle.check_consistency(old, new, bytes(32), root(new), proof)
    with pytest.raises(merkle.Unproven):
        merkle.check_consistency(old, new, root(old), bytes(32), proof)
    for place in range(len(proof)):
        changed = [bytes(32) if each == place else step for each, step in enumerate(proof)]
        with pytest.raises(merkle.Unproven):
            merkle.check_consistency(old, new, root(old), root(new), changed)
        shorter = proof[:place] + proof[place + 1 :]
        with pytest.raises(merkle.Unproven):
            merkle.check_consistency(old, new, root(old), root(new), shorter)


def test_what_is_not_in_the_tree_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="none of the first 5"):
        merkle.inclusion(5, 5, at)
    with pytest.raises(ValueError, match="holds none of 6"):
        merkle.consistency(6, 5, at)
