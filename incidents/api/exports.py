"""Evidence packages over REST: asked for, watched, fetched."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.http import FileResponse
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.access.rules import Access
from governance.accounts.roles import EVIDENCE_EXPORT
from governance.api import authentication, tags, withheld
from governance.api.permissions import access
from governance.api.views import APIView, ListAPIView
from governance.ledger.ledger import Actor
from incidents import disclosure, searching, selectors
from incidents.api.export_inputs import ExportIn
from incidents.evidence import exports
from incidents.evidence.redaction import Redaction
from incidents.models import Export


class ExportOut(serializers.ModelSerializer[Export]):
    """`done` of `total` counts incidents, or entries of the whole log. `package` is the address of
    the file, once it is there."""

    package = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = (
            "id",
            "kind",
            "scope",
            "about",
            "state",
            "done",
            "total",
            "checkpoint",
            "size",
            "sha256",
            "error",
            "requested_by",
            "requested_at",
            "started_at",
            "finished_at",
            "expires_at",
            "package",
        )

    def get_package(self, export: Export) -> str | None:
        there = export.state == Export.State.DONE
        return reverse("export-package", args=[export.id]) if there else None


class ExportFilter(django_filters.FilterSet):
    incident = django_filters.UUIDFilter(field_name="incident_id")

    class Meta:
        model = Export
        fields = ("kind", "state", "incident")


class Exports(ListAPIView[Export]):
    """POST answers 202; the `Location` says when it is ready."""

    needs: ClassVar = {"GET": EVIDENCE_EXPORT, "POST": EVIDENCE_EXPORT}
    by_system: ClassVar = True
    queryset = Export.objects.all()
    serializer_class = ExportOut
    filterset_class = ExportFilter
    search = searching.EXPORTS

    def post(self, request: Request) -> Response:
        given = ExportIn(data=request.data)
        given.is_valid(raise_exception=True)
        by, at = authentication.actor(request), clock.now()
        asked = _asked(given.validated_data, access(self), by=by, at=at)
        answer = Response(ExportOut(asked).data, status=202)
        answer["Location"] = reverse("export", args=[asked.id])
        return answer


class ExportDetail(APIView):
    needs: ClassVar = {"GET": EVIDENCE_EXPORT}
    by_system: ClassVar = True
    whole = tags.Whole(Export, kind=exports.OBJECT)

    def get(self, request: Request, id: UUID) -> Response:
        export, by = exports.one(id, access(self)), authentication.actor(request)
        reads.shown(export, by=by, at=clock.now())
        return Response(ExportOut(export).data)


class Package(APIView):
    """The zip file; that somebody fetched it is an entry of the audit trail. A whole package holds
    personal data; a shortened copy does not ask for the right to read it."""

    needs: ClassVar = {"GET": EVIDENCE_EXPORT}
    by_system: ClassVar = True

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, id: UUID) -> FileResponse:
        export = exports.one(id, access(self))
        if not disclosure.fetchable(export):
            withheld.need(export)
        path = exports.fetch(export, by=authentication.actor(request), at=clock.now())
        return sent(export, path.open("rb"))


def sent(export: Export, file: Any) -> FileResponse:
    """The file, in pieces."""
    name = exports.file_name(export)
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    answer["Cache-Control"] = "private, no-store"
    answer["ETag"] = f'"{export.sha256}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _asked(given: dict[str, Any], may: Access, *, by: Actor, at: datetime) -> Export:
    kind = given["kind"]
    if kind == Export.Kind.INCIDENT:
        wanted = given.get("redaction")
        redaction = Redaction.read(wanted["recipient"], wanted["rules"]) if wanted else None
        incident = selectors.incident(given["incident"], may)
        withheld.need(incident)
        return exports.of_incident(incident, redaction, by=by, at=at)
    may.require(None)
    withheld.need()
    if kind == Export.Kind.PERIOD:
        regime = given.get("regime", "")
        return exports.of_period(given["since"], given["until"], regime=regime, by=by, at=at)
    return exports.of_log(by=by, at=at)
