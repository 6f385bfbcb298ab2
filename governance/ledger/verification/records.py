"""One entry by itself: its digest, and the columns that repeat parts of its body."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from governance import canonical
from governance.ledger import merkle
from governance.ledger.verification.findings import Findings

_ROWS: Final = """
SELECT leaf.index, leaf.entry_id::text, entry.body, entry.digest, entry.at, entry.actor, entry.verb,
    entry.object_kind, entry.object_id, entry.incident_id::text, entry.request_id
FROM ledger_leaf AS leaf LEFT JOIN ledger_entry AS entry ON entry.id = leaf.entry_id
WHERE leaf.index >= %s AND leaf.index < %s ORDER BY leaf.index
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A place of the log; `body` is None where its entry is not there."""

    index: int
    id: str
    body: str | None
    digest: str
    at: datetime
    actor: str
    verb: str
    object_kind: str
    object_id: str
    incident_id: str | None
    request_id: str

    @property
    def hash(self) -> bytes | None:
        return None if self.body is None else merkle.leaf(self.body.encode())


def read(start: int, end: int) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [start, end])
        for row in cursor.fetchall():
            yield Row(*row)


def check(row: Row, found: Findings) -> None:
    """What the row says apart from its body, which alone is sealed."""
    if row.body is None:
        found.add("entry-missing", f"place {row.index}", f"the entry {row.id} is not there")
        return
    wrong = list(_wrong(row, row.body))
    if wrong:
        said = ", ".join(wrong)
        found.add("column-changed", f"place {row.index}", f"{row.id} differs from its body: {said}")


def _wrong(row: Row, body: str) -> Iterator[str]:
    if hashlib.sha256(body.encode()).hexdigest() != row.digest:
        yield "digest"
    try:
        record: dict[str, Any] = json.loads(body)
        about = record["object"]
        told = (
            record["id"],
            record["actor"],
            record["verb"],
            about["kind"],
            about["id"],
            record["incident"],
            record["request"],
        )
        at = record["at"]
    except (ValueError, KeyError, TypeError):
        yield "its form"
        return
    own = (
        row.id,
        row.actor,
        row.verb,
        row.object_kind,
        row.object_id,
        row.incident_id,
        row.request_id,
    )
    if told != own:
        yield from (name for name, one, two in zip(_NAMES, told, own, strict=True) if one != two)
    if at != canonical.instant(row.at):
        yield "at"


_NAMES: Final = ("id", "actor", "verb", "object_kind", "object_id", "incident_id", "request_id")
