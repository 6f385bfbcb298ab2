"""Finding what is gone, or changed, without an erasure on record: of submissions, messages and
files, to which entries of the ledger commit. `ledger.erasures` does the same for its own values."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from django.db import connection, transaction

from governance.ledger import commitments
from governance.ledger.commitments import ERASED
from governance.ledger.models import Entry
from governance.outbox import records
from governance.outbox.models import Message

_BATCH: Final = 500


@dataclass(frozen=True)
class Fault:
    """A thing that is `missing` without an erasure that names it, or was `altered`."""

    table: str
    id: str
    fault: Literal["missing", "altered"]


def missing() -> Iterator[Fault]:
    """In constant memory; reads everything once."""
    with transaction.atomic():
        yield from _rows(_SUBMISSIONS, "incidents_submission")
        yield from _rows(_FILES, "incidents_filecontent")
        yield from _messages()


_ERASED: Final = """
WITH erased AS (
    SELECT thing ->> 'table' AS place, thing ->> 'id' AS id, thing ->> 'sha256' AS sha256
    FROM ledger_entry AS entry, json_array_elements(entry.body::json -> 'after' -> 'erased') thing
    WHERE entry.verb = 'personal_data.erased' AND thing ->> 'table' IS NOT NULL
)
"""
_SUBMISSIONS: Final = (
    _ERASED
    + """
SELECT sent.id::text, CASE WHEN sent.salt = '[erased]' THEN 'missing' ELSE 'altered' END
FROM incidents_submission AS sent
WHERE CASE WHEN sent.salt = '[erased]' THEN NOT EXISTS (
        SELECT FROM erased WHERE place = 'incidents_submission' AND erased.id = sent.id::text)
    ELSE encode(sha256(decode(sent.salt, 'hex') || sent.body), 'hex') <> sent.body_digest END
ORDER BY sent.id
"""
)
_FILES: Final = (
    _ERASED
    + """
SELECT file.sha256, CASE WHEN file.data = ''::bytea THEN 'missing' ELSE 'altered' END
FROM incidents_filecontent AS file
WHERE CASE WHEN file.data = ''::bytea THEN NOT EXISTS (
        SELECT FROM erased WHERE erased.sha256 = file.sha256)
    ELSE encode(sha256(file.data), 'hex') <> file.sha256 END
ORDER BY file.sha256
"""
)
_GONE: Final = (
    _ERASED
    + """
SELECT message.id::text, 'missing' FROM outbox_message AS message
WHERE message.salt = '[erased]' AND NOT EXISTS (
    SELECT FROM erased WHERE place = 'outbox_message' AND erased.id = message.id::text)
ORDER BY message.id
"""
)


def _rows(query: str, table: str) -> Iterator[Fault]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        for key, fault in cursor:
            yield Fault(table, key, fault)


def _messages() -> Iterator[Fault]:
    """What they say, against what the entry that queued them commits to."""
    table = Message._meta.db_table
    yield from _rows(_GONE, table)
    rows = Message.objects.exclude(salt__in=["", ERASED]).order_by("id")
    batch: list[Message] = []
    for message in rows.iterator(_BATCH):
        batch.append(message)
        if len(batch) >= _BATCH:
            yield from _compared(batch, table)
            batch = []
    yield from _compared(batch, table)


def _compared(messages: list[Message], table: str) -> Iterator[Fault]:
    entries = Entry.objects.filter(
        object_kind=records.KIND,
        object_id__in=[str(message.id) for message in messages],
        verb=f"{records.KIND}.queued",
    )
    said = {entry.object_id: json.loads(entry.body)["after"].get("content") for entry in entries}
    for message in messages:
        found = commitments.of(message.salt, records.content(message))
        if said.get(str(message.id)) != found:
            yield Fault(table, str(message.id), "altered")
