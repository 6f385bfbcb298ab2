"""Appending to the audit trail. Every state change calls `append` inside its own transaction.

What may be about a person is held apart from the entry, which only commits to it (`commitments`):
an entry stays for good, what a person wrote may have to be erased (`erasures`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import structlog
from django.db import transaction

from governance import bulk, canonical, ids
from governance.ledger import commitments, tiles
from governance.ledger.models import Entry, PersonalData

#: What of an entry is held apart where it would be too long with it.
STATES: Final = ("before", "after")
#: In UTF-8 a character has four bytes at most.
_SURELY_SHORT: Final = tiles.LONGEST // 4


class OutsideTransaction(RuntimeError):
    """An entry was about to be written apart from the change it records: a programming error."""


@dataclass(frozen=True)
class Actor:
    """Who acted. `id` is a key of ours, never a name, so that a person can be forgotten."""

    kind: Literal["user", "api_key", "system"]
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Event:
    """What happened: a verb in the past tense (`incident.reported`), the object, its states.

    `reason` is in a person's own words and is held apart as the personal value of that name;
    `because` is what a rule or the program says, and stays in the entry. `personal` are further
    values that may be about a person: free texts, names, addresses. None of it belongs into
    `before` or `after`.
    """

    verb: str
    object_kind: str
    object_id: UUID | str
    incident_id: UUID | None = None
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    reason: str = ""
    because: str = ""
    personal: Mapping[str, object] = field(default_factory=dict)


def system(job: str) -> Actor:
    """The actor for what time or a program sets in motion."""
    return Actor("system", job)


def append(*events: Event, by: Actor, at: datetime) -> Sequence[Entry]:
    """Write one entry an event, in order, in one INSERT within the caller's transaction.

    Raises OutsideTransaction without one: an entry must stand or fall with its change.
    """
    return append_all(events, by=by, at=at)


def append_all(events: Iterable[Event], *, by: Actor, at: datetime) -> Sequence[Entry]:
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction("ledger.append needs the transaction of the change it records.")
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    held: list[PersonalData] = []
    entries = [_entry(event, by, at, request_id, held) for event in events]
    batch = _batch.get()
    if batch is not None and batch.depth == _depth():
        batch.entries += entries
        batch.held += held
    else:
        _store(entries, held)
    return entries


@contextmanager
def together() -> Iterator[Sequence[Entry]]:
    """Entries that are appended within are written at its end, in their order and in one INSERT;
    gives them as they come.

    To be used within the transaction of the changes. When something is raised out of it, that
    transaction cannot be committed any more: no change stands without its entry. What a savepoint
    within appends, which may be rolled back alone, is written at once.
    """
    batch = _Batch(_depth())
    token = _batch.set(batch)
    try:
        yield batch.entries
    except BaseException:
        transaction.set_rollback(True)
        raise
    finally:
        _batch.reset(token)
    _store(batch.entries, batch.held)


@dataclass
class _Batch:
    """`depth`: how many savepoints there were at its beginning."""

    depth: int
    entries: list[Entry] = field(default_factory=list)
    held: list[PersonalData] = field(default_factory=list)


_batch: ContextVar[_Batch | None] = ContextVar("ledger_batch", default=None)


def _depth() -> int:
    return len(transaction.get_connection().savepoint_ids)


def _store(entries: Sequence[Entry], held: Sequence[PersonalData]) -> None:
    bulk.copy(entries)
    bulk.copy(held)


def _entry(
    event: Event, by: Actor, at: datetime, request_id: str, held: list[PersonalData]
) -> Entry:
    """The row of an entry; the personal values that it commits to are added to `held`. Where it
    would be longer than a log takes, it commits to its states, too."""
    key, others = ids.new(), len(held)
    body = _body(event, key, by, at, request_id, held)
    if len(body) > _SURELY_SHORT and len(body.encode()) > tiles.LONGEST:
        del held[others:]
        body = _body(_shortened(event), key, by, at, request_id, held)
    return Entry(
        id=key,
        at=at,
        actor=str(by),
        verb=event.verb,
        object_kind=event.object_kind,
        object_id=str(event.object_id),
        incident_id=event.incident_id,
        request_id=request_id,
        body=body,
        digest=canonical.digest(body),
    )


def _shortened(event: Event) -> Event:
    states = {name: getattr(event, name) for name in STATES}
    apart = {name: state for name, state in states.items() if state is not None}
    return replace(event, before=None, after=None, personal={**event.personal, **apart})


def _body(
    event: Event,
    key: UUID,
    by: Actor,
    at: datetime,
    request_id: str,
    held: list[PersonalData],
) -> str:
    return canonical.text(
        {
            "id": key,
            "at": at,
            "actor": str(by),
            "verb": event.verb,
            "object": {"kind": event.object_kind, "id": str(event.object_id)},
            "incident": event.incident_id,
            "before": event.before,
            "after": event.after,
            "personal": _committed(event, key, held),
            "reason": event.because,
            "request": request_id,
        }
    )


def _committed(event: Event, key: UUID, held: list[PersonalData]) -> dict[str, str]:
    """Name → commitment of what the event holds apart; mostly nothing."""
    personal = {**event.personal, "reason": event.reason} if event.reason else event.personal
    found = {}
    for name, value in personal.items():
        text = commitments.written(value)
        made = commitments.make(text.encode())
        held.append(
            PersonalData(
                id=ids.new(),
                entry_id=key,
                name=name,
                value=text,
                salt=made.salt,
                incident_id=event.incident_id,
            )
        )
        found[name] = made.text
    return found
