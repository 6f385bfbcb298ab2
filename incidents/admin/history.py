"""What the audit trail says of some objects, for their page."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from governance.access import reads
from governance.api import withheld
from governance.console import actors, times
from governance.ledger import readings
from governance.ledger.models import Entry
from governance.ledger.readings import Reading

#: Longer histories show their latest entries; the audit trail has them all.
LONGEST: Final = 100
PERSON: Final = re.compile(r"user:[0-9a-f-]{36}")


def of(*objects: UUID, may_read: bool) -> list[dict[str, Any]]:
    """The latest entries of what happened to them, as `shown` gives them."""
    found = Entry.objects.filter(object_id__in=[str(each) for each in objects])
    entries = readings.read(reads.without(found).order_by("-id")[:LONGEST])
    return shown(entries, actors.names(named(entries)), may_read=may_read)


def shown(
    found: Iterable[Reading], names: Mapping[str, str], *, may_read: bool
) -> list[dict[str, Any]]:
    """For `history_table.html`, each with a link for who may read the trail."""
    return [
        {
            "url": reverse("admin:ledger_entry_change", args=[each.entry.id]) if may_read else "",
            "at": times.stamp(each.entry.at),
            "verb": each.entry.verb,
            "reason": said(_reason(each), names),
            "by": names.get(each.entry.actor, ""),
        }
        for each in found
    ]


def _reason(reading: Reading) -> str:
    """What a person wrote, where the reader may see it; what a rule says is for all."""
    personal = "reason" in reading.personal
    return withheld.text(reading.reason, reading.entry) if personal else reading.reason


def named(found: Iterable[Reading]) -> Iterator[str]:
    """Whose names `shown` needs: who acted, and who is named in the reasons."""
    for each in found:
        yield each.entry.actor
        yield from PERSON.findall(each.reason)


def people(texts: Iterable[str]) -> list[str]:
    return [found for text in texts for found in PERSON.findall(text)]


def said(text: str, names: Mapping[str, str]) -> str:
    """A reason as it was recorded, with the names of the people that it holds keys of."""
    return PERSON.sub(lambda found: names.get(found[0], found[0]), text)
