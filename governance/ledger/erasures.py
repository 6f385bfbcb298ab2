"""Erasing personal values, on record; and finding those that are gone without a record.

The entry of an erasure comes first and names each thing that goes, by its commitment or its key.
The database then lets go of what this entry names and of nothing else, until the transaction ends.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from governance.ledger import commitments, ledger, readings
from governance.ledger.models import Entry, PersonalData

VERB: Final = "personal_data.erased"
#: So many things are named by one entry, which a log can still take; more take several.
BATCH: Final = 150
#: Keys before and behind those of all entries.
FIRST: Final = UUID(int=0)
LAST: Final = UUID(int=2**128 - 1)
Named = Mapping[str, object]


@dataclass(frozen=True)
class Subject:
    """Whose or what data go. `kind` and `id` are the object of the entry."""

    kind: str
    id: UUID | str
    incident_id: UUID | None = None


@dataclass(frozen=True)
class Order:
    """Why: `ground` is the legal one, as the officer gives it; `reason` the officer's own words.
    `because` is what a program gives as its reason, and `more` what else belongs on record."""

    ground: str
    reason: str = ""
    because: str = ""
    more: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Fault:
    """A committed value that is `missing` without an erasure on record, or was `altered`; or one
    that no entry commits to (`foreign`)."""

    entry: UUID
    name: str
    commitment: str
    fault: Literal["missing", "altered", "foreign"]


@contextmanager
def erasing(
    subject: Subject, named: Sequence[Named], order: Order, *, by: ledger.Actor, at: datetime
) -> Iterator[Entry]:
    """Write the entry of an erasure; within the block the database lets go of what it names."""
    event = ledger.Event(
        VERB,
        subject.kind,
        subject.id,
        subject.incident_id,
        after={"ground": order.ground, "erased": list(named), **(order.more or {})},
        reason=order.reason,
        because=order.because,
    )
    with transaction.atomic():  # what fails within takes the leave back with it
        (entry,) = ledger.append(event, by=by, at=at)
        _allow(str(entry.id))
        yield entry
        _allow("")


def erase_values(
    rows: QuerySet[PersonalData],
    subject: Subject,
    order: Order,
    *,
    by: ledger.Actor,
    at: datetime,
) -> int:
    """Erase personal values of entries, with salt; returns how many. One transaction."""
    with transaction.atomic():
        return erase(subject, named(rows), drop, order, by=by, at=at)


def erase(
    subject: Subject,
    things: Sequence[Named],
    let_go: Callable[[Sequence[Named]], None],
    order: Order,
    *,
    by: ledger.Actor,
    at: datetime,
) -> int:
    """Put on record that these things go, an entry for each BATCH, and have `let_go` do it. To be
    called in the transaction of the change."""
    for start in range(0, len(things), BATCH):
        part = things[start : start + BATCH]
        with erasing(subject, part, order, by=by, at=at):
            let_go(part)
    return len(things)


def named(rows: QuerySet[PersonalData]) -> Sequence[Named]:
    """What an entry says of values that go."""
    return [_named(row) for row in rows.select_related("entry").order_by("id")]


def drop(named_: Sequence[Named]) -> None:
    """Let go of the values that an erasure names. To be called in its block."""
    names = {(UUID(str(each["entry"])), str(each["name"])) for each in named_}
    entries = {entry for entry, _ in names}
    rows = PersonalData.objects.filter(entry__in=entries).values_list("id", "entry_id", "name")
    keys = [key for key, entry, name in rows if (entry, name) in names]
    PersonalData.objects.filter(id__in=keys).delete()


def recorded(keys: Iterable[str], *, by: Literal["entry", "id", "sha256"]) -> Sequence[Named]:
    """What the entries of erasures name, of those things whose `by` is among the keys."""
    listed = list(keys)
    if not listed:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_RECORDED, [VERB, by, listed])
        return [json.loads(thing) for (thing,) in cursor.fetchall()]


def missing(*, after: UUID = FIRST, upto: UUID = LAST) -> Iterator[Fault]:
    """Each personal value that is not as its entry says, in the order of the entries, of those
    behind one key up to another. Reads each entry once, in constant memory."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_MISSING, [after, upto, after, upto, VERB])
        for entry, name, commitment, fault in cursor:
            yield Fault(entry, name, commitment or "", fault)


_RECORDED: Final = """
SELECT thing::text
FROM ledger_entry AS entry, json_array_elements(entry.body::json -> 'after' -> 'erased') AS thing
WHERE entry.verb = %s AND thing ->> %s = ANY(%s)
"""
_MISSING: Final = """
WITH committed AS (
    SELECT entry.id, value.key AS name, value.value AS commitment
    FROM ledger_entry AS entry, json_each_text(entry.body::json -> 'personal') AS value
    WHERE entry.id > %s AND entry.id <= %s AND strpos(entry.body, '"personal":{"') > 0
), held AS (
    SELECT entry_id AS id, name,
        'sha256:' || encode(sha256(decode(salt, 'hex') || convert_to(value, 'UTF8')), 'hex')
            AS commitment
    FROM ledger_personaldata WHERE entry_id > %s AND entry_id <= %s
), erased AS (
    SELECT (thing ->> 'entry')::uuid AS id, thing ->> 'name' AS name,
        thing ->> 'commitment' AS commitment
    FROM ledger_entry AS entry, json_array_elements(entry.body::json -> 'after' -> 'erased') thing
    WHERE entry.verb = %s AND thing ->> 'entry' IS NOT NULL
)
SELECT id, name, coalesce(committed.commitment, held.commitment) AS commitment,
    CASE WHEN held.commitment IS NULL THEN 'missing'
        WHEN committed.commitment IS NULL THEN 'foreign' ELSE 'altered' END AS fault
FROM committed FULL JOIN held USING (id, name)
WHERE committed.commitment IS DISTINCT FROM held.commitment
    AND (held.commitment IS NOT NULL OR NOT EXISTS (
        SELECT FROM erased WHERE erased.id = committed.id AND erased.name = committed.name
            AND erased.commitment = committed.commitment))
ORDER BY id, name
"""


def _named(row: PersonalData) -> Named:
    """What the entry says of a value that goes; `found` where it is not what was committed to."""
    held = readings.of(row.entry).personal.get(row.name)
    found = commitments.of(row.salt, row.value.encode())
    committed = held.commitment if held is not None else ""
    named = {"entry": str(row.entry_id), "name": row.name, "commitment": committed}
    return named if found == committed else {**named, "found": found}


def _allow(entry: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('bylaw.erasure', %s, true)", [entry])
