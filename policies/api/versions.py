"""Policies over REST: which rules there are, and which hold now or held on a past day."""

from datetime import datetime
from typing import ClassVar

import django_filters
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance import clock
from governance.accounts.roles import POLICIES_READ
from governance.errors import Invalid
from policies import releases
from policies.models import PolicyVersion
from policies.release import digest_of


class VersionOut(serializers.ModelSerializer[PolicyVersion]):
    identity = serializers.CharField(source="__str__")

    class Meta:
        model = PolicyVersion
        fields = (
            "id",
            "identity",
            "kind",
            "name",
            "version",
            "title",
            "status",
            "digest",
            "origin",
            "effective_from",
            "effective_until",
        )


class VersionWithTextOut(VersionOut):
    class Meta(VersionOut.Meta):
        fields = (*VersionOut.Meta.fields, "text")  # type: ignore[assignment]


class VersionFilter(django_filters.FilterSet):
    class Meta:
        model = PolicyVersion
        fields = ("kind", "name", "version", "status", "digest")


class Versions(ListAPIView[PolicyVersion]):
    needs: ClassVar = {"GET": POLICIES_READ}
    queryset = PolicyVersion.objects.defer("text")
    serializer_class = VersionOut
    filterset_class = VersionFilter


class VersionDetail(RetrieveAPIView[PolicyVersion]):
    needs: ClassVar = {"GET": POLICIES_READ}
    queryset = PolicyVersion.objects.all()
    serializer_class = VersionWithTextOut
    lookup_field = "id"


class InForce(APIView):
    """The release in force now, or at `?at=` an RFC 3339 instant with offset."""

    needs: ClassVar = {"GET": POLICIES_READ}

    def get(self, request: Request) -> Response:
        at = _instant(request.query_params.get("at"))
        members = releases.members_at(at)
        return Response(
            {
                "at": at,
                "digest": digest_of((identity, digest) for _, identity, digest in members),
                "members": [
                    {"id": id_, "identity": identity, "digest": digest}
                    for id_, identity, digest in members
                ],
            }
        )


def _instant(text: str | None) -> datetime:
    if text is None:
        return clock.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Invalid("`at` is an RFC 3339 instant with offset, such as 2026-11-22T09:00:00Z.")
    return at
