"""One entry by itself: its digest, and the columns that repeat parts of its body."""

import hashlib
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection

from governance.ledger import merkle
from governance.ledger.verification.findings import Findings

_ROWS: Final = """
SELECT leaf.index, leaf.entry_id::text, entry.body, entry.digest,
    to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.actor, entry.verb,
    entry.object_kind, entry.object_id, entry.incident_id::text, entry.request_id
FROM ledger_leaf AS leaf LEFT JOIN ledger_entry AS entry ON entry.id = leaf.entry_id
WHERE leaf.index >= %s AND leaf.index < %s
"""


class Row(NamedTuple):
    """A place of the log; `body` is None where its entry is not there, and so is the rest. `at` is
    written as canonical JSON has it."""

    place: int
    id: str
    body: str | None
    digest: str
    at: str
    actor: str
    verb: str
    object_kind: str
    object_id: str
    incident_id: str | None
    request_id: str

    @property
    def hash(self) -> bytes | None:
        return None if self.body is None else merkle.leaf(self.body.encode())


def read(start: int, end: int) -> Sequence[Row]:
    """In order. It is cheaper to sort them here, where nothing of them is moved."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [start, end])
        return sorted(map(Row._make, cursor.fetchall()), key=_index)


_index: Final = itemgetter(0)


def check(row: Row, found: Findings) -> None:
    """What the row says apart from its body, which alone is sealed."""
    if row.body is None:
        found.add("entry-missing", f"place {row.place}", f"the entry {row.id} is not there")
        return
    wrong = list(_wrong(row, row.body))
    if wrong:
        said = ", ".join(wrong)
        found.add("column-changed", f"place {row.place}", f"{row.id} differs from its body: {said}")


def _wrong(row: Row, body: str) -> Iterator[str]:
    if hashlib.sha256(body.encode()).hexdigest() != row.digest:
        yield "digest"
    try:
        record: dict[str, Any] = orjson.loads(body)
        about = record["object"]
        told = (
            record["id"],
            record["at"],
            record["actor"],
            record["verb"],
            about["kind"],
            about["id"],
            record["incident"],
            record["request"],
        )
    except (ValueError, KeyError, TypeError):
        yield "its form"
        return
    own = (
        row.id,
        row.at,
        row.actor,
        row.verb,
        row.object_kind,
        row.object_id,
        row.incident_id,
        row.request_id,
    )
    if told != own:
        yield from (name for name, one, two in zip(_NAMES, told, own, strict=True) if one != two)


_NAMES: Final = (
    "id",
    "at",
    "actor",
    "verb",
    "object_kind",
    "object_id",
    "incident_id",
    "request_id",
)
