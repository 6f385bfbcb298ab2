"""Whatever somebody with all rights on the database does to the past is found, and named."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db import connection

from governance.ledger import keys, merkle, notes, tiles
from governance.ledger.models import Checkpoint, Entry, Leaf, SigningKey
from governance.ledger.verification import walk
from governance.ledger.verification.findings import Finding
from tests.governance.ledger import logs
from tests.governance.ledger.logs import entry_at, forge, grown, unhindered

pytestmark = pytest.mark.django_db


def verify(*kept: Checkpoint, trusted: Sequence[notes.Verifier] = ()) -> list[Finding]:
    return walk.run(walk.begin([each.text for each in kept], trusted)).kept


def found(*kept: Checkpoint) -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in verify(*kept)]


@pytest.mark.parametrize("sizes", [(1,), (5, 1, 300), (255,), (256, 256, 1), (700,)])
def test_an_untouched_log_has_nothing_wrong(sizes: tuple[int, ...]) -> None:
    kept = grown(*sizes)
    assert verify(*kept, trusted=keys.public()) == []


def test_an_empty_log_has_nothing_wrong() -> None:
    assert verify() == []


def test_what_waits_to_be_sealed_is_not_wrong() -> None:
    grown(5)
    logs.write(3)
    assert verify() == []


# --- entries -------------------------------------------------------------------------------------


@pytest.mark.parametrize("index", [1, 4, 255, 256, 299])
def test_one_changed_byte_is_named_by_its_place(index: int) -> None:
    grown(5, 300)
    if entry_at(index).verb != "test.written":
        index += 1
    entry = forge(index)
    (finding,) = verify()
    assert (finding.code, finding.where) == ("entry-changed", f"place {index}")
    assert str(entry.id) in finding.what


def test_a_digest_that_was_left_behind_is_named_as_well() -> None:
    grown(5)
    forge(3, digest=False)
    assert set(found()) == {("column-changed", "place 3"), ("entry-changed", "place 3")}


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'other'",
        "actor = 'user:other'",
        "at = at + interval '1 microsecond'",
        "object_id = 'x'",
        "object_kind = 'x'",
        "incident_id = gen_random_uuid()",
        "request_id = 'x'",
    ],
)
def test_a_column_that_says_something_else_than_the_body_is_named(change: str) -> None:
    grown(5)
    unhindered(f"UPDATE ledger_entry SET {change} WHERE id = %s", entry_at(3).id)  # noqa: S608
    (finding,) = verify()
    assert (finding.code, finding.where) == ("column-changed", "place 3")
    assert change.split()[0] in finding.what


def test_two_swapped_entries_are_named_with_where_they_belong() -> None:
    grown(9)
    one, two = entry_at(3), entry_at(6)
    unhindered("DELETE FROM ledger_leaf WHERE index IN (3, 6)")
    Leaf.objects.bulk_create([Leaf(index=3, entry=two), Leaf(index=6, entry=one)])
    findings = verify()
    assert [(each.code, each.where) for each in findings] == [
        ("entry-moved", "place 3"),
        ("entry-moved", "place 6"),
    ]
    assert "belongs at place 6" in findings[0].what


def test_a_deleted_entry_is_named() -> None:
    grown(9)
    entry = entry_at(4)
    unhindered("DELETE FROM ledger_entry WHERE id = %s", entry.id)
    (finding,) = verify()
    assert (finding.code, finding.where) == ("entry-missing", "place 4")
    assert str(entry.id) in finding.what


def test_a_deleted_place_is_named() -> None:
    grown(9)
    unhindered("DELETE FROM ledger_leaf WHERE index = 4")
    assert ("place-missing", "place 4") in found()


def test_an_entry_that_was_taken_out_of_the_queue_is_named() -> None:
    grown(2)
    (entry,) = logs.write()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_unsealed")
    assert found() == [("entry-unsealed", f"entry {entry.id}")]


def test_a_place_behind_the_checkpoints_is_named() -> None:
    grown(2)
    (entry,) = logs.write()
    Leaf.objects.create(index=3, entry=entry)
    assert found() == [("place-unsigned", "place 3")]


# --- tiles and checkpoints -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "number", "path"), [(0, 0, "tile/0/000"), (0, 1, "tile/0/001"), (1, 0, "tile/1/000")]
)
def test_a_changed_tile_is_named(level: int, number: int, path: str) -> None:
    grown(400)
    unhindered(
        "UPDATE ledger_tile SET hashes = set_byte(hashes, 9, get_byte(hashes, 9) # 1)"
        " WHERE level = %s AND number = %s",
        level,
        number,
    )
    assert ("tile-changed", path) in found()


def test_a_full_tile_that_was_changed_puts_no_blame_on_its_entries() -> None:
    grown(400)
    unhindered(
        "UPDATE ledger_tile SET hashes = set_byte(hashes, 9, 0) WHERE level = 0 AND number = 0"
    )
    assert "entry-changed" not in {code for code, _ in found()}


def test_a_changed_checkpoint_is_named() -> None:
    first, *_ = grown(2, 2)
    unhindered(
        "UPDATE ledger_checkpoint SET text = replace(text, %s, %s) WHERE size = %s",
        "\n3\n",
        "\n4\n",
        first.size,
    )
    codes = {code for code, where in found() if where == "checkpoint of 3"}
    assert codes == {"checkpoint-changed", "signature-wrong"}


def test_a_key_that_the_log_does_not_announce_is_named() -> None:
    grown(2)
    unhindered("UPDATE ledger_signingkey SET verifier = 'x'")
    (finding,) = verify()
    assert finding.code == "key-changed"


def test_a_change_of_keys_is_followed() -> None:
    grown(2)
    keys.rotate(reason="A year old.", by=logs.PERSON, at=logs.LATER)
    kept = grown(2, 2)
    assert verify(*kept) == []


def test_a_change_of_keys_that_the_old_key_did_not_sign_is_named(own_keys: Path) -> None:
    grown(2)
    for file in own_keys.glob("*.pem"):
        file.unlink()
    keys.rotate(reason="Lost.", lost=True, by=logs.PERSON, at=logs.LATER)
    grown(2)
    assert [code for code, _ in found()] == ["key-changed-alone"]


# --- against a checkpoint that was kept ----------------------------------------------------------


def test_a_truncated_tail_is_found_with_a_checkpoint_of_before() -> None:
    old, kept = grown(2, 5)
    logs.roll_back_to(old.size)
    assert found() == []
    (finding,) = verify(kept)
    assert (finding.code, finding.where) == ("log-truncated", "place 3")
    assert "5 are gone" in finding.what


def test_an_older_backup_that_went_on_is_found() -> None:
    old, kept = grown(2, 5)
    logs.roll_back_to(old.size)
    grown(9)
    assert found() == []
    assert found(old, kept) == [("log-rewritten", f"kept checkpoint of {kept.size}")]


def test_it_is_said_between_which_places_it_was_rewritten() -> None:
    old, kept = grown(2, 5)
    logs.roll_back_to(old.size)
    grown(9)
    assert "the places 3 to 7 are not those" in verify(old, kept)[0].what


def rewritten(index: int) -> None:
    """Change the past, make every hash anew, and sign it all with another key under the same name,
    announced as if it had been the first."""
    key = SigningKey.objects.get()
    old, name = key.verifier, keys.origin(key)
    forge(index)
    private = keys.Ed25519PrivateKey.generate()
    other = notes.verifier(name, private)
    announcement = key.announced
    body = announcement.body.replace(old, other.text)
    unhindered(
        "UPDATE ledger_entry SET body = %s, digest = encode(sha256(convert_to(%s, 'UTF8')), 'hex')"
        " WHERE id = %s",
        body,
        body,
        announcement.id,
    )
    unhindered("UPDATE ledger_signingkey SET id = %s, verifier = %s", other.hash.hex(), other.text)
    bodies = Entry.objects.order_by("leaf__index").values_list("body", flat=True)
    hashes = [merkle.leaf(each.encode()) for each in bodies]
    rows = tiles.grow(0, hashes, lambda _level, _number: b"")
    for (level, number), made in rows.items():
        unhindered(
            "UPDATE ledger_tile SET hashes = %s WHERE level = %s AND number = %s",
            made,
            level,
            number,
        )
    for checkpoint in Checkpoint.objects.all():
        tree = merkle.Tree()
        for each in hashes[: checkpoint.size]:
            tree.add(each)
        text = notes.Checkpoint(name, checkpoint.size, tree.root()).text
        unhindered(
            "UPDATE ledger_checkpoint SET root = %s, text = %s WHERE size = %s",
            tree.root().hex(),
            notes.sign(text, [(name, private)]),
            checkpoint.size,
        )


def test_a_rewritten_log_that_another_key_signed_agrees_with_itself() -> None:
    grown(3, 3)
    rewritten(1)
    assert found() == []


def test_one_older_checkpoint_gives_it_away() -> None:
    kept, _ = grown(3, 3)
    rewritten(1)
    codes = {code for code, _ in found(kept)}
    assert codes == {"kept-checkpoint-unsigned", "log-rewritten"}


def test_so_does_the_key_alone() -> None:
    grown(3, 3)
    trusted = keys.public()
    rewritten(1)
    assert [each.code for each in verify(trusted=trusted)] == ["key-unknown"]


def test_a_kept_checkpoint_of_another_log_is_named() -> None:
    grown(3)
    private = keys.Ed25519PrivateKey.generate()
    foreign = notes.Checkpoint("example.org/ledger/other", 2, bytes(32)).text
    note = notes.sign(foreign, [("example.org/ledger/other", private)])
    result = walk.run(walk.begin([note]))
    assert {each.code for each in result.kept} == {"kept-checkpoint-unsigned", "log-rewritten"}


# --- in steps ------------------------------------------------------------------------------------


def test_it_goes_on_after_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "STEP", tiles.WIDTH)
    kept = grown(100, 500, 200)
    entry = forge(700)
    going = walk.begin([each.text for each in kept])
    sizes = []
    while not going.over:
        walk.step(going)
        sizes.append(going.done)
        going = walk.restored(going.as_dict())
    walk.end(going)
    assert sizes == [256, 512, 768, 801]
    assert [each.code for each in going.found.kept] == ["entry-changed"]
    assert str(entry.id) in going.found.kept[0].what


def test_what_is_sealed_meanwhile_is_left_for_the_next_time() -> None:
    grown(5)
    going = walk.begin()
    grown(5)
    assert walk.run(going).kept == []
    assert going.done == 6


def test_more_findings_than_are_kept_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("governance.ledger.verification.findings.KEPT", 2)
    grown(9)
    for index in range(1, 7):
        forge(index)
    result = walk.run(walk.begin())
    assert (len(result.kept), result.count) == (2, 6)
