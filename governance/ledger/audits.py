"""Personal values against what their entries commit to, as a part of verifying the whole log."""

from typing import Final
from uuid import UUID

from governance.ledger import erasures
from governance.ledger.models import Entry
from governance.ledger.verification.findings import Findings

_BATCH: Final = 5_000
_WRONG: Final = {
    "missing": ("erasure-unrecorded", "it is gone, and no erasure names it"),
    "altered": ("personal-changed", "it is not what the entry commits to"),
    "foreign": ("personal-foreign", "the entry does not commit to it"),
}


class PersonalValues:
    name = "personal values"

    def count(self) -> int:
        return Entry.objects.count()

    def step(self, after: str, found: Findings) -> tuple[str, int]:
        """The values of the next entries behind the key `after`."""
        start = UUID(after) if after else erasures.FIRST
        keys = Entry.objects.filter(id__gt=start).order_by("id").values_list("id", flat=True)
        listed = list(keys[:_BATCH])
        if listed:
            for fault in erasures.missing(after=start, upto=listed[-1]):
                code, words = _WRONG[fault.fault]
                found.add(code, f"entry {fault.entry}, {fault.name}", words)
        return (str(listed[-1]) if len(listed) == _BATCH else ""), len(listed)


PARTS: Final = (PersonalValues(),)
