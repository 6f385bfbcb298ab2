"""Sealing: every committed entry gets one place, and a checkpoint that keys which we trust sign."""

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from governance.errors import Conflict
from governance.ledger import keys, log, merkle, notes, readings, sequencer
from governance.ledger.models import Checkpoint, Entry, Leaf, SigningKey, Unsealed
from tests.factory import PERSON
from tests.governance.ledger.logs import LATER, roll_back_to, seal, unhindered, write

pytestmark = pytest.mark.django_db


def bodies() -> list[str]:
    return list(Entry.objects.order_by("leaf__index").values_list("body", flat=True))


def root_of(texts: Sequence[str]) -> str:
    tree = merkle.Tree()
    for each in texts:
        tree.add(merkle.leaf(each.encode()))
    return tree.root().hex()


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_entry_waits_to_be_sealed_whichever_door_it_came_through() -> None:
    (entry,) = write()
    sql(
        "INSERT INTO ledger_entry (id, at, actor, verb, object_kind, object_id, request_id, body,"
        " digest) SELECT gen_random_uuid(), at, actor, verb, object_kind, object_id, request_id,"
        " body, digest FROM ledger_entry"
    )
    assert Unsealed.objects.count() == Entry.objects.count() == 2
    assert entry.unsealed.since is not None


def test_entries_get_places_without_a_gap_and_leave_the_queue() -> None:
    write(5)
    seal()
    assert list(Leaf.objects.values_list("index", flat=True)) == list(range(6))
    assert not Unsealed.objects.exists()


def test_those_of_one_transaction_keep_their_order() -> None:
    written = write(50)
    seal()
    places = Leaf.objects.filter(entry__in=written).order_by("index")
    assert list(places.values_list("entry_id", flat=True)) == [each.id for each in written]


def test_the_checkpoint_signs_the_root_over_their_texts() -> None:
    write(300)
    found = seal()
    signed = notes.trusted(found.text, keys.public())
    assert (signed.size, signed.root.hex()) == (301, root_of(bodies()))
    assert (found.size, found.root) == (301, root_of(bodies()))


def test_a_later_round_goes_on_where_the_last_ended() -> None:
    write(300)
    first = seal()
    write(700)
    second = seal()
    assert (first.size, second.size) == (301, 1001)
    assert second.root == root_of(bodies())
    proof = log.growth(first.size, second.size)
    ends = bytes.fromhex(first.root), bytes.fromhex(second.root)
    merkle.check_consistency(first.size, second.size, *ends, proof.path)


def test_without_anything_new_nothing_is_signed() -> None:
    write()
    seal()
    assert sequencer.seal(at=LATER) == 0
    assert Checkpoint.objects.count() == 1


def test_a_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 4)
    write(10)
    assert [sequencer.seal(at=LATER) for _ in range(4)] == [4, 4, 3, 0]
    assert log.latest() == Checkpoint.objects.get(size=11)


