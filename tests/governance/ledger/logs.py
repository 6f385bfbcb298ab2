"""A log for tests: written, sealed, and tampered with as a superuser may."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from governance.ledger import ledger, log, sequencer
from governance.ledger.ledger import Event
from governance.ledger.models import Checkpoint, Entry
from tests.factory import AT, PERSON

LATER = AT + timedelta(seconds=1)


def write(count: int = 1) -> Sequence[Entry]:
    events = [Event("test.written", "test", str(number)) for number in range(count)]
    with transaction.atomic():
        return ledger.append_all(events, by=PERSON, at=AT)


def seal() -> Checkpoint:
    """Everything that waits; the checkpoint over it."""
    while sequencer.seal(at=LATER):
        pass
    found = log.latest()
    assert found is not None
    return found


def grown(*counts: int) -> list[Checkpoint]:
    """One checkpoint for each number of entries."""
    found = []
    for count in counts:
        write(count)
        found.append(seal())
    return found


def unhindered(statement: str, *values: Any) -> None:
    """As a superuser who has turned the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount > 0, "nothing was tampered with"
        cursor.execute("SET LOCAL session_replication_role = origin")


def entry_at(index: int) -> Entry:
    return Entry.objects.get(leaf__index=index)


def forge(index: int, *, digest: bool = True) -> Entry:
    """Another text for the entry at a place, with a digest that fits."""
    entry = entry_at(index)
    body = entry.body.replace('"test"', '"tset"')
    assert body != entry.body
    fitting = hashlib.sha256(body.encode()).hexdigest() if digest else entry.digest
    unhindered(
        "UPDATE ledger_entry SET body = %s, digest = %s, object_kind = 'tset' WHERE id = %s",
        body,
        fitting,
        entry.id,
    )
    return entry


def roll_back_to(size: int) -> None:
    """The database as an older backup has it; at most one tile was filled."""
    unhindered("DELETE FROM ledger_checkpoint WHERE size > %s", size)
    unhindered("DELETE FROM ledger_leaf WHERE index >= %s", size)
    unhindered("UPDATE ledger_tile SET hashes = substring(hashes FROM 1 FOR %s)", size * 32)
    unhindered("DELETE FROM ledger_entry WHERE id NOT IN (SELECT entry_id FROM ledger_leaf)")
