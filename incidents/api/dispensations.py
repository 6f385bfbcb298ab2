"""Delays, pauses and waivers over REST: asked for, decided on by another person, ended."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock as time
from governance.accounts.roles import INCIDENTS_APPROVE, INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication, tags
from governance.api.inputs import InstantField, Strict
from governance.api.permissions import access
from governance.api.retrieving import RecordedRetrieveView
from governance.api.views import APIView, ListAPIView
from governance.api.withheld import Withholding
from incidents import dispensations, searching, selectors
from incidents.api import held
from incidents.models import Dispensation
from incidents.requests import Asked


class DispensationOut(Withholding, serializers.ModelSerializer[Dispensation]):
    """`ends_at` is when it ends by itself; `duty` and `clock` are keys."""

    personal = ("reason", "evidence", "note", "ended_because")

    incident = serializers.CharField(source="incident.reference")
    title = serializers.CharField(source="about.title")

    class Meta:
        model = Dispensation
        fields = (
            "id",
            "incident",
            "duty",
            "clock",
            "title",
            "kind",
            "state",
            "ground",
            "reason",
            "evidence",
            "since",
            "until",
            "review_at",
            "requested_at",
            "requested_by",
            "decided_at",
            "decided_by",
            "note",
            "ends_at",
            "ended_at",
            "ended_by",
            "ended_because",
        )


class WaiverIn(Strict):
    ground = serializers.CharField(max_length=1000)
    reason = serializers.CharField(max_length=4000)
    evidence = serializers.CharField(max_length=500, required=False, default="")
    review_at = InstantField(required=False, allow_null=True, default=None)


class RequestIn(WaiverIn):
    kind = serializers.ChoiceField(choices=[Dispensation.Kind.DELAY, Dispensation.Kind.PAUSE])
    since = InstantField(required=False, allow_null=True, default=None)
    until = InstantField(required=False, allow_null=True, default=None)


class NoteIn(Strict):
    note = serializers.CharField(max_length=4000, required=False, default="", allow_blank=True)


class EndIn(Strict):
    reason = serializers.CharField(max_length=1000)


class DispensationFilter(django_filters.FilterSet):
    incident = django_filters.CharFilter(field_name="incident__reference")

    class Meta:
        model = Dispensation
        fields = ("incident", "state", "kind")


class Dispensations(ListAPIView[Dispensation]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    queryset = selectors.dispensations()
    serializer_class = DispensationOut
    filterset_class = DispensationFilter
    search = searching.DISPENSATIONS


class DispensationDetail(RecordedRetrieveView[Dispensation]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    whole = tags.Whole(Dispensation, held.dispensation)
    queryset = selectors.dispensations()
    serializer_class = DispensationOut
    lookup_field = "id"


class OfClock(APIView):
    """Ask for a delay or a pause of one deadline."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def post(self, request: Request, id: UUID) -> Response:
        given = RequestIn(data=request.data)
        given.is_valid(raise_exception=True)
        clock = selectors.clock(id, access(self))
        kind = Dispensation.Kind(given.validated_data["kind"])
        asked = Asked(**{**given.validated_data, "kind": kind})
        by = authentication.actor(request)
        return _made(dispensations.request_for_clock(clock, asked, by=by, at=time.now()))


class OfDuty(APIView):
    """Ask that a duty be waived."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def post(self, request: Request, id: UUID) -> Response:
        given = WaiverIn(data=request.data)
        given.is_valid(raise_exception=True)
        duty = selectors.duty(id, access(self))
        asked = Asked(Dispensation.Kind.WAIVER, **given.validated_data)
        by = authentication.actor(request)
        return _made(dispensations.request_waiver(duty, asked, by=by, at=time.now()))


class _Change(APIView):
    """One change of a dispensation; answers with it as it then is."""

    takes: ClassVar[type[Strict]] = NoteIn

    def post(self, request: Request, id: UUID) -> Response:
        given = self.takes(data=request.data)
        given.is_valid(raise_exception=True)
        row = self.change(request, selectors.dispensation(id, access(self)), given.validated_data)
        return Response(DispensationOut(row).data)

    def change(self, request: Request, row: Dispensation, given: dict[str, Any]) -> Dispensation:
        raise NotImplementedError


class Approval(_Change):
    needs: ClassVar = {"POST": INCIDENTS_APPROVE}
    by_system: ClassVar = True

    def change(self, request: Request, row: Dispensation, given: dict[str, Any]) -> Dispensation:
        by = authentication.actor(request)
        return dispensations.approve(row, note=given["note"], by=by, at=time.now())


class Refusal(_Change):
    needs: ClassVar = {"POST": INCIDENTS_APPROVE}
    by_system: ClassVar = True

    def change(self, request: Request, row: Dispensation, given: dict[str, Any]) -> Dispensation:
        by = authentication.actor(request)
        return dispensations.refuse(row, note=given["note"], by=by, at=time.now())


class Withdrawal(_Change):
    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def change(self, request: Request, row: Dispensation, given: dict[str, Any]) -> Dispensation:
        by = authentication.actor(request)
        return dispensations.withdraw(row, note=given["note"], by=by, at=time.now())


class End(_Change):
    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True
    takes = EndIn

    def change(self, request: Request, row: Dispensation, given: dict[str, Any]) -> Dispensation:
        by = authentication.actor(request)
        return dispensations.end(row, because=given["reason"], by=by, at=time.now())


def _made(row: Dispensation) -> Response:
    answer = Response(DispensationOut(row).data, status=201)
    answer["Location"] = reverse("dispensation", args=[row.id])
    return answer
