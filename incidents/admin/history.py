"""What the audit trail says of some objects, for their page."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from governance.console import actors, times
from governance.ledger.models import Entry

#: Longer histories show their latest entries; the audit trail has them all.
LONGEST: Final = 100
PERSON: Final = re.compile(r"user:[0-9a-f-]{36}")


def of(*objects: UUID, may_read: bool) -> list[dict[str, Any]]:
    """The latest entries, each with a link for who may read the trail."""
    ids = [str(each) for each in objects]
    entries = list(Entry.objects.filter(object_id__in=ids).order_by("-id")[:LONGEST])
    reasons = {entry.id: str(json.loads(entry.body)["reason"]) for entry in entries}
    wanted = [*(entry.actor for entry in entries), *people(reasons.values())]
    names = actors.names(wanted)
    return [
        {
            "url": reverse("admin:ledger_entry_change", args=[entry.id]) if may_read else "",
            "at": times.stamp(entry.at),
            "verb": entry.verb,
            "reason": said(reasons[entry.id], names),
            "by": names.get(entry.actor, ""),
        }
        for entry in entries
    ]


def people(texts: Iterable[str]) -> list[str]:
    return [found for text in texts for found in PERSON.findall(text)]


def said(text: str, names: Mapping[str, str]) -> str:
    """A reason as it was recorded, with the names of the people that it holds keys of."""
    return PERSON.sub(lambda found: names.get(found[0], found[0]), text)
