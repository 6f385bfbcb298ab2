"""A person's word on the severity over REST: up at once, down when another person approves."""

from typing import ClassVar
from uuid import UUID

import django_filters
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.accounts.roles import INCIDENTS_APPROVE, INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication, tags
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.api.retrieving import RecordedRetrieveView
from governance.api.views import APIView, ListAPIView
from governance.ledger.ledger import Actor
from incidents import overrides, searching, selectors
from incidents.api import held
from incidents.api.dispensations import NoteIn
from incidents.api.response import SeverityOverrideOut
from incidents.models import SeverityOverride


class SeverityIn(Strict):
    level = serializers.CharField(max_length=16, help_text="As the severity policy names it.")
    reason = serializers.CharField(max_length=4000)


class SeverityOverrideFilter(django_filters.FilterSet):
    incident = django_filters.CharFilter(field_name="incident__reference")

    class Meta:
        model = SeverityOverride
        fields = ("incident", "state", "lowers")


class SeverityOverrides(ListAPIView[SeverityOverride]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    queryset = selectors.severity_overrides()
    serializer_class = SeverityOverrideOut
    filterset_class = SeverityOverrideFilter
    search = searching.OF_INCIDENTS


class SeverityOverrideDetail(RecordedRetrieveView[SeverityOverride]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    whole = tags.Whole(SeverityOverride, held.severity_override)
    queryset = selectors.severity_overrides()
    serializer_class = SeverityOverrideOut
    lookup_field = "id"


class OfIncident(APIView):
    """Choose the severity of an incident. One more severe than the policies compute holds at once
    (`in_force`), a less severe one when another person approves (`requested`); the one that they
    compute ends what held (`ended`)."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def post(self, request: Request, reference: str) -> Response:
        given = SeverityIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = overrides.choose(
            selectors.incident(reference, access(self)),
            **given.validated_data,
            by=authentication.actor(request),
            at=clock.now(),
        )
        answer = Response(SeverityOverrideOut(row).data, status=201)
        answer["Location"] = reverse("severity-override", args=[row.id])
        return answer


class _Change(APIView):
    """One change of what a person said; answers with it as it then is."""

    def post(self, request: Request, id: UUID) -> Response:
        given = NoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        row, by = selectors.severity_override(id, access(self)), authentication.actor(request)
        row = self.change(row, given.validated_data["note"], by=by)
        return Response(SeverityOverrideOut(row).data)

    def change(self, row: SeverityOverride, note: str, *, by: Actor) -> SeverityOverride:
        raise NotImplementedError


class Approval(_Change):
    needs: ClassVar = {"POST": INCIDENTS_APPROVE}
    by_system: ClassVar = True

    def change(self, row: SeverityOverride, note: str, *, by: Actor) -> SeverityOverride:
        return overrides.approve(row, note=note, by=by, at=clock.now())


class Refusal(_Change):
    needs: ClassVar = {"POST": INCIDENTS_APPROVE}
    by_system: ClassVar = True

    def change(self, row: SeverityOverride, note: str, *, by: Actor) -> SeverityOverride:
        return overrides.refuse(row, note=note, by=by, at=clock.now())


class Withdrawal(_Change):
    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def change(self, row: SeverityOverride, note: str, *, by: Actor) -> SeverityOverride:
        return overrides.withdraw(row, note=note, by=by, at=clock.now())
