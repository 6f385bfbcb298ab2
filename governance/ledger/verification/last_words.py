"""What the audit trail said last of some objects."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from governance.ledger.models import Entry


def of(kind: str, ids: Iterable[object], *, having: str) -> Mapping[str, Mapping[str, Any]]:
    """By object, the state `after` its latest entry that says `having`."""
    rows = Entry.objects.filter(object_kind=kind, object_id__in=[str(each) for each in ids])
    found: dict[str, Mapping[str, Any]] = {}
    for object_id, body in rows.order_by("id").values_list("object_id", "body"):
        after = json.loads(body)["after"] or {}
        if having in after:
            found[object_id] = after
    return found
