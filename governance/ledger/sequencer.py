"""Sealing: committed entries get their places in the log, and a checkpoint signs them.

One process at a time does it, under an advisory lock that ends with its transaction, so that any
number may try and any may die: what was not committed is in the queue still. Nothing on the write
path waits for it.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from governance.errors import BylawError
from governance.ledger import keys, ledger, log, merkle, notes, tiles
from governance.ledger.models import Checkpoint, SigningKey

logs = structlog.get_logger(__name__)
SEQUENCER: Final = ledger.system("sequencer")
#: Entries sealed in one transaction.
BATCH: Final = 10_000
_LOCK: Final = 0x5EA1


class Forked(BylawError):
    """What the database holds is not what was signed here before. Nothing is signed any more."""

    code = "ledger-forked"
    status = 503


def seal(*, at: datetime) -> int:
    """Seal what is committed, a batch; returns how many entries that were. 0 when there are none,
    or another process is at it.

    Raises Forked where the log does not go on from what was signed last, by the tiles or by the
    checkpoint kept outside the database; NoKey where the private key is missing.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        if keys.latest() is None:
            keys.create(by=SEQUENCER, at=at)
        before = log.latest()
        size = before.size if before is not None else 0
        leaves = _place(size)
        if not leaves:
            return 0
        _goes_on(before)
        _store(tiles.grow(size, leaves, log.tile))
        made = _checkpoint(size, size + len(leaves), at=at)
        transaction.on_commit(partial(_remember, made.text))
    return len(leaves)


def remembered() -> str:
    """The checkpoint of this log that was signed here last; empty when none was."""
    path = _path()
    return path.read_text() if path is not None and path.is_file() else ""


def accept(*, reason: str, by: ledger.Actor, at: datetime) -> None:
    """Go on from a database that is older than what was signed, or another: on record, with the
    checkpoint that it does not go on from. Whoever holds that one will see the break."""
    lost = remembered()
    with transaction.atomic():
        found = log.latest()
        event = ledger.Event(
            "ledger.resumed",
            keys.LOG,
            notes.parse(found.text).origin if found is not None else "",
            before={"checkpoint": lost},
            after={"checkpoint": found.text if found is not None else ""},
            reason=reason,
        )
        ledger.append(event, by=by, at=at)
        if (path := _path()) is not None:
            transaction.on_commit(partial(path.unlink, missing_ok=True))


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        (held,) = cursor.fetchone()
    return bool(held)


#: The next entries are chosen once: a subquery with a limit may be run again for each row.
_PLACE: Final = """
WITH next AS MATERIALIZED (
    SELECT entry_id FROM ledger_unsealed ORDER BY entry_id LIMIT %s FOR UPDATE
), taken AS (
    DELETE FROM ledger_unsealed AS waiting USING next WHERE waiting.entry_id = next.entry_id
    RETURNING waiting.entry_id
), placed AS (
    INSERT INTO ledger_leaf (index, entry_id)
    SELECT %s + row_number() OVER (ORDER BY entry_id) - 1, entry_id FROM taken
    RETURNING index, entry_id
)
SELECT sha256('\\x00'::bytea || convert_to(entry.body, 'UTF8'))
FROM placed LEFT JOIN ledger_entry AS entry ON entry.id = placed.entry_id
ORDER BY placed.index
"""


def _place(size: int) -> Sequence[bytes]:
    """Give the next entries their places; returns their leaf hashes, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [BATCH, size])
        found = [each for (each,) in cursor.fetchall()]
    if None in found:
        raise Forked("An entry that waits to be sealed is not there any more.")
    return [bytes(each) for each in found]


def _goes_on(before: Checkpoint | None) -> None:
    """The tiles still give the root that was signed, and the log what was signed here."""
    if before is not None and log.root(before.size).hex() != before.root:
        raise Forked(
            f"The tiles of the log do not give the root of its checkpoint of {before.size}: they "
            "were changed. Nothing is sealed; run `manage.py ledger verify`."
        )
    known = remembered()
    if known and not log.follows(known):
        raise Forked(
            "The database does not go on from the checkpoint of "
            f"{log.in_words(notes.parse(known).size)} that was signed here: it is an older copy, "
            "or was changed. Nothing is sealed. If a backup was restored on purpose, run "
            "`manage.py ledger resume --reason ...`."
        )


_STORE: Final = """
INSERT INTO ledger_tile (level, number, hashes) VALUES (%s, %s, %s)
ON CONFLICT (level, number) DO UPDATE SET hashes = EXCLUDED.hashes
"""


def _store(changed: dict[tuple[int, int], bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_STORE, [(*key, hashes) for key, hashes in sorted(changed.items())])


def _checkpoint(since: int, size: int, *, at: datetime) -> Checkpoint:
    signers = keys.signers(since, size)
    root = merkle.root(size, log.nodes())
    name = keys.origin(signers[-1])
    body = notes.Checkpoint(name, size, root).text
    text = notes.sign(body, [(name, private) for private in _private(signers)])
    return Checkpoint.objects.create(size=size, at=at, root=root.hex(), text=text)


def _private(signers: Sequence[SigningKey]) -> Sequence[Ed25519PrivateKey]:
    """Of all that are to sign. Where the one before is lost, and said to be, the new one alone."""
    last = signers[-1]
    there = [each for each in signers if each.id == last.id or keys.present(each)]
    if len(there) < len(signers):
        logs.warning("ledger.signed_by_the_new_key_alone", key=last.id)
    return [keys.private(each) for each in there]


def _remember(text: str) -> None:
    """After the commit: a process that dies in between leaves the one before, from which the log
    goes on as well."""
    path, known = _path(), remembered()
    if path is None or (known and notes.parse(known).size >= notes.parse(text).size):
        return
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


def _path() -> Path | None:
    """Beside the keys, by the name of the log; None for one that has no name yet."""
    key = keys.latest()
    if key is None:
        return None
    return keys.directory() / f"{keys.origin(key).rpartition('/')[2]}.checkpoint"
