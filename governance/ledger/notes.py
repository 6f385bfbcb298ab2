"""Signed checkpoints: C2SP signed-note and tlog-checkpoint, with Ed25519 keys. Pure.

    origin
    size, decimal
    root hash, base64

    — key name base64(4 bytes of key hash, 64 bytes of signature)

Whoever checks one needs the text and the verifier key, `name+hash+base64(type, public key)`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = b"\x01"
_SIGNATURE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_HASH_BYTES: Final = 4


class Unsigned(ValueError):
    """A text that is no checkpoint, or that no key which we trust has signed."""


@dataclass(frozen=True)
class Checkpoint:
    """How long the log of this origin was, and the root hash over all of its entries."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed; it ends with a line feed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


@dataclass(frozen=True)
class Signature:
    name: str
    key_hash: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"— {self.name} {_base64(self.key_hash + self.value)}\n"


@dataclass(frozen=True)
class Verifier:
    """A public key with its name."""

    name: str
    key: bytes

    @classmethod
    def read(cls, text: str) -> "Verifier":
        """From `name+hash+key`. Raises Unsigned."""
        name, _, rest = text.strip().partition("+")
        given, _, encoded = rest.partition("+")
        typed = _bytes(encoded)
        found = cls(name, typed[1:])
        if not name or typed[:1] != ED25519 or len(typed) != 33 or found.hash.hex() != given:
            raise Unsigned(f"{text.strip()[:100]!r} is no Ed25519 verifier key.")
        return found

    @property
    def hash(self) -> bytes:
        named = self.name.encode() + b"\n" + ED25519 + self.key
        return hashlib.sha256(named).digest()[:_HASH_BYTES]

    @property
    def text(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{_base64(ED25519 + self.key)}"

    def signed(self, note: str) -> bool:
        """Whether it has signed the note: one of the signatures is its own, and right."""
        body, signatures = split(note)
        own = [each for each in signatures if each.key_hash == self.hash and each.name == self.name]
        return any(self._right(each.value, body) for each in own)

    def _right(self, signature: bytes, body: str) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, body.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def verifier(name: str, private: Ed25519PrivateKey) -> Verifier:
    return Verifier(name, private.public_key().public_bytes_raw())


def sign(body: str, signers: Sequence[tuple[str, Ed25519PrivateKey]]) -> str:
    """The note: the text and one signature a key."""
    made = [
        Signature(name, verifier(name, private).hash, private.sign(body.encode()))
        for name, private in signers
    ]
    return body + "\n" + "".join(each.line for each in made)


def split(note: str) -> tuple[str, Sequence[Signature]]:
    """The signed text and its signatures. Raises Unsigned."""
    body, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise Unsigned("This is no signed note: it has no signatures after an empty line.")
    return body + "\n", [_signature(line) for line in tail.splitlines()]


def parse(note: str) -> Checkpoint:
    """What a note says, whoever signed it. Raises Unsigned."""
    body, _ = split(note)
    lines = body.splitlines()
    if len(lines) < 3 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise Unsigned("This is no checkpoint: it wants origin, size and root hash, a line each.")
    root = _bytes(lines[2])
    if len(root) != 32 or _base64(root) != lines[2]:
        raise Unsigned("This is no checkpoint: its third line is no SHA-256 hash in base64.")
    return Checkpoint(lines[0], int(lines[1]), root)


def trusted(note: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """What a note says that one of the keys has signed. Raises Unsigned."""
    found = parse(note)
    if not any(each.signed(note) for each in verifiers):
        names = ", ".join(f"{each.name} ({each.key_hash.hex()})" for each in split(note)[1])
        raise Unsigned(f"No trusted key has signed this checkpoint of {found.size}, but {names}.")
    return found


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    value = _bytes(found[2]) if found else b""
    if found is None or len(value) <= _HASH_BYTES:
        raise Unsigned(f"{line[:100]!r} is no signature line.")
    return Signature(found[1], value[:_HASH_BYTES], value[_HASH_BYTES:])


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Unsigned(f"{encoded[:100]!r} is no base64.") from None
