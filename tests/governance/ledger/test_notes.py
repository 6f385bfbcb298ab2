"""Signed checkpoints, to the letter of C2SP signed-note and tlog-checkpoint."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.ledger import notes

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = "bylaw.example.org/ledger"
CHECKPOINT = notes.Checkpoint(NAME, 42, hashlib.sha256(b"root").digest())
NOTE = notes.sign(CHECKPOINT.text, [(NAME, KEY)])
OURS = notes.verifier(NAME, KEY)


def test_a_checkpoint_has_three_lines_an_empty_one_and_a_signature() -> None:
    lines = NOTE.split("\n")
    assert lines[:2] == [NAME, "42"]
    assert base64.b64decode(lines[2]) == CHECKPOINT.root
    assert lines[3] == ""
    assert lines[4].startswith(f"— {NAME} ")
    assert lines[5:] == [""]


def test_the_key_hash_is_that_of_name_type_and_key() -> None:
    public = KEY.public_key().public_bytes_raw()
    wanted = hashlib.sha256(NAME.encode() + b"\n\x01" + public).digest()[:4]
    assert notes.split(NOTE)[1][0].key_hash == wanted


def test_the_signature_is_over_the_text_with_its_last_line_feed() -> None:
    (signature,) = notes.split(NOTE)[1]
    KEY.public_key().verify(signature.value, f"{NAME}\n42\n{NOTE.splitlines()[2]}\n".encode())


def test_what_was_signed_is_read_back() -> None:
    assert notes.trusted(NOTE, [OURS]) == CHECKPOINT
    assert notes.Verifier.read(OURS.text) == OURS


def test_another_key_of_the_same_name_is_not_taken() -> None:
    forged = notes.sign(CHECKPOINT.text, [(NAME, OTHER)])
    with pytest.raises(notes.Unsigned, match="No trusted key has signed this checkpoint of 42"):
        notes.trusted(forged, [OURS])


def test_one_signature_of_several_is_enough() -> None:
    both = notes.sign(CHECKPOINT.text, [("witness", OTHER), (NAME, KEY)])
    assert notes.trusted(both, [OURS]) == CHECKPOINT
    assert notes.trusted(both, [notes.verifier("witness", OTHER)]) == CHECKPOINT


@pytest.mark.parametrize(
    ("old", "new"), [("\n42\n", "\n43\n"), (NAME + "\n", "another\n"), ("\n\n", "\nmore\n\n")]
)
def test_a_changed_text_is_not_taken(old: str, new: str) -> None:
    with pytest.raises(notes.Unsigned):
        notes.trusted(NOTE.replace(old, new, 1), [OURS])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "no signature\n",
        NOTE.rstrip("\n"),
        NOTE.replace("42", "042"),
        NOTE.replace("42", "-1"),
        NOTE.replace("— ", "- "),
        NOTE.replace("\n42\n", "\n42\nAAAA\n"),
        f"{NAME}\n42\n\n— {NAME} AAAAAAAA\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(notes.Unsigned):
        notes.parse(note)


@pytest.mark.parametrize(
    "text",
    ["", NAME, OURS.text[:-4], OURS.text.replace("+", "-", 1), "x" + OURS.text, "a+b+****"],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(notes.Unsigned):
        notes.Verifier.read(text)
