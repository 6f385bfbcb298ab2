"""Duties and their clocks over REST: the deadline board, and recording what was sent."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock as time
from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication, tags, withheld
from governance.api.filters import InstantFilter
from governance.api.permissions import access
from governance.api.retrieving import RecordedRetrieveView
from governance.api.views import APIView, ListAPIView
from incidents import flow, histories, searching, selectors
from incidents.api import held, inputs, response
from incidents.models import Clock, Duty
from incidents.stages.fulfilling import Fulfilment


class DutyFilter(django_filters.FilterSet):
    incident = django_filters.CharFilter(field_name="incident__reference")
    policy = django_filters.CharFilter(field_name="policy_name")

    class Meta:
        model = Duty
        fields = ("incident", "policy", "duty", "owner", "state", "shadow", "confirmation")


class Duties(ListAPIView[Duty]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    queryset = Duty.objects.select_related("incident").prefetch_related("clocks")
    serializer_class = response.DutyWithIncidentOut
    filterset_class = DutyFilter
    search = searching.OF_INCIDENTS
    orderings = ("determine_by", "confirm_by", "closed_at")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": time.now()}


class ClockFilter(django_filters.FilterSet):
    incident = django_filters.CharFilter(field_name="incident__reference")
    owner = django_filters.CharFilter(field_name="duty__owner")
    shadow = django_filters.BooleanFilter(field_name="shadow")
    due_before = InstantFilter(field_name="conservative_due", lookup_expr="lt")

    class Meta:
        model = Clock
        fields = ("incident", "owner", "shadow", "state", "due_before")


class Clocks(ListAPIView[Clock]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    serializer_class = response.BoardClockOut
    filterset_class = ClockFilter
    search = searching.OF_INCIDENTS
    orderings = ("conservative_due", "legal_due", "started_at")
    by_time: ClassVar = {"due_before": ("conservative_due", "id")}

    def get_queryset(self) -> QuerySet[Clock]:
        return Clock.objects.select_related("duty", "incident")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": time.now()}


class ClockDetail(RecordedRetrieveView[Clock]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    whole = tags.Whole(Clock, held.clock)
    queryset = Clock.objects.select_related("duty", "incident")
    serializer_class = response.BoardClockOut
    lookup_field = "id"

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": time.now()}


class History(APIView):
    """Every change of a clock, newest first: when, by whom, why, and each column before and after;
    the last is how it was opened."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def get(self, request: Request, id: UUID) -> Response:
        clock, by = selectors.clock(id, access(self)), authentication.actor(request)
        reads.shown(clock, by=by, at=time.now())
        found = [_change(each) for each in histories.of(clock)]
        if not withheld.shows(clock):
            found = [_withheld(each) for each in found]
        return Response({"results": found})


def _change(change: histories.Change) -> dict[str, Any]:
    return {
        "entry": change.entry,
        "at": change.at,
        "actor": change.actor,
        "verb": change.verb,
        "because": change.because,
        "changes": {
            name: {"before": before, "after": after}
            for name, (before, after) in change.changed.items()
        },
    }


def _withheld(change: dict[str, Any]) -> dict[str, Any]:
    hidden = withheld.hide(change, ("because",))
    return {**hidden, "changes": withheld.hide(change["changes"], ("note", "sent_to"))}


class Fulfilments(APIView):
    """Record that a stage was sent: when, by which channel, with which receipt."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def post(self, request: Request, id: UUID) -> Response:
        given = inputs.FulfilmentIn(data=request.data)
        given.is_valid(raise_exception=True)
        clock = flow.fulfil(
            selectors.clock(id, access(self)),
            Fulfilment(**given.validated_data),
            by=authentication.actor(request),
            at=time.now(),
        )
        return Response(response.BoardClockOut(clock, context={"at": time.now()}).data)
