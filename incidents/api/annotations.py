"""Notes for the timeline of an incident, over REST."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication
from governance.api.inputs import InstantField, Strict
from governance.api.permissions import access
from governance.api.views import APIView
from governance.api.withheld import Withholding
from incidents import annotations, selectors
from incidents.models import Incident, TimelineNote


class NoteOut(Withholding, serializers.ModelSerializer[TimelineNote]):
    """`corrected_by` is the note in its place, if there is one."""

    personal = ("text",)
    described_as = "TimelineNote"

    incident = serializers.CharField(source="incident.reference")
    corrected_by = serializers.SerializerMethodField()

    class Meta:
        model = TimelineNote
        fields = (
            "id",
            "incident",
            "at",
            "text",
            "written_at",
            "written_by",
            "corrects",
            "corrected_by",
        )

    def get_corrected_by(self, note: TimelineNote) -> str | None:
        correction = getattr(note, "correction", None)
        return None if correction is None else str(correction.id)


class NoteIn(Strict):
    """`at` is when it happened: now where it is left out."""

    described_as = "TimelineNoteRequest"

    text = serializers.CharField(max_length=10_000)
    at = InstantField(required=False)


class OfIncident(APIView):
    """Every note in the order of what they tell, corrected ones too; and writing one."""

    needs: ClassVar = {"GET": INCIDENTS_READ, "POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def get(self, request: Request, reference: str) -> Response:
        incident = selectors.incident(reference, access(self))
        reads.shown(incident, by=authentication.actor(request), at=clock.now())
        return Response({"results": shown(incident)})

    def post(self, request: Request, reference: str) -> Response:
        given = NoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        at, fields = clock.now(), given.validated_data
        row = annotations.write(
            selectors.incident(reference, access(self)),
            fields["text"],
            about=fields.get("at", at),
            by=authentication.actor(request),
            at=at,
        )
        return Response(NoteOut(row).data, status=201)


class Correction(APIView):
    """A note in the place of another; about the same instant where `at` is left out."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def about(self) -> str:
        return reverse("incident", args=[annotations.one(self.kwargs["id"]).incident.reference])

    def post(self, request: Request, id: UUID) -> Response:
        given = NoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = given.validated_data
        row = annotations.correct(
            annotations.one(id, access(self)),
            fields["text"],
            about=fields.get("at"),
            by=authentication.actor(request),
            at=clock.now(),
        )
        return Response(NoteOut(row).data, status=201)


def shown(incident: Incident) -> Any:
    return NoteOut(annotations.of(incident), many=True).data
