"""The audit trail over REST: read, filter, never write."""

from dataclasses import asdict
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from governance.access import reads
from governance.accounts.roles import LEDGER_READ
from governance.api import searches, tags, withheld
from governance.api.filters import InstantFilter
from governance.api.retrieving import RecordedRetrieveView
from governance.api.rows import RowSerializer
from governance.api.views import ListAPIView
from governance.ledger import readings
from governance.ledger.ledger import STATES
from governance.ledger.models import Entry


class EntryOut(RowSerializer[Entry]):
    """`record` is the entry; `body` its exact canonical text, of which `digest` is the hash.

    `personal` has the values that the record commits to, by name: `{commitment, value, salt,
    erased}`. The commitment is `sha256:` of the salt's bytes and the value's canonical JSON. Who
    may not read personal data gets a mark in place of value and salt.
    """

    record = serializers.SerializerMethodField()
    personal = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = ("id", "record", "personal", "body", "digest")

    def get_record(self, entry: Entry) -> Any:
        return readings.of(entry).record

    def get_personal(self, entry: Entry) -> Any:
        shown = {name: asdict(held) for name, held in readings.of(entry).personal.items()}
        if withheld.shows(entry):
            return shown
        return {
            name: each if name in STATES else withheld.hide(each, ("value", "salt"))
            for name, each in shown.items()
        }


class EntryFilter(django_filters.FilterSet):
    incident = django_filters.UUIDFilter(field_name="incident_id")
    object = django_filters.CharFilter(field_name="object_id")
    since = InstantFilter(field_name="at", lookup_expr="gte")
    until = InstantFilter(field_name="at", lookup_expr="lt")
    readings = django_filters.BooleanFilter(method="by_readings")

    class Meta:
        model = Entry
        fields = ("verb", "actor", "object_kind", "incident", "object", "since", "until")

    def by_readings(self, rows: QuerySet[Entry], name: str, wanted: bool) -> QuerySet[Entry]:
        return reads.only(rows) if wanted else reads.without(rows)


class Entries(ListAPIView[Entry]):
    needs: ClassVar = {"GET": LEDGER_READ}
    by_system: ClassVar = True
    queryset = Entry.objects.prefetch_related("personal")
    serializer_class = EntryOut
    filterset_class = EntryFilter
    search = searches.ENTRIES
    orderings = ("at",)
    by_time: ClassVar = dict.fromkeys(("since", "until"), ("-at", "-id"))


class EntryDetail(RecordedRetrieveView[Entry]):
    needs: ClassVar = {"GET": LEDGER_READ}
    by_system: ClassVar = True
    whole = tags.Whole(Entry)
    queryset = Entry.objects.prefetch_related("personal")
    serializer_class = EntryOut
    lookup_field = "id"
