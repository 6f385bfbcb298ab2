"""Notes for the timeline of an incident, over REST."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers

from governance.api.inputs import InstantField, Strict
from governance.api.permissions import access
from governance.api.withheld import Withholding
from governance.ledger.ledger import Actor
from incidents import annotations
from incidents.api import of_incident
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


class OfIncident(of_incident.Said):
    """Every note in the order of what they tell, corrected ones too; and writing one."""

    takes = NoteIn
    gives = NoteOut

    def shown(self, incident: Incident) -> Any:
        return shown(incident)

    def make(
        self, incident: Incident, given: dict[str, Any], *, by: Actor, at: datetime
    ) -> TimelineNote:
        about = given.get("at", at)
        return annotations.write(incident, given["text"], about=about, by=by, at=at)


class Correction(of_incident.Change):
    """A note in the place of another; about the same instant where `at` is left out."""

    takes = NoteIn
    gives = NoteOut
    status = 201

    def about(self) -> str:
        return reverse("incident", args=[annotations.one(self.kwargs["id"]).incident.reference])

    def change(self, id: UUID, given: dict[str, Any], *, by: Actor, at: datetime) -> TimelineNote:
        note = annotations.one(id, access(self))
        return annotations.correct(note, given["text"], about=given.get("at"), by=by, at=at)


def shown(incident: Incident) -> Any:
    return NoteOut(annotations.of(incident), many=True).data
