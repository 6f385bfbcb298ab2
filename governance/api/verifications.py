"""Verifying the whole log over REST: asked for, followed, answered."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.accounts.roles import LEDGER_READ
from governance.api import authentication, tags
from governance.api.inputs import Strict
from governance.api.views import APIView, ListAPIView
from governance.errors import NotFound
from governance.ledger import verifications
from governance.ledger.models import Verification


class VerificationOut(serializers.ModelSerializer[Verification]):
    """`wrong` counts what was found wrong, `findings` are the first of it; `sound` is true once
    everything was verified and nothing was wrong."""

    sound = serializers.BooleanField()

    class Meta:
        model = Verification
        fields = (
            "id",
            "requested_by",
            "requested_at",
            "state",
            "sound",
            "size",
            "done",
            "total",
            "working_on",
            "wrong",
            "findings",
            "error",
            "finished_at",
        )


class VerificationIn(Strict):
    checkpoints = serializers.ListField(
        child=serializers.CharField(max_length=10_000, trim_whitespace=False), default=list
    )
    keys = serializers.ListField(child=serializers.CharField(max_length=300), default=list)


class Verifications(ListAPIView[Verification]):
    """Ask for one: 202, and where to look. It changes nothing but the trail that says so."""

    needs: ClassVar = {"GET": LEDGER_READ, "POST": LEDGER_READ}
    queryset = Verification.objects.defer("course")
    serializer_class = VerificationOut

    def post(self, request: Request) -> Response:
        given = VerificationIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = verifications.request(
            given.validated_data["checkpoints"],
            given.validated_data["keys"],
            by=authentication.actor(request),
            at=clock.now(),
        )
        answer = Response(VerificationOut(row).data, status=202)
        answer["Location"] = reverse("ledger-verification", args=[row.id])
        return answer


class VerificationDetail(APIView):
    needs: ClassVar = {"GET": LEDGER_READ}
    whole = tags.Whole(Verification)

    def get(self, request: Request, id: UUID) -> Response:
        row = Verification.objects.defer("course").filter(id=id).first()
        if row is None:
            raise NotFound(f"There is no verification {id}.")
        data: dict[str, Any] = VerificationOut(row).data
        return Response(data)
