"""Who does what in an incident, over REST."""

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
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.api.views import APIView
from incidents import selectors, team
from incidents.api import inputs
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


class OfIncident(APIView):
    """Who has which role now, and giving one."""

    needs: ClassVar = {"GET": INCIDENTS_READ, "POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def get(self, request: Request, reference: str) -> Response:
        incident = selectors.incident(reference, access(self))
        reads.shown(incident, by=authentication.actor(request), at=clock.now())
        return Response({"results": shown(incident)})

    def post(self, request: Request, reference: str) -> Response:
        given = RoleIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = given.validated_data
        row = team.assign(
            selectors.incident(reference, access(self)),
            fields["role"],
            fields["person"],
            reason=fields["reason"],
            by=authentication.actor(request),
            at=clock.now(),
        )
        return Response(RoleOut(row).data, status=201)


class Ending(APIView):
    """The person has the role no more."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def about(self) -> str:
        return reverse("incident", args=[team.one(self.kwargs["id"]).incident.reference])

    def post(self, request: Request, id: UUID) -> Response:
        given = inputs.ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        by, at = authentication.actor(request), clock.now()
        row = team.end(
            team.one(id, access(self)), reason=given.validated_data["reason"], by=by, at=at
        )
        return Response(RoleOut(row).data)


def shown(incident: Incident) -> Any:
    return RoleOut(team.of(incident), many=True).data
