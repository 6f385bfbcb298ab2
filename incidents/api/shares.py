"""Links to evidence packages over REST: made, revoked, and followed by whoever has one."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import FileResponse
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import EVIDENCE_EXPORT
from governance.api import authentication, withheld
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.api.views import APIView
from incidents import disclosure
from incidents.api.exports import sent
from incidents.evidence import exports, sharing
from incidents.models import ExportShare


class ShareIn(Strict):
    recipient = serializers.CharField(max_length=200)
    days = serializers.IntegerField(min_value=1, max_value=sharing.MOST_DAYS)


class ShareOut(serializers.ModelSerializer[ExportShare]):
    """`link` is a secret: whoever has it can fetch the package. It is given to those who may fetch
    that themselves."""

    link = serializers.SerializerMethodField()

    class Meta:
        model = ExportShare
        fields = (
            "id",
            "recipient",
            "shared_by",
            "shared_at",
            "expires_at",
            "revoked_at",
            "revoked_by",
            "uses",
            "used_at",
            "link",
        )

    def get_link(self, share: ExportShare) -> str | None:
        there = sharing.counts(share, at=clock.now()) and disclosure.fetchable(share.export)
        return reverse("shared-package", args=[sharing.token(share)]) if there else None


class Shares(APIView):
    needs: ClassVar = {"GET": EVIDENCE_EXPORT, "POST": EVIDENCE_EXPORT}
    by_system: ClassVar = True
    shown_once = ("link",)

    def get(self, request: Request, id: UUID) -> Response:
        export, by = exports.one(id, access(self)), authentication.actor(request)
        reads.shown(export, by=by, at=clock.now())
        return Response(ShareOut(sharing.of(export), many=True).data)

    def post(self, request: Request, id: UUID) -> Response:
        given = ShareIn(data=request.data)
        given.is_valid(raise_exception=True)
        by, at = authentication.actor(request), clock.now()
        export = exports.one(id, access(self))
        withheld.need(export)
        made = sharing.share(export, **given.validated_data, by=by, at=at)
        return Response(ShareOut(made).data, status=201)


class Revocation(APIView):
    needs: ClassVar = {"POST": EVIDENCE_EXPORT}
    by_system: ClassVar = True

    def about(self) -> str:
        return reverse("export", args=[sharing.one(self.kwargs["id"]).export_id])

    def post(self, request: Request, id: UUID) -> Response:
        Strict(data=request.data).is_valid(raise_exception=True)
        by, at = authentication.actor(request), clock.now()
        return Response(ShareOut(sharing.revoke(sharing.one(id, access(self)), by=by, at=at)).data)


class SharedPackage(APIView):
    """The link itself: it stands for an account and asks for none."""

    authentication_classes = ()
    permission_classes = ()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, token: str) -> FileResponse:
        export, path = sharing.follow(token, at=clock.now())
        answer = sent(export, path.open("rb"))
        answer["Referrer-Policy"] = "no-referrer"
        answer["X-Robots-Tag"] = "noindex"
        return answer
