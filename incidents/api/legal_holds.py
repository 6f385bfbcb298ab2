"""Legal holds over REST."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock as time
from governance.access import reads
from governance.access.rules import Access
from governance.accounts.roles import HOLDS_MANAGE, INCIDENTS_READ
from governance.api import authentication, tags
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.api.views import APIView, ListAPIView
from incidents import legal_holds, selectors
from incidents.models import Incident, LegalHold


class LegalHoldOut(serializers.ModelSerializer[LegalHold]):
    """Of everything, where neither `incident` nor `system` is given."""

    incident = serializers.CharField(source="incident.reference", default=None, allow_null=True)

    class Meta:
        model = LegalHold
        fields = (
            "id",
            "incident",
            "system",
            "covers",
            "reason",
            "placed_at",
            "placed_by",
            "released_at",
            "released_by",
            "release_reason",
        )


class HoldIn(Strict):
    """One of `incident`, `system` and `everything: true`."""

    incident = serializers.CharField(max_length=32, required=False)
    system = serializers.CharField(max_length=80, required=False)
    everything = serializers.BooleanField(required=False, default=False)
    reason = serializers.CharField(max_length=4000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(bool(attrs.get(name)) for name in ("incident", "system", "everything")) != 1:
            raise serializers.ValidationError(
                "Give one of `incident`, `system` and `everything: true`."
            )
        return attrs


class ReleaseIn(Strict):
    reason = serializers.CharField(max_length=4000)


class LegalHolds(ListAPIView[LegalHold]):
    needs: ClassVar = {"GET": INCIDENTS_READ, "POST": HOLDS_MANAGE}
    by_system: ClassVar = True
    queryset = LegalHold.objects.select_related("incident")
    serializer_class = LegalHoldOut
    filterset_fields = ("system",)

    def post(self, request: Request) -> Response:
        given = HoldIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = given.validated_data
        incident = _incident(fields, access(self))
        row = legal_holds.place(
            reason=fields["reason"],
            incident=incident,
            system=fields.get("system", ""),
            by=authentication.actor(request),
            at=time.now(),
        )
        answer = Response(LegalHoldOut(row).data, status=201)
        answer["Location"] = reverse("legal-hold", args=[row.id])
        return answer


def _incident(fields: Mapping[str, Any], may: Access) -> Incident | None:
    """None for a hold on a system or on everything, which the caller may place."""
    if fields.get("incident"):
        return selectors.incident(fields["incident"], may)
    may.require(fields.get("system"))
    return None


class LegalHoldDetail(APIView):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    whole = tags.Whole(LegalHold)

    def get(self, request: Request, id: UUID) -> Response:
        found = legal_holds.found(id, access(self))
        reads.shown(found, by=authentication.actor(request), at=time.now())
        return Response(LegalHoldOut(found).data)


class Release(APIView):
    needs: ClassVar = {"POST": HOLDS_MANAGE}
    by_system: ClassVar = True

    def post(self, request: Request, id: UUID) -> Response:
        given = ReleaseIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = legal_holds.release(
            legal_holds.found(id, access(self)),
            reason=given.validated_data["reason"],
            by=authentication.actor(request),
            at=time.now(),
        )
        return Response(LegalHoldOut(row).data)
