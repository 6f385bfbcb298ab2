"""What incidents have to do with one another, over REST."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers

from governance.access.rules import Access
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.ledger.ledger import Actor
from incidents import links, selectors
from incidents.api import of_incident
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


class OfIncident(of_incident.Said):
    """The links that stand, of either side; and adding one."""

    takes = LinkIn
    gives = LinkOut

    def shown(self, incident: Incident) -> Any:
        return shown(incident, access(self))

    def make(
        self, incident: Incident, given: dict[str, Any], *, by: Actor, at: datetime
    ) -> IncidentLink:
        other, kind = selectors.incident(given["other"], access(self)), links.Kind(given["kind"])
        return links.add(incident, other, kind, reason=given["reason"], by=by, at=at)


class Removal(of_incident.Change):
    """The link was made by mistake, or holds no more; it stays on record."""

    gives = LinkOut

    def about(self) -> str:
        return reverse("incident", args=[links.one(self.kwargs["id"]).incident.reference])

    def change(self, id: UUID, given: dict[str, Any], *, by: Actor, at: datetime) -> IncidentLink:
        return links.remove(links.one(id, access(self)), reason=given["reason"], by=by, at=at)


def shown(incident: Incident, sees: Access) -> Any:
    return LinkOut(links.of(incident, sees.sees), many=True).data
