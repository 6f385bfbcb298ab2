"""What the audit trail said last of some objects."""

from collections.abc import Iterable, Mapping
from typing import Any

from governance.ledger import readings
from governance.ledger.models import Entry


def of(kind: str, ids: Iterable[object], *, having: str) -> Mapping[str, Mapping[str, Any]]:
    """By object, the state `after` its latest entry that says `having`."""
    rows = Entry.objects.filter(object_kind=kind, object_id__in=[str(each) for each in ids])
    found: dict[str, Mapping[str, Any]] = {}
    for each in readings.read(rows.order_by("id")):
        after = each.record["after"] or {}
        if having in after:
            found[each.entry.object_id] = after
    return found
