"""Incidents over REST. A view reads, calls one function of the flow, and answers."""

from typing import Any, ClassVar, Literal

import django_filters
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_REPORT, INCIDENTS_RESPOND
from governance.api import authentication, tags
from governance.api.filters import InstantFilter
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.api.views import APIView, ListAPIView
from incidents import candidates, flow, moments, searching, selectors, wholes
from incidents.api import advice, context, held, inputs, reading, response, signals
from incidents.models import Incident
from incidents.stages.handing import Lead


class IncidentFilter(django_filters.FilterSet):
    since = InstantFilter(field_name="reported_at", lookup_expr="gte")
    until = InstantFilter(field_name="reported_at", lookup_expr="lt")
    acknowledged = django_filters.BooleanFilter(
        field_name="acknowledged_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Incident
        fields = ("state", "closed_as", "severity", "system", "source", "drill")


class Incidents(ListAPIView[Incident]):
    needs: ClassVar = {"GET": INCIDENTS_READ, "POST": INCIDENTS_REPORT}
    by_system: ClassVar = True
    queryset = Incident.objects.defer("report")
    serializer_class = response.IncidentOut
    filterset_class = IncidentFilter
    search = searching.INCIDENTS
    orderings = ("reported_at", "closed_at", "acknowledged_at", "severity", "reference")
    ordered_by: ClassVar = {"severity": "severity_rank"}
    by_time: ClassVar = dict.fromkeys(("since", "until"), ("-reported_at", "-id"))
    repeats_itself = True

    def post(self, request: Request) -> Response:
        return created(request, reading.report(request))


class IncidentDetail(APIView):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    whole = tags.Whole(Incident, held.incident)

    def get(self, request: Request, reference: str) -> Response:
        incident, at = selectors.incident(reference, access(self)), clock.now()
        reads.shown(incident, by=authentication.actor(request), at=at)
        whole = response.whole_incident(incident, at=at)
        return Response({**whole, **context.of(incident, access(self)), **advice.of(incident)})


class _Change(APIView):
    """One change of an incident; answers with the incident as it then is."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True
    takes: ClassVar[type[Strict]] = Strict

    def post(self, request: Request, reference: str) -> Response:
        given = self.takes(data=request.data)
        given.is_valid(raise_exception=True)
        incident = selectors.incident(reference, access(self))
        incident = self.change(request, incident, given.validated_data)
        return _whole(incident)

    def change(self, request: Request, incident: Incident, given: dict[str, Any]) -> Incident:
        raise NotImplementedError


class Amendments(_Change):
    takes = inputs.AmendmentIn

    def change(self, request: Request, incident: Incident, given: dict[str, Any]) -> Incident:
        if isinstance(system := given["facts"].get("system"), str):
            access(self).require(system)  # or an incident could be moved to where nobody looks
        return flow.amend(
            incident,
            given["facts"],
            reason=given["reason"],
            by=authentication.actor(request),
            at=clock.now(),
        )


class Moments(_Change):
    """Every candidate with who recorded it, which counts, and why; and recording another."""

    needs: ClassVar = {"GET": INCIDENTS_READ, "POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True
    takes = inputs.MomentIn

    def change(self, request: Request, incident: Incident, given: dict[str, Any]) -> Incident:
        return moments.record(
            incident,
            given["moment"],
            given["at"],
            basis=given["basis"],
            source=given["source"],
            decides=given["decides"],
            by=authentication.actor(request),
            at=clock.now(),
        )

    def get(self, request: Request, reference: str) -> Response:
        incident = selectors.incident(reference, access(self))
        reads.shown(incident, by=authentication.actor(request), at=clock.now())
        return Response({"results": response.moments(candidates.of(incident))})


class Acknowledgement(_Change):
    def change(self, request: Request, incident: Incident, given: dict[str, Any]) -> Incident:
        return flow.acknowledge(incident, by=authentication.actor(request), at=clock.now())


class Snooze(_Change):
    takes = inputs.SnoozeIn

    def change(self, request: Request, incident: Incident, given: dict[str, Any]) -> Incident:
        return flow.snooze(
            incident,
            given["until"],
            reason=given["reason"],
            by=authentication.actor(request),
            at=clock.now(),
        )


class Handover(_Change):
    takes = inputs.HandoverIn

    def change(self, request: Request, incident: Incident, given: dict[str, Any]) -> Incident:
        kind: Literal["role", "person"] = "role" if "role" in given else "person"
        return flow.hand_over(
            incident,
            Lead(kind, given[kind]),
            reason=given["reason"],
            by=authentication.actor(request),
            at=clock.now(),
        )


class State(_Change):
    takes = inputs.StateIn

    def change(self, request: Request, incident: Incident, given: dict[str, Any]) -> Incident:
        return flow.change_state(
            incident,
            Incident.State(given["state"]),
            reason=given["reason"],
            by=authentication.actor(request),
            at=clock.now(),
        )


def created(request: Request, reported: flow.Reported) -> Response:
    """201 with the incident, or 200 with the one that the signal was counted on; a repeated report
    gets the same incident and says so in a header."""
    incident = reported.incident
    if reported.signal is not None:
        answer = signals.correlated(request, reported)
    else:
        whole = reported.whole or wholes.of(incident)
        body = response.written(whole, at=incident.reported_at if reported.whole else clock.now())
        answer = Response({**body, "submission": reported.submission.id}, status=201)
        answer["Location"] = reverse("incident", args=[incident.reference])
    if reported.outcome == "repeated":
        answer["Idempotency-Replayed"] = "true"
    return answer


def _whole(incident: Incident) -> Response:
    return Response(response.whole_incident(incident, at=clock.now()))
