"""Who read what: one entry for each reader, object and hour, in a short transaction of its own.

Reading fails open or closed. A page that people need in an emergency opens although its entry could
not be written; that is logged as an error. What `closed` is given for, the raw words and files of
others and what leaves as a copy, is not given out without its entry.
"""

import re
from datetime import datetime
from typing import Final

import structlog
from django.db import Error, connection
from django.db.models import Model, Q, QuerySet

from governance.access.models import NotedRead
from governance.access.patience import briefly
from governance.errors import BylawError
from governance.ledger import ledger
from governance.ledger.models import Entry

logs = structlog.get_logger(__name__)
#: The object of a read that is of a whole list.
LIST: Final = "list"
_READ, _LISTED = "read", "listed"
_KINDS: Final = {"User": "person"}  # as the audit trail calls them
_WORDS: Final = re.compile(r"(?<!^)(?=[A-Z])")


class Unrecorded(BylawError):
    """That somebody reads this could not be put on record, so it is not given out."""

    code = "read-not-recorded"
    status = 503


def shown(obj: Model, *, by: ledger.Actor, at: datetime, closed: bool = False) -> None:
    """Somebody gets to see an object. Raises Unrecorded where `closed`."""
    name = kind(type(obj))
    incident = obj.pk if name == "incident" else getattr(obj, "incident_id", None)
    event = ledger.Event(f"{name}.{_READ}", name, obj.pk, incident)
    note(event, by=by, at=at, closed=closed)


def listed(model: type[Model], *, by: ledger.Actor, at: datetime) -> None:
    """Somebody gets to see a list, whichever rows of it."""
    name = kind(model)
    note(ledger.Event(f"{name}.{_LISTED}", name, LIST), by=by, at=at)


def note(event: ledger.Event, *, by: ledger.Actor, at: datetime, closed: bool = False) -> None:
    """Write the entry unless this reader has one for the same in this hour. Raises Unrecorded where
    `closed`; else a failure is logged."""
    key = {
        "actor": str(by),
        "object_kind": event.object_kind,
        "object_id": str(event.object_id),
        "verb": event.verb,
        "hour": at.replace(minute=0, second=0, microsecond=0),
    }
    try:
        if not NotedRead.objects.filter(**key).exists():
            _write(NotedRead(**key), event, by=by, at=at)
    except Error as error:
        logs.error("read.unrecorded", verb=event.verb, object=key["object_id"], actor=key["actor"])
        if closed:
            raise Unrecorded(
                "That you read this could not be put on record, and without that it is not given "
                "out. Try again in a minute."
            ) from error


def readings(path: str = "") -> Q:
    """Which entries say who looked at what; `path` leads to the entry, as `entry__` does."""
    ends = (f".{_READ}", f".{_LISTED}")
    return Q(**{f"{path}verb__endswith": ends[0]}) | Q(**{f"{path}verb__endswith": ends[1]})


def without(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """What happened to things, and not who looked at them."""
    return entries.exclude(readings())


def only(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Who looked at what."""
    return entries.filter(readings())


def forget(*, before: datetime) -> int:
    """Drop what keeps later reads of hours that are over from being written; no entry goes."""
    return NotedRead.objects.filter(hour__lt=before).delete()[0]


def kind(model: type[Model]) -> str:
    name = model.__name__
    return _KINDS.get(name) or _WORDS.sub("_", name).lower()


def _write(noted: NotedRead, event: ledger.Event, *, by: ledger.Actor, at: datetime) -> None:
    """Of several at once, one writes."""
    with briefly():
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [getattr(noted, name) for name in _COLUMNS])
            first = bool(cursor.rowcount)
        if first:
            ledger.append(event, by=by, at=at)


_COLUMNS: Final = ("actor", "verb", "object_kind", "object_id", "hour")
_NOTE: Final = """
INSERT INTO access_notedread (actor, verb, object_kind, object_id, hour)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
