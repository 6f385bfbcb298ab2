"""What incidents have to do with one another, over REST."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.access.rules import Access
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.api.views import APIView
from incidents import links, selectors
from incidents.api import inputs
from incidents.models import Incident, IncidentLink


class LinkOut(serializers.ModelSerializer[IncidentLink]):
    """Read it as `incident` is `kind` `other`."""

    incident = serializers.CharField(source="incident.reference")
    other = serializers.CharField(source="other.reference")

    class Meta:
        model = IncidentLink
        fields = (
            "id",
            "incident",
            "kind",
            "other",
            "made_at",
            "made_by",
            "removed_at",
            "removed_by",
        )


class LinkIn(Strict):
    kind = serializers.ChoiceField(choices=IncidentLink.Kind.values)
    other = serializers.CharField(max_length=36)
    reason = serializers.CharField(max_length=1000)


class OfIncident(APIView):
    """The links that stand, of either side; and adding one."""

    needs: ClassVar = {"GET": INCIDENTS_READ, "POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def get(self, request: Request, reference: str) -> Response:
        incident = selectors.incident(reference, access(self))
        reads.shown(incident, by=authentication.actor(request), at=clock.now())
        return Response({"results": shown(incident, access(self))})

    def post(self, request: Request, reference: str) -> Response:
        given = LinkIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = given.validated_data
        link = links.add(
            selectors.incident(reference, access(self)),
            selectors.incident(fields["other"], access(self)),
            links.Kind(fields["kind"]),
            reason=fields["reason"],
            by=authentication.actor(request),
            at=clock.now(),
        )
        return Response(LinkOut(link).data, status=201)


class Removal(APIView):
    """The link was made by mistake, or holds no more; it stays on record."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def about(self) -> str:
        return reverse("incident", args=[links.one(self.kwargs["id"]).incident.reference])

    def post(self, request: Request, id: UUID) -> Response:
        given = inputs.ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        by, at = authentication.actor(request), clock.now()
        link = links.remove(
            links.one(id, access(self)), reason=given.validated_data["reason"], by=by, at=at
        )
        return Response(LinkOut(link).data)


def shown(incident: Incident, sees: Access) -> Any:
    return LinkOut(links.of(incident, sees.sees), many=True).data
