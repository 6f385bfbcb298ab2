"""Messages over REST: what was sent to whom, and sending again what could not be."""

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND, WEBHOOKS_MANAGE
from governance.api import authentication, searches, tags, withheld
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.api.rows import RowSerializer
from governance.api.views import APIView, ListAPIView
from governance.api.withheld import Withholding
from governance.outbox import dead_letters, selectors
from governance.outbox.models import Message


class MessageOut(Withholding, RowSerializer[Message]):
    personal = ("destination", "subject", "because", "last_error", "text")
    incident = serializers.CharField(source="incident_reference")

    class Meta:
        model = Message
        fields = (
            "id",
            "incident",
            "channel",
            "destination",
            "subject",
            "because",
            "state",
            "created_at",
            "due_at",
            "sent_at",
            "attempts",
            "last_error",
            "about",
            "escalated_at",
        )


class MessageFilter(django_filters.FilterSet):
    incident = django_filters.CharFilter(method="of_incident")
    destination = django_filters.CharFilter(method="to")

    class Meta:
        model = Message
        fields = ("incident", "state", "channel", "destination")

    def of_incident(self, rows: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        """References are in capitals; asking for them in any case is no reason to read them all."""
        return rows.filter(incident_reference=value.upper())

    def to(self, rows: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        """By whom they go to, which is personal: who finds a message by it has read it."""
        if not withheld.searchable(Message, "destination"):
            withheld.need()
        return rows.filter(destination=value)


class Messages(ListAPIView[Message]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    queryset = Message.objects.defer("text", "html", "payload")
    serializer_class = MessageOut
    filterset_class = MessageFilter
    search = searches.MESSAGES
    orderings = ("created_at", "due_at", "sent_at")


class MessageDetail(APIView):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    whole = tags.Whole(Message)

    def get(self, request: Request, id: UUID) -> Response:
        message, by = selectors.message(id, access(self)), authentication.actor(request)
        reads.shown(message, by=by, at=clock.now())
        return Response(_whole(message))


class Replay(APIView):
    """Send an undeliverable message again, under the same id."""

    needs: ClassVar = {"POST": (INCIDENTS_RESPOND, WEBHOOKS_MANAGE)}
    by_system: ClassVar = True

    def post(self, request: Request, id: UUID) -> Response:
        Strict(data=request.data).is_valid(raise_exception=True)
        message = dead_letters.replay(
            selectors.message(id, access(self)), by=authentication.actor(request), at=clock.now()
        )
        return Response(_whole(message))


def _whole(message: Message) -> dict[str, Any]:
    log = [asdict(each) for each in selectors.attempts(message)]
    said = {"text": message.text, "log": log}
    if not withheld.shows(message):
        log = [withheld.hide(each, ("said",)) for each in log]
        said = {"text": withheld.hidden(message.text), "log": log}
    return {**MessageOut(message).data, **said}
