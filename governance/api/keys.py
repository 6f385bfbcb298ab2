"""API keys over REST. A secret is in the answer that makes it, and in no other."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts import administration, keys, teams
from governance.accounts.models import ApiKey
from governance.accounts.roles import ACCESS_MANAGE, KEYS_MANAGE, SCOPES
from governance.api import authentication, searches, tags
from governance.api.inputs import Strict
from governance.api.views import APIView, ListAPIView
from governance.errors import NotFound

_LONGEST = keys.LONGEST_LIFE // timedelta(days=1)
_EITHER = (KEYS_MANAGE, ACCESS_MANAGE)


class KeyIn(Strict):
    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=list(SCOPES)), allow_empty=False
    )
    days = serializers.IntegerField(min_value=1, max_value=_LONGEST, required=False, default=90)
    team = serializers.UUIDField(required=False, allow_null=True, default=None)


class KeyRotationIn(Strict):
    overlap_hours = serializers.IntegerField(
        min_value=0,
        max_value=keys.LONGEST_OVERLAP // timedelta(hours=1),
        required=False,
        default=keys.OVERLAP // timedelta(hours=1),
    )
    days = serializers.IntegerField(min_value=1, max_value=_LONGEST, required=False, default=90)


class RevocationIn(Strict):
    reason = serializers.CharField(max_length=1000)


class KeyOut(serializers.ModelSerializer[ApiKey]):
    class Meta:
        model = ApiKey
        fields = (
            "id",
            "name",
            "prefix",
            "scopes",
            "team",
            "created_by",
            "created_at",
            "expires_at",
            "old_ends_at",
            "revoked_at",
            "last_used_at",
        )


class ApiKeys(ListAPIView[ApiKey]):
    """API keys: one's own, and everybody's for who manages access."""

    shown_once = ("key",)
    needs: ClassVar = {"GET": _EITHER, "POST": KEYS_MANAGE}
    queryset = ApiKey.objects.all()
    serializer_class = KeyOut
    search = searches.KEYS

    def get_queryset(self) -> QuerySet[ApiKey]:
        return _visible(self.request)

    def post(self, request: Request) -> Response:
        given = KeyIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        team = wanted.pop("team")
        key, plain = administration.make_key(
            **wanted,
            team=teams.one(team) if team is not None else None,
            held=authentication.scopes(request.user),
            by=authentication.actor(request),
            at=clock.now(),
        )
        answer = Response({**KeyOut(key).data, "key": plain}, status=201)
        answer["Location"] = reverse("api-key", args=[key.id])
        return answer


class ApiKeyDetail(APIView):
    """An API key, without its secret."""

    needs: ClassVar = {"GET": _EITHER}
    whole = tags.Whole(ApiKey)

    def get(self, request: Request, id: UUID) -> Response:
        key = _found(request, id)
        reads.shown(key, by=authentication.actor(request), at=clock.now())
        return Response(KeyOut(key).data)


class KeyRotation(APIView):
    """Give a key a new secret; the old one lets in as well until the overlap is over."""

    shown_once = ("key",)
    needs: ClassVar = {"POST": KEYS_MANAGE}

    def post(self, request: Request, id: UUID) -> Response:
        given = KeyRotationIn(data=request.data)
        given.is_valid(raise_exception=True)
        key = _found(request, id)
        plain = administration.rotate_key(
            key,
            overlap=timedelta(hours=given.validated_data["overlap_hours"]),
            days=given.validated_data["days"],
            held=authentication.scopes(request.user),
            by=authentication.actor(request),
            at=clock.now(),
        )
        return _answer(key, {"key": plain}, status=201)


class KeyRevocation(APIView):
    """End a key at once and for good."""

    needs: ClassVar = {"POST": _EITHER}

    def post(self, request: Request, id: UUID) -> Response:
        given = RevocationIn(data=request.data)
        given.is_valid(raise_exception=True)
        key = _found(request, id)
        keys.revoke(key, **given.validated_data, by=authentication.actor(request), at=clock.now())
        return _answer(key, {}, status=200)


def _visible(request: Request) -> QuerySet[ApiKey]:
    held = authentication.scopes(request.user)
    return administration.keys_seen(held, authentication.actor(request))


def _found(request: Request, id: UUID) -> ApiKey:
    """Raises NotFound, also for a key that is another's."""
    found = _visible(request).filter(id=id).first()
    if found is None:
        raise NotFound(f"There is no API key {id}.")
    return found


def _answer(key: ApiKey, made: dict[str, Any], *, status: int) -> Response:
    fresh = ApiKey.objects.get(id=key.id)
    return Response({**KeyOut(fresh).data, **made}, status=status)
