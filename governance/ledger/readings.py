"""Reading entries with the personal values that are still there: one query, however many."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from governance.ledger.commitments import ERASED
from governance.ledger.ledger import STATES
from governance.ledger.models import Entry


@dataclass(frozen=True)
class Held:
    """A personal value of an entry. Once erased, `value` reads so and `salt` is empty."""

    commitment: str
    value: Any
    salt: str
    erased: bool


@dataclass(frozen=True)
class Reading:
    """An entry, what its body says, and what was held apart from it."""

    entry: Entry
    record: Mapping[str, Any]
    personal: Mapping[str, Held]

    @property
    def reason(self) -> str:
        """In a person's words, or in the program's."""
        held = self.personal.get("reason")
        return str(held.value if held is not None else self.record["reason"])


def read(entries: Iterable[Entry]) -> list[Reading]:
    found = list(entries)
    prefetch_related_objects(found, "personal")
    return [of(entry) for entry in found]


def of(entry: Entry) -> Reading:
    """Of one; of many, `read` asks the database once."""
    record = json.loads(entry.body)
    there = {row.name: row for row in entry.personal.all()}
    personal = {}
    for name, commitment in record.get("personal", {}).items():
        row = there.get(name)
        if row is None:
            personal[name] = Held(commitment, ERASED, "", erased=True)
        else:
            personal[name] = Held(commitment, json.loads(row.value), row.salt, erased=False)
    for state in STATES:
        if state in personal and not personal[state].erased:
            record[state] = personal[state].value
    return Reading(entry, record, personal)
