"""Who does what in an incident, over REST."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers

from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.ledger.ledger import Actor
from incidents import team
from incidents.api import of_incident
from incidents.models import Incident, IncidentRole


class RoleOut(serializers.ModelSerializer[IncidentRole]):
    incident = serializers.CharField(source="incident.reference")
    person = serializers.CharField(source="person.username")

    class Meta:
        model = IncidentRole
        fields = (
            "id",
            "incident",
            "role",
            "person",
            "assigned_at",
            "assigned_by",
            "ended_at",
            "ended_by",
        )


class RoleIn(Strict):
    """`person` is a user name."""

    role = serializers.CharField(max_length=80)
    person = serializers.CharField(max_length=150)
    reason = serializers.CharField(max_length=1000)


class OfIncident(of_incident.Said):
    """Who has which role now, and giving one."""

    takes = RoleIn
    gives = RoleOut

    def shown(self, incident: Incident) -> Any:
        return shown(incident)

    def make(
        self, incident: Incident, given: dict[str, Any], *, by: Actor, at: datetime
    ) -> IncidentRole:
        role, person = given["role"], given["person"]
        return team.assign(incident, role, person, reason=given["reason"], by=by, at=at)


class Ending(of_incident.Change):
    """The person has the role no more."""

    gives = RoleOut

    def about(self) -> str:
        return reverse("incident", args=[team.one(self.kwargs["id"]).incident.reference])

    def change(self, id: UUID, given: dict[str, Any], *, by: Actor, at: datetime) -> IncidentRole:
        return team.end(team.one(id, access(self)), reason=given["reason"], by=by, at=at)


def shown(incident: Incident) -> Any:
    return RoleOut(team.of(incident), many=True).data
