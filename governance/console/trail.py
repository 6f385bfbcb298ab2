"""The audit trail, to read: filters that use its indexes, and each entry byte for byte."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance import canonical
from governance.access import reads
from governance.accounts.roles import LEDGER_READ
from governance.api import searches, withheld
from governance.console import actors, instant, times, values
from governance.console.pages import PageAdmin
from governance.ledger import readings
from governance.ledger.ledger import STATES
from governance.ledger.models import Entry
from governance.ledger.readings import Held, Reading

Choices = list[tuple[str, str]]
_PERIODS: Final = {
    "hour": ("Last hour", timedelta(hours=1)),
    "day": ("Last 24 hours", timedelta(days=1)),
    "week": ("Last 7 days", timedelta(days=7)),
    "month": ("Last 30 days", timedelta(days=30)),
}
#: An entry's key is made a moment before or after the instant that it records.
_SLACK: Final = timedelta(hours=1)


class _DistinctFilter(admin.SimpleListFilter):
    """The values that a column holds, found by skipping along its index (PostgreSQL has no plan of
    its own for that): as many steps as values, however long the trail."""

    column: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(value, value) for value in _distinct(self.column)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class VerbFilter(_DistinctFilter):
    title = "verb"
    parameter_name = column = "verb"


class ObjectKindFilter(_DistinctFilter):
    title = "kind of object"
    parameter_name = column = "object_kind"


class ActorKindFilter(admin.SimpleListFilter):
    title = "kind of actor"
    parameter_name = "actor_kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("user", "Person"), ("api_key", "API key"), ("system", "Bylaw itself")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(actor__startswith=f"{self.value()}:") if self.value() else queryset


class ReadingFilter(admin.SimpleListFilter):
    title = "readings"
    parameter_name = "readings"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("without", "Left out"), ("only", "Only these")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        match self.value():
            case "without":
                return reads.without(queryset)
            case "only":
                return reads.only(queryset)
        return queryset


class PeriodFilter(admin.SimpleListFilter):
    title = "time"
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(name, text) for name, (text, _) in _PERIODS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        if self.value() not in _PERIODS:
            return queryset
        since = instant.of(request) - _PERIODS[str(self.value())][1]
        return queryset.filter(at__gte=since, id__gte=_first_key(since - _SLACK))


@admin.register(Entry)
class EntryAdmin(PageAdmin[Entry]):
    needs = LEDGER_READ
    heading = "Audit trail"
    explains = (
        "Every change, who came in, and who read what, the newest first. The database refuses to "
        "change or delete an entry."
    )
    when_empty = "No entry matches. Look for the whole id of an object, of an incident or of a key."
    list_display = ("time", "verb_shown", "object_shown", "who")
    list_display_links = ("verb_shown",)
    list_filter = (PeriodFilter, ReadingFilter, VerbFilter, ActorKindFilter, ObjectKindFilter)
    search = searches.ENTRIES
    page_template = "console/entry.html"

    def rows(self, request: HttpRequest) -> QuerySet[Entry]:
        return Entry.objects.defer("body")

    def prepare(self, rows: Sequence[Entry], request: HttpRequest) -> None:
        names = actors.names(entry.actor for entry in rows)
        for entry in rows:
            entry.actor_name = names.get(entry.actor, "")  # type: ignore[attr-defined]

    @admin.display(description="Time")
    def time(self, entry: Entry) -> SafeString:
        return times.stamp(entry.at)

    @admin.display(description="What happened")
    def verb_shown(self, entry: Entry) -> str:
        return entry.verb

    @admin.display(description="Object")
    def object_shown(self, entry: Entry) -> SafeString:
        return format_html(
            '{}<span class="by-under by-mono">{}</span>', entry.object_kind, entry.object_id
        )

    @admin.display(description="Who")
    def who(self, entry: Entry) -> str:
        return str(entry.actor_name)  # type: ignore[attr-defined]

    def page(self, request: HttpRequest, obj: Entry) -> dict[str, Any]:
        reading = readings.of(obj)
        record = reading.record
        return {
            "entry": obj,
            "actor_name": actors.name(obj.actor),
            "time": times.stamp(obj.at),
            "pairs": _pairs(reading),
            "before": list(values.rows(record["before"])) if record["before"] else [],
            "after": list(values.rows(record["after"])) if record["after"] else [],
            "personal": [_personal(*each, obj) for each in reading.personal.items()],
            "pretty": values.pretty(record),
            "digest_fits": canonical.digest(obj.body) == obj.digest,
        }


def _personal(name: str, held: Held, entry: Entry) -> dict[str, object]:
    """A value that the entry commits to: what it is or was, and what checks it."""
    if name not in STATES and not withheld.shows(entry):
        held = replace(held, value=withheld.hidden(held.value), salt=withheld.WITHHELD)
    shown = held.value if isinstance(held.value, str) else values.pretty(held.value)
    return {"name": name.replace("_", " ").capitalize(), "held": held, "shown": shown}


def _reason(reading: Reading) -> str:
    personal = "reason" in reading.personal
    return withheld.text(reading.reason, reading.entry) if personal else reading.reason


def _pairs(reading: Reading) -> list[tuple[str, object]]:
    entry = reading.entry
    rows: list[tuple[str, object]] = [
        ("Reason", _reason(reading)),
        ("Object", f"{entry.object_kind} {entry.object_id}"),
        ("Incident", entry.incident_id),
        ("Actor", entry.actor),
        ("Request", entry.request_id),
        ("Entry", entry.id),
    ]
    return [(name, value) for name, value in rows if value]


def _distinct(column: str) -> list[str]:
    name = connection.ops.quote_name(column)
    table = connection.ops.quote_name(Entry._meta.db_table)
    query = f"""
        WITH RECURSIVE found(value) AS (
            (SELECT {name} FROM {table} ORDER BY {name} LIMIT 1)
            UNION ALL
            SELECT (SELECT {name} FROM {table} WHERE {name} > found.value ORDER BY {name} LIMIT 1)
            FROM found WHERE found.value IS NOT NULL
        ) SELECT value FROM found WHERE value IS NOT NULL
    """  # noqa: S608 - the names are those of our own model, quoted
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [value for (value,) in cursor.fetchall()]


def _first_key(at: datetime) -> UUID:
    """The least UUID version 7 of an instant: its 48 leading bits are Unix milliseconds."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
