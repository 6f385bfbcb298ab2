"""What the audit trail is filtered by. Each filter uses an index, and stands in the address."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.access import reads
from governance.accounts.models import User
from governance.console import instant, objects
from governance.ledger.models import Entry
from governance.translated import Text

Choices = list[tuple[str, Text]]
PERIODS: Final = {
    "hour": (_("Last hour"), timedelta(hours=1)),
    "day": (_("Last 24 hours"), timedelta(days=1)),
    "week": (_("Last 7 days"), timedelta(days=7)),
    "month": (_("Last 30 days"), timedelta(days=30)),
}
#: An entry's key is made a moment before or after the instant that it records.
_SLACK: Final = timedelta(hours=1)
#: And, where a long piece of work records the instant at which it began, later than that.
_LATEST: Final = timedelta(days=1)


class _DistinctFilter(admin.SimpleListFilter):
    """The values that a column holds, found by skipping along its index (PostgreSQL has no plan of
    its own for that): as many steps as values, however long the trail."""

    column: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(value, value) for value in _distinct(self.column)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class VerbFilter(_DistinctFilter):
    title = _("verb")
    parameter_name = column = "verb"


class ObjectKindFilter(_DistinctFilter):
    title = _("kind of object")
    parameter_name = column = "object_kind"


class ActorKindFilter(admin.SimpleListFilter):
    title = _("kind of actor")
    parameter_name = "actor_kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("user", gettext("Person")),
            ("api_key", gettext("API key")),
            ("system", gettext("Bylaw itself")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(actor__startswith=f"{self.value()}:") if self.value() else queryset


class ReadingFilter(admin.SimpleListFilter):
    title = _("readings")
    parameter_name = "readings"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("without", gettext("Left out")), ("only", gettext("Only these"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        match self.value():
            case "without":
                return reads.without(queryset)
            case "only":
                return reads.only(queryset)
        return queryset


class PeriodFilter(admin.SimpleListFilter):
    title = _("time")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(name, text) for name, (text, _) in PERIODS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        since = begin(str(self.value()), request)
        return queryset if since is None else _from(queryset, since)


class _GivenFilter(admin.SimpleListFilter):
    """What somebody fills in above the list; among the others it shows only once it is given. What
    cannot be used finds nothing."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        given = self.value()
        return [(given, given)] if given else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        given = (self.value() or "").strip()
        return self.narrowed(queryset, given) if given else queryset

    def narrowed(self, queryset: QuerySet[Entry], given: str) -> QuerySet[Entry]:
        raise NotImplementedError


class SinceFilter(_GivenFilter):
    title = _("from")
    parameter_name = "since"

    def narrowed(self, queryset: QuerySet[Entry], given: str) -> QuerySet[Entry]:
        at = read(given)
        return _from(queryset, at) if at is not None else queryset.none()


class UntilFilter(_GivenFilter):
    title = _("until")
    parameter_name = "until"

    def narrowed(self, queryset: QuerySet[Entry], given: str) -> QuerySet[Entry]:
        at = read(given)
        if at is None:
            return queryset.none()
        return queryset.filter(at__lt=at, id__lt=_first_key(at + _LATEST))


class ActorFilter(_GivenFilter):
    title = _("who")
    parameter_name = "actor"

    def narrowed(self, queryset: QuerySet[Entry], given: str) -> QuerySet[Entry]:
        return queryset.filter(actor=actor_by(given))


class IncidentFilter(_GivenFilter):
    title = _("incident")
    parameter_name = "incident"

    def narrowed(self, queryset: QuerySet[Entry], given: str) -> QuerySet[Entry]:
        key = key_of(given) or objects.incident_by(given.upper())
        return queryset.filter(incident_id=key) if key is not None else queryset.none()


def actor_by(given: str) -> str:
    """`user:ID` and its like as they are; a user name becomes one."""
    if ":" in given:
        return given
    found = User.objects.filter(username=given).values_list("id", flat=True).first()
    return f"user:{found}" if found is not None else given


def begin(period: str, request: HttpRequest) -> datetime | None:
    return instant.of(request) - PERIODS[period][1] if period in PERIODS else None


def read(given: str) -> datetime | None:
    """An instant, in UTC where it names no zone."""
    try:
        found = datetime.fromisoformat(given.strip())
    except ValueError:
        return None
    if not 1970 <= found.year < 9000:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def key_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _from(queryset: QuerySet[Entry], since: datetime) -> QuerySet[Entry]:
    return queryset.filter(at__gte=since, id__gte=_first_key(since - _SLACK))


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
    return UUID(int=max(int(at.timestamp() * 1000), 0) << 80)
