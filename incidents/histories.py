"""How the dates of a clock came to be: every change of it, as the audit trail has it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from governance.access import reads
from governance.ledger import readings
from governance.ledger.models import Entry
from governance.ledger.readings import Reading
from incidents.models import Clock

#: What tells the clocks of one duty apart in the entry that opened them all.
_NAMES: Final = ("stage", "recipient", "occurrence")


@dataclass(frozen=True)
class Change:
    """`changed` maps a column to what it was and became; `whole` is the clock afterwards."""

    entry: UUID
    at: datetime
    actor: str
    verb: str
    because: str
    changed: Mapping[str, tuple[Any, Any]]
    whole: Mapping[str, Any]


def of(clock: Clock) -> Sequence[Change]:
    """Newest first; instants as canonical text. The last is how it was opened."""
    own = Q(object_kind="clock", object_id=str(clock.id), verb__startswith="clock.")
    duty = Q(object_kind="duty", object_id=str(clock.duty_id), verb__startswith="duty.")
    entries = Entry.objects.filter(own | duty, incident_id=clock.incident_id)
    changes = readings.read(reads.without(entries).order_by("-id"))
    found = (_change(reading, clock) for reading in changes)
    return [change for change in found if change is not None]


def _change(reading: Reading, clock: Clock) -> Change | None:
    entry, body = reading.entry, reading.record
    before, after = body["before"] or {}, body["after"] or {}
    if entry.object_kind == "duty":  # the first clocks of a duty are opened in its own entry
        found = next(_opened(after, clock), None)
        if found is None:
            return None
        before, after = {}, found
    else:
        told = {name: held.value for name, held in reading.personal.items() if name != "reason"}
        after = {**after, **told}
    changed = {
        name: (before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value and (before or value not in (None, "", []))
    }
    return Change(entry.id, entry.at, entry.actor, entry.verb, reading.reason, changed, after)


def _opened(after: Mapping[str, Any], clock: Clock) -> Iterator[Mapping[str, Any]]:
    wanted = (clock.stage, clock.recipient_id, clock.occurrence)
    for each in after.get("clocks", ()):
        if tuple(each[name] for name in _NAMES) == wanted:
            yield each