def test_a_batch_is_no_larger_however_the_database_finds_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By a plan that looks for the batch anew for each row, as it takes by chance."""
    monkeypatch.setattr(sequencer, "BATCH", 4)
    write(10)
    for kind in ("hashjoin", "hashagg", "mergejoin", "material", "sort"):
        sql(f"SET LOCAL enable_{kind} = off")
    assert sequencer.seal(at=LATER) == 4


def test_any_entry_is_proven_to_be_in() -> None:
    written = write(40)
    found = seal()
    for proof in log.inclusions(written):
        root = bytes.fromhex(found.root)
        merkle.check_inclusion(proof.hash, proof.index, found.size, proof.path, root)


def test_one_that_is_not_sealed_yet_is_not() -> None:
    with pytest.raises(log.NotSealed):
        log.inclusion(write()[0])
    seal()
    with pytest.raises(log.NotSealed):
        log.inclusion(write()[0])


# --- keys ----------------------------------------------------------------------------------------


def test_the_first_key_is_made_by_itself_and_announced_in_the_log() -> None:
    write()
    seal()
    key = SigningKey.objects.get()
    assert key.announced.verb == "ledger.key_created"
    assert key.verifier in key.announced.body


def test_the_private_key_is_a_file_that_only_we_may_read(own_keys: Path) -> None:
    write()
    seal()
    (file,) = own_keys.glob("*.pem")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o700
    assert file.stem == SigningKey.objects.get().id


def test_it_is_nowhere_in_the_database(own_keys: Path) -> None:
    write()
    seal()
    (file,) = own_keys.glob("*.pem")
    secret = "".join(file.read_text().splitlines()[1:-1])
    columns = (*SigningKey.objects.values_list(), *Entry.objects.values_list())
    assert not [row for row in columns if secret in str(row)]


def rotate(*, lost: bool = False) -> SigningKey:
    return keys.rotate(reason="It is a year old.", lost=lost, by=PERSON, at=LATER)


def signers(found: Checkpoint) -> set[str]:
    return {each.key_hash.hex() for each in notes.split(found.text)[1]}


def test_a_new_key_takes_over_with_a_checkpoint_that_both_sign() -> None:
    write()
    first = seal()
    new = rotate()
    both = seal()
    write()
    last = seal()
    old = SigningKey.objects.exclude(id=new.id).get()
    assert [signers(each) for each in (first, both, last)] == [{old.id}, {old.id, new.id}, {new.id}]


def test_the_change_of_keys_is_an_entry_with_both_keys_and_the_reason() -> None:
    write()
    seal()
    old = keys.latest()
    new = rotate()
    assert old is not None
    assert new.announced.verb == "ledger.key_rotated"
    assert old.verifier in new.announced.body
    assert new.verifier in new.announced.body
    assert readings.of(new.announced).reason == "It is a year old."


def test_of_several_new_keys_at_once_all_sign() -> None:
    write()
    seal()
    rotate()
    rotate()
    assert len(signers(seal())) == 3


def test_without_its_key_nothing_is_sealed_and_nothing_lost(own_keys: Path) -> None:
    write()
    seal()
    (file,) = own_keys.glob("*.pem")
    file.unlink()
    write()
    with pytest.raises(keys.NoKey, match=r"rotate-key --lost"):
        sequencer.seal(at=LATER)
    assert Unsealed.objects.count() == 1


def test_another_key_under_its_name_is_refused(own_keys: Path) -> None:
    write()
    seal()
    rotate()
    seal()
    one, two = own_keys.glob("*.pem")
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    for key in SigningKey.objects.all():
        with pytest.raises(keys.NoKey, match="another key"):
            keys.private(key)


def test_where_the_old_key_is_lost_the_new_one_signs_alone(own_keys: Path) -> None:
    write()
    seal()
    (file,) = own_keys.glob("*.pem")
    file.unlink()
    with pytest.raises(Conflict, match="say that it is lost"):
        rotate()
    new = rotate(lost=True)
    assert signers(seal()) == {new.id}
    assert '"lost":true' in new.announced.body


def test_a_key_that_is_there_is_not_lost() -> None:
    write()
    seal()
    with pytest.raises(Conflict, match="is not lost"):
        rotate(lost=True)


# --- what was signed is not forked ---------------------------------------------------------------


def test_over_changed_tiles_nothing_is_signed() -> None:
    write(3)
    seal()
    unhindered("UPDATE ledger_tile SET hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1)")
    write()
    with pytest.raises(sequencer.Forked, match="do not give the root"):
        sequencer.seal(at=LATER)
    assert Unsealed.objects.count() == 1


@pytest.fixture
def signed(django_capture_on_commit_callbacks: Any) -> Any:
    """Seal as a process does whose transactions are committed."""

    def act() -> Checkpoint:
        with django_capture_on_commit_callbacks(execute=True):
            return seal()

    return act


def test_what_was_signed_last_is_kept_outside_the_database(signed: Any) -> None:
    write()
    assert sequencer.remembered() == ""
    assert signed().text == sequencer.remembered()


def test_over_an_older_copy_of_the_database_nothing_is_signed(signed: Any) -> None:
    write(2)
    old = signed()
    write(2)
    signed()
    roll_back_to(old.size)
    write(9)
    with pytest.raises(sequencer.Forked, match="does not go on from the checkpoint of 5 entries"):
        sequencer.seal(at=LATER)


def test_until_somebody_says_that_it_was_restored(
    signed: Any, django_capture_on_commit_callbacks: Any
) -> None:
    write(2)
    old = signed()
    write(2)
    lost = signed()
    roll_back_to(old.size)
    with django_capture_on_commit_callbacks(execute=True):
        sequencer.accept(reason="The disk failed.", by=PERSON, at=LATER)
    signed()
    entry = Entry.objects.get(verb="ledger.resumed")
    assert lost.text.splitlines()[2] in entry.body
    assert readings.of(entry).reason == "The disk failed."


def test_a_process_that_died_after_its_commit_is_no_fork(signed: Any) -> None:
    write()
    signed()
    write()
    seal()  # its last checkpoint was never put down
    write()
    assert signed().text == sequencer.remembered()
