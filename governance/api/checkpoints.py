"""Signed checkpoints over REST, who witnessed them, and what a time-stamp authority gave for
them."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.roles import LEDGER_READ
from governance.api import tags
from governance.api.filters import InstantFilter
from governance.api.pagination import Pages
from governance.api.views import APIView, ListAPIView
from governance.ledger import log, notes, witnessing
from governance.ledger.models import Checkpoint, Witnessed


class WitnessedOut(serializers.ModelSerializer[Witnessed]):
    """`accuracy_seconds` is either way of `gen_time`; both only of a time-stamp authority."""

    accuracy_seconds = serializers.SerializerMethodField()

    class Meta:
        model = Witnessed
        fields = ("witness", "at", "said", "gen_time", "accuracy_seconds")

    def get_accuracy_seconds(self, row: Witnessed) -> float | None:
        return row.accuracy.total_seconds() if row.accuracy is not None else None


class CheckpointOut(serializers.ModelSerializer[Checkpoint]):
    """`note` is what was signed, with its signatures; `root` is in hex, in the note in base64."""

    note = serializers.CharField(source="text")
    signatures = serializers.SerializerMethodField()
    witnessed = serializers.SerializerMethodField()

    class Meta:
        model = Checkpoint
        fields = ("size", "at", "root", "note", "signatures", "witnessed")

    def get_signatures(self, checkpoint: Checkpoint) -> list[dict[str, str]]:
        _, found = notes.split(checkpoint.text)
        return [{"name": each.name, "key": each.key_hash.hex()} for each in found]

    def get_witnessed(self, checkpoint: Checkpoint) -> Any:
        rows: Sequence[Witnessed] = self.context["witnessed"].get(checkpoint.size, ())
        return WitnessedOut(rows, many=True).data


class CheckpointFilter(django_filters.FilterSet):
    """`witness`: those that it has."""

    since = InstantFilter(field_name="at", lookup_expr="gte")
    until = InstantFilter(field_name="at", lookup_expr="lt")
    witness = django_filters.CharFilter(method="by_witness")

    class Meta:
        model = Checkpoint
        fields = ("since", "until", "witness")

    def by_witness(self, rows: QuerySet[Checkpoint], name: str, value: str) -> QuerySet[Checkpoint]:
        return rows.filter(witnessed__witness=value, witnessed__state=Witnessed.State.DONE)


class LargestFirst(Pages):
    ordering = "-size"


class Checkpoints(ListAPIView[Checkpoint]):
    needs: ClassVar = {"GET": LEDGER_READ}
    queryset = Checkpoint.objects.all()
    filterset_class = CheckpointFilter
    pagination_class = LargestFirst

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(_shown(list(page or ())))


class CheckpointDetail(APIView):
    needs: ClassVar = {"GET": LEDGER_READ}
    whole = tags.Whole(Checkpoint, tags.nothing, key="size")

    def get(self, request: Request, size: int) -> Response:
        (shown,) = _shown([log.checkpoint(size)])
        return Response(shown)


class Note(APIView):
    """The note alone, byte for byte, as tools want it."""

    needs: ClassVar = {"GET": LEDGER_READ}

    def get(self, request: Request, size: int) -> HttpResponse:
        note = log.checkpoint(size).text.encode()
        return _file(note, "text/plain; charset=utf-8", f"checkpoint-{size}.txt")


class Token(APIView):
    """The time-stamp authority's answer as it came (RFC 3161), for `openssl ts -verify -in`."""

    needs: ClassVar = {"GET": LEDGER_READ}

    def get(self, request: Request, size: int) -> HttpResponse:
        token = bytes(witnessing.time_stamp(size).receipt)
        return _file(token, "application/timestamp-reply", f"checkpoint-{size}.tsr")


class Certificates(APIView):
    """The certificates of that token, and the roots that it was checked against, in PEM."""

    needs: ClassVar = {"GET": LEDGER_READ}

    def get(self, request: Request, size: int) -> HttpResponse:
        chain = witnessing.time_stamp(size).certificates.encode()
        return _file(chain, "application/pem-certificate-chain", f"checkpoint-{size}.pem")


def _shown(rows: Sequence[Checkpoint]) -> Any:
    context = {"witnessed": witnessing.of([each.size for each in rows])}
    return CheckpointOut(rows, many=True, context=context).data


def _file(data: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
