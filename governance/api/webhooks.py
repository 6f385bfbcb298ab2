"""Webhook endpoints over REST. A secret is in the answer that makes it, and in no other."""

from datetime import timedelta
from typing import Any, ClassVar

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.accounts.roles import WEBHOOKS_MANAGE
from governance.api import authentication, searches, tags
from governance.api.inputs import Strict
from governance.api.views import APIView, ListAPIView
from governance.connectors.webhook import endpoints
from governance.connectors.webhook.models import WebhookEndpoint, WebhookSecret
from governance.outbox import trials

_OVERLAP_HOURS = int(endpoints.OVERLAP / timedelta(hours=1))


class EndpointIn(Strict):
    name = serializers.CharField(max_length=80)
    url = serializers.CharField(max_length=2000)
    description = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )


class ChangeIn(Strict):
    url = serializers.CharField(max_length=2000, required=False)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)


class RotationIn(Strict):
    overlap_hours = serializers.IntegerField(
        min_value=0, max_value=168, required=False, default=_OVERLAP_HOURS
    )


class SecretOut(serializers.ModelSerializer[WebhookSecret]):
    """When it signs, and nothing of the secret itself."""

    class Meta:
        model = WebhookSecret
        fields = ("created_at", "ends_at")


class EndpointOut(serializers.ModelSerializer[WebhookEndpoint]):
    secrets = SecretOut(many=True)

    class Meta:
        model = WebhookEndpoint
        fields = (
            "id",
            "name",
            "url",
            "description",
            "active",
            "created_by",
            "created_at",
            "secrets",
        )


class Endpoints(ListAPIView[WebhookEndpoint]):
    needs: ClassVar = {"GET": WEBHOOKS_MANAGE, "POST": WEBHOOKS_MANAGE}
    queryset = WebhookEndpoint.objects.prefetch_related("secrets")
    serializer_class = EndpointOut
    search = searches.ENDPOINTS
    shown_once = ("secret",)

    def post(self, request: Request) -> Response:
        given = EndpointIn(data=request.data)
        given.is_valid(raise_exception=True)
        endpoint, plain = endpoints.create(
            **given.validated_data, by=authentication.actor(request), at=clock.now()
        )
        answer = Response({**EndpointOut(endpoint).data, "secret": plain}, status=201)
        answer["Location"] = reverse("webhook-endpoint", args=[endpoint.name])
        return answer


def _lock(name: str) -> None:
    """As every change of an endpoint does."""
    WebhookEndpoint.objects.select_for_update().filter(name=name).first()


class EndpointDetail(APIView):
    needs: ClassVar = {"GET": WEBHOOKS_MANAGE, "PATCH": WEBHOOKS_MANAGE}
    whole = tags.Whole(WebhookEndpoint, _lock)

    def get(self, request: Request, name: str) -> Response:
        return Response(EndpointOut(endpoints.find(name)).data)

    def patch(self, request: Request, name: str) -> Response:
        given = ChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        changed = endpoints.change(
            endpoints.find(name),
            **given.validated_data,
            by=authentication.actor(request),
            at=clock.now(),
        )
        return Response(EndpointOut(changed).data)


class _Act(APIView):
    """Something done to an endpoint; answers with the endpoint, and with what came of it."""

    needs: ClassVar = {"POST": WEBHOOKS_MANAGE}
    takes: ClassVar[type[Strict]] = Strict
    status: ClassVar[int] = 200

    def post(self, request: Request, name: str) -> Response:
        given = self.takes(data=request.data)
        given.is_valid(raise_exception=True)
        endpoint = endpoints.find(name)
        made = self.act(request, endpoint, given.validated_data)
        fresh = endpoints.find(name)
        return Response({**EndpointOut(fresh).data, **made}, status=self.status)

    def act(
        self, request: Request, endpoint: WebhookEndpoint, given: dict[str, Any]
    ) -> dict[str, Any]:
        raise NotImplementedError


class Rotation(_Act):
    shown_once = ("secret",)
    takes = RotationIn
    status = 201

    def act(
        self, request: Request, endpoint: WebhookEndpoint, given: dict[str, Any]
    ) -> dict[str, Any]:
        plain = endpoints.rotate(
            endpoint,
            overlap=timedelta(hours=given["overlap_hours"]),
            by=authentication.actor(request),
            at=clock.now(),
        )
        return {"secret": plain}


class Disabling(_Act):
    def act(
        self, request: Request, endpoint: WebhookEndpoint, given: dict[str, Any]
    ) -> dict[str, Any]:
        endpoints.disable(endpoint, by=authentication.actor(request), at=clock.now())
        return {}


class Enabling(_Act):
    def act(
        self, request: Request, endpoint: WebhookEndpoint, given: dict[str, Any]
    ) -> dict[str, Any]:
        endpoints.enable(endpoint, by=authentication.actor(request), at=clock.now())
        return {}


class Trial(_Act):
    status = 202

    def act(
        self, request: Request, endpoint: WebhookEndpoint, given: dict[str, Any]
    ) -> dict[str, Any]:
        message = trials.send(endpoint, by=authentication.actor(request), at=clock.now())
        return {"message": reverse("message", args=[message.id])}
