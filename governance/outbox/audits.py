"""Messages against what the entries that queued them commit to."""

import json
from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet

from governance.ledger import commitments, erasures
from governance.ledger.commitments import ERASED
from governance.ledger.models import Entry
from governance.ledger.verification.findings import Findings
from governance.ledger.verification.objects import Rows
from governance.outbox import records
from governance.outbox.models import Message


def _salted() -> QuerySet[Message]:
    """Those from before there were commitments have none."""
    return Message.objects.exclude(salt="")


def _messages(rows: Sequence[Message], found: Findings) -> None:
    keys = [str(row.id) for row in rows]
    queued = Entry.objects.filter(
        object_kind=records.KIND, object_id__in=keys, verb=f"{records.KIND}.queued"
    )
    said = {entry.object_id: json.loads(entry.body)["after"].get("content") for entry in queued}
    gone = [str(row.id) for row in rows if row.salt == ERASED]
    erased = {each["id"] for each in erasures.recorded(gone, by="id")}
    for row in rows:
        key, where = str(row.id), f"message {row.id}"
        if row.salt == ERASED:
            if key not in erased:
                found.add("erasure-unrecorded", where, "it is gone, and no erasure names it")
        elif commitments.of(row.salt, records.content(row)) != said.get(key):
            found.add("message-changed", where, "it is not what the entry commits to")


PARTS: Final = (Rows("messages", _salted, _messages),)
