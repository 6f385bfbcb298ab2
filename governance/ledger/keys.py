"""The keys that checkpoints are signed with: private ones in files, public ones in the log.

A key signs from the first checkpoint on that seals the entry which announces it; that one the key
before it signs as well, so that whoever trusts one key can follow the log to the next.
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from governance.errors import BylawError, Conflict
from governance.ledger import ledger, notes
from governance.ledger.ledger import Actor, Event
from governance.ledger.models import SigningKey
from governance.ledger.notes import Verifier

#: The object that entries about the log itself name.
LOG: Final = "ledger"


_LOST: Final = "The present key is not lost: rotate without saying so, and it signs the new one."
_NOT_LOST: Final = (
    "The present key is not at {path}, so it cannot sign the new one. Put the file back, or say "
    "that it is lost."
)


class NoKey(BylawError):
    """The private key that has to sign next is not where it should be, or cannot be read."""

    code = "signing-key-missing"
    status = 503


def create(*, by: Actor, at: datetime) -> SigningKey:
    """The first key of a new log, whose name it also chooses: what is signed under the same address
    after a new beginning is another log."""
    host = urlsplit(settings.PUBLIC_URL).netloc or "localhost"
    name = f"{host}/ledger/{secrets.token_hex(4)}"
    return _announce(name, "ledger.key_created", {}, "", by=by, at=at)


def rotate(*, reason: str, lost: bool = False, by: Actor, at: datetime) -> SigningKey:
    """A new key, which takes over with the checkpoint that seals its announcement. The private key
    before it stays where it is until then; one that is `lost` cannot vouch for the new one, and
    every verification says so. Raises Conflict where that is not as it is said to be."""
    with transaction.atomic():
        before = latest()
        if before is None:
            return create(by=by, at=at)
        if lost == present(before):
            raise Conflict(_LOST if lost else _NOT_LOST.format(path=_path(before.id)))
        old = {"key": before.verifier, "lost": lost}
        return _announce(origin(before), "ledger.key_rotated", old, reason, by=by, at=at)


def latest() -> SigningKey | None:
    return SigningKey.objects.order_by("announced_id").last()


def origin(key: SigningKey) -> str:
    return Verifier.read(key.verifier).name


def public() -> Sequence[Verifier]:
    """Every key that the log has had, the oldest first."""
    rows = SigningKey.objects.order_by("announced_id")
    return [Verifier.read(each) for each in rows.values_list("verifier", flat=True)]


def signers(since: int, size: int) -> Sequence[SigningKey]:
    """Who signs the checkpoint of `size` that follows the one of `since`: the key that was in
    force, and each that is announced in between. The first key signs from the beginning."""
    first = SigningKey.objects.order_by("announced_id")[:1]
    places = SigningKey.objects.order_by("announced__leaf__index")
    before = places.filter(announced__leaf__index__lt=since).reverse()[:1]
    fresh = places.filter(announced__leaf__index__gte=since, announced__leaf__index__lt=size)
    return [*(before or first), *(key for key in fresh if key not in {*(before or first)})]


def private(key: SigningKey) -> Ed25519PrivateKey:
    """Raises NoKey."""
    path = _path(key.id)
    try:
        found = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise NoKey(
            f"The signing key {key.id} is not at {path}. Put the file back, or, if it is lost, run "
            "`manage.py ledger rotate-key --lost`."
        ) from None
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise NoKey(f"The signing key at {path} cannot be read: {error}") from error
    if not isinstance(found, Ed25519PrivateKey) or _id(origin(key), found) != key.id:
        raise NoKey(f"The file {path} holds another key than {key.id}.")
    return found


def present(key: SigningKey) -> bool:
    return _path(key.id).is_file()


def directory() -> Path:
    """Where private keys and the checkpoint that was signed here last are kept: outside the
    database, so that nobody with all rights on that can sign."""
    found: Path = settings.LEDGER_KEYS
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def _announce(
    name: str, verb: str, before: Mapping[str, object], reason: str, *, by: Actor, at: datetime
) -> SigningKey:
    made = Ed25519PrivateKey.generate()
    public_key = notes.verifier(name, made)
    key = SigningKey(id=public_key.hash.hex(), verifier=public_key.text, created_at=at)
    _write(_path(key.id), made)
    after = {"key": key.verifier, "origin": name}
    event = Event(verb, LOG, name, before=before or None, after=after, reason=reason)
    with transaction.atomic():
        (key.announced,) = ledger.append(event, by=by, at=at)
        key.save(force_insert=True)
    return key


def _write(path: Path, key: Ed25519PrivateKey) -> None:
    """On the disk before anything names it."""
    written = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())


def _id(name: str, key: Ed25519PrivateKey) -> str:
    return notes.verifier(name, key).hash.hex()


def _path(id_: str) -> Path:
    return directory() / f"{id_}.pem"
