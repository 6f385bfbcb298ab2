"""Repeated signals over REST: what counts on an incident, and splitting one off."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication
from governance.api.permissions import access
from governance.api.views import APIView, ListAPIView
from incidents import flow, selectors, signals
from incidents.api import inputs, response
from incidents.models import Incident, Signal


class SignalOut(serializers.ModelSerializer[Signal]):
    incident = serializers.CharField(source="incident.reference")

    class Meta:
        model = Signal
        fields = (
            "id",
            "incident",
            "submission",
            "opened",
            "observed_at",
            "count",
            "differs",
            "received_at",
            "split_at",
            "split_by",
        )


class OfIncident(ListAPIView[Signal]):
    """Every report that was counted on the incident, the latest first."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    queryset = Signal.objects.all()
    serializer_class = SignalOut

    def get_queryset(self) -> QuerySet[Signal]:
        incident = selectors.incident(self.kwargs["reference"], access(self))
        return incident.signals.select_related("incident").defer("incident__report")


class Split(APIView):
    """The signal is of another trouble: its report opens an incident of its own."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def about(self) -> str:
        return reverse("incident", args=[signals.one(self.kwargs["id"]).incident.reference])

    def post(self, request: Request, id: UUID) -> Response:
        given = inputs.ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        by, at = authentication.actor(request), clock.now()
        reason = given.validated_data["reason"]
        incident = flow.split(signals.one(id, access(self)), reason=reason, by=by, at=at)
        answer = Response(response.whole_incident(incident, at=clock.now()), status=201)
        answer["Location"] = reverse("incident", args=[incident.reference])
        return answer


def correlated(request: Request, reported: flow.Reported) -> Response:
    """200 with the incident that was open already. A sender that may read no incident, and did not
    report this one, learns its reference and no more."""
    incident, signal = reported.incident, reported.signal
    shown: dict[str, Any] = {"reference": incident.reference}
    if _may_see(request, incident):
        whole = response.whole_incident(incident, at=clock.now())
        shown = {**whole, "differs": signal.differs if signal is not None else []}
    answer = Response(
        {
            **shown,
            "correlated": True,
            "signals": tally(incident),
            "submission": reported.submission.id,
        }
    )
    answer["Location"] = reverse("incident", args=[incident.reference])
    return answer


def tally(incident: Incident) -> dict[str, Any] | None:
    found = signals.tally(incident)
    if found is None:
        return None
    return {
        "count": found.count,
        "reports": found.reports,
        "first": found.first,
        "last": found.last,
    }


def _may_see(request: Request, incident: Incident) -> bool:
    may_read = authentication.rights(request.user).has(INCIDENTS_READ, incident.system)
    return may_read or incident.reported_by == str(authentication.actor(request))
