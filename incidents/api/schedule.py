"""What time sets in motion, over REST, with the reasons why it was said or not."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ
from governance.api import authentication, tags
from governance.api.filters import InstantFilter
from governance.api.permissions import access
from governance.api.rows import RowSerializer
from governance.api.views import APIView, ListAPIView
from governance.api.withheld import Withholding, veil
from incidents import explanations, searching, selectors
from incidents.models import Timer


class TimerOut(Withholding, RowSerializer[Timer]):
    personal = ("outcome",)

    incident = serializers.CharField(source="incident.reference")

    class Meta:
        model = Timer
        fields = (
            "id",
            "incident",
            "duty",
            "clock",
            "dispensation",
            "kind",
            "step",
            "due_at",
            "state",
            "done_at",
            "attempts",
            "retry_at",
            "outcome",
        )


class TimerFilter(django_filters.FilterSet):
    incident = django_filters.CharFilter(field_name="incident__reference")
    due_since = InstantFilter(field_name="due_at", lookup_expr="gte")
    due_before = InstantFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = Timer
        fields = (
            "incident",
            "clock",
            "duty",
            "dispensation",
            "kind",
            "state",
            "due_since",
            "due_before",
        )


class Timers(ListAPIView[Timer]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    queryset = Timer.objects.select_related("incident").defer("incident__report")
    serializer_class = TimerOut
    filterset_class = TimerFilter
    search = searching.OF_INCIDENTS
    orderings = ("due_at",)
    by_time: ClassVar = dict.fromkeys(("due_since", "due_before"), ("-due_at", "-id"))


class TimerDetail(APIView):
    """A timer with its explanation: verdict, rule, facts, and each message with its attempts."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    whole = tags.Whole(Timer)

    def get(self, request: Request, id: UUID) -> Response:
        timer, by = selectors.timer(id, access(self)), authentication.actor(request)
        reads.shown(timer, by=by, at=clock.now())
        return Response({**TimerOut(timer).data, "explanation": _explained(timer)})


def _explained(timer: Timer) -> dict[str, Any]:
    found = explanations.of(veil(timer), at=clock.now())
    return {
        "verdict": found.verdict,
        "rule": found.rule,
        "facts": [{"name": name, "value": value} for name, value in found.facts],
        "messages": [
            {
                "id": message.id,
                "channel": message.channel,
                "destination": message.destination,
                "state": message.state,
                "attempts": message.attempts,
                "last_error": message.last_error,
                "sent_at": message.sent_at,
            }
            for message in map(veil, found.messages)
        ],
    }
