"""What a webhook endpoint is told of, over REST: subscribing, pausing, the log, and telling again.

Whoever has an endpoint told of incidents gives away what `incidents:read` shows, so that scope is
asked for as well; for policies `policies:read`.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import WEBHOOKS_MANAGE
from governance.api import authentication, tags
from governance.api.inputs import InstantField, Query, Strict
from governance.api.views import APIView, ListAPIView
from governance.connectors.webhook import endpoints
from governance.errors import Invalid
from incidents import changes
from incidents.following import subscriptions
from incidents.following.subscriptions import Choice
from incidents.models import Course, Delivery, Subscription

_MOST = 100


class SubscriptionIn(Strict):
    verbs = serializers.ListField(child=serializers.CharField(max_length=64), max_length=_MOST)
    systems = serializers.ListField(
        child=serializers.CharField(max_length=80), max_length=_MOST, allow_null=True, default=None
    )
    severities = serializers.ListField(
        child=serializers.CharField(max_length=16), max_length=_MOST, allow_null=True, default=None
    )
    drills = serializers.BooleanField(default=False)
    after = serializers.CharField(
        max_length=40, required=False, help_text="A cursor, when it subscribes for the first time."
    )


class PauseIn(Strict):
    reason = serializers.CharField(max_length=500)


class ResumeIn(Strict):
    skip = serializers.BooleanField(
        default=False, help_text="Leave out the one event at which it stands."
    )


class ReplayIn(Strict):
    """From one of these on: a cursor, an instant, or one delivery, which alone is told again."""

    after = serializers.CharField(max_length=40, required=False)
    since = InstantField(required=False)
    delivery = serializers.UUIDField(required=False)

    def validate(self, given: Any) -> Any:
        if len(given) != 1:
            raise serializers.ValidationError("Give one of after, since and delivery.")
        return given


class LogIn(Query):
    """What the log is filtered by; the rest is the page's."""

    state = serializers.ChoiceField(choices=["delivered", "failed"], required=False)
    since = InstantField(required=False)
    cursor = serializers.CharField(required=False)
    page_size = serializers.CharField(required=False)


class CourseOut(serializers.ModelSerializer[Course]):
    """`behind`: how many entries of the log it has before it."""

    behind = serializers.SerializerMethodField()

    class Meta:
        model = Course
        fields = (
            "id",
            "place",
            "upto",
            "behind",
            "state",
            "attempts",
            "failing_since",
            "due_at",
            "asked_by",
            "asked_at",
        )

    def get_behind(self, course: Course) -> int:
        return max((changes.size() if course.upto is None else course.upto) - course.place, 0)


class SubscriptionOut(serializers.ModelSerializer[Subscription]):
    endpoint = serializers.CharField(source="endpoint.name")

    class Meta:
        model = Subscription
        fields = (
            "id",
            "endpoint",
            "verbs",
            "systems",
            "severities",
            "drills",
            "state",
            "paused_because",
            "created_by",
            "created_at",
        )


class DeliveryOut(serializers.ModelSerializer[Delivery]):
    """One attempt. `id` of the event is that of the entry in the audit trail."""

    event = serializers.UUIDField(source="entry_id")
    again = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields = (
            "id",
            "event",
            "verb",
            "again",
            "number",
            "at",
            "state",
            "status",
            "milliseconds",
            "error",
            "next_at",
        )

    def get_again(self, delivery: Delivery) -> bool:
        return delivery.course.upto is not None

    def get_state(self, delivery: Delivery) -> str:
        return "delivered" if delivery.delivered else "failed"


class EndpointSubscription(APIView):
    """What an endpoint is told of: see it, choose it, or choose something else."""

    needs: ClassVar = {"GET": WEBHOOKS_MANAGE, "PUT": WEBHOOKS_MANAGE}
    whole = tags.Whole(Subscription, subscriptions.hold)

    def get(self, request: Request, name: str) -> Response:
        found = _find(name)
        reads.shown(found, by=authentication.actor(request), at=clock.now())
        return Response(SubscriptionOut(found).data)

    def put(self, request: Request, name: str) -> Response:
        given = _given(SubscriptionIn, request)
        cursor = given.pop("after", None)
        _may_be_told(request, given["verbs"])
        made = subscriptions.subscribe(
            endpoints.find(name),
            Choice(**given),
            after=changes.place(cursor) if cursor is not None else None,
            by=authentication.actor(request),
            at=clock.now(),
        )
        return Response(SubscriptionOut(made).data)


class Pause(APIView):
    """Tell the endpoint nothing for now."""

    needs: ClassVar = {"POST": WEBHOOKS_MANAGE}

    def post(self, request: Request, name: str) -> Response:
        given, found = _given(PauseIn, request), _find(name)
        by = authentication.actor(request)
        subscriptions.pause(found, reason=given["reason"], by=by, at=clock.now())
        return Response(SubscriptionOut(found).data)


class Resume(APIView):
    """Go on telling the endpoint, from where it stood."""

    needs: ClassVar = {"POST": WEBHOOKS_MANAGE}

    def post(self, request: Request, name: str) -> Response:
        given, found = _given(ResumeIn, request), _find(name)
        _may_be_told(request, found.verbs)
        by = authentication.actor(request)
        subscriptions.resume(found, skip=given["skip"], by=by, at=clock.now())
        return Response(SubscriptionOut(found).data)


class Replay(APIView):
    """Tell again, beside what is new and under the same ids."""

    needs: ClassVar = {"POST": WEBHOOKS_MANAGE}

    def post(self, request: Request, name: str) -> Response:
        given, found = _given(ReplayIn, request), _find(name)
        _may_be_told(request, found.verbs)
        start, end = _range(found, given)
        by = authentication.actor(request)
        course = subscriptions.replay(found, start, end, by=by, at=clock.now())
        return Response(CourseOut(course).data, status=202)


class Courses(ListAPIView[Course]):
    """How far the endpoint is: with what happens, and with each replay."""

    needs: ClassVar = {"GET": WEBHOOKS_MANAGE}
    queryset = Course.objects.all()
    serializer_class = CourseOut

    def get_queryset(self) -> QuerySet[Course]:
        return super().get_queryset().filter(subscription=_find(self.kwargs["name"]))


class Deliveries(ListAPIView[Delivery]):
    """Each attempt of the last thirty days, the newest first."""

    needs: ClassVar = {"GET": WEBHOOKS_MANAGE}
    queryset = Delivery.objects.select_related("course")
    serializer_class = DeliveryOut

    def get_queryset(self) -> QuerySet[Delivery]:
        given = LogIn(data=self.request.query_params)
        given.is_valid(raise_exception=True)
        courses = _find(self.kwargs["name"]).courses.all()
        rows = super().get_queryset().filter(course__in=courses)
        if state := given.validated_data.get("state"):
            rows = rows.filter(delivered=state == "delivered")
        if since := given.validated_data.get("since"):
            rows = rows.filter(at__gte=since)
        return rows


def _range(subscription: Subscription, given: dict[str, Any]) -> tuple[int, int | None]:
    if "after" in given:
        return changes.place(given["after"]), None
    if "since" in given:
        return changes.since(given["since"]), None
    rows = Delivery.objects.filter(id=given["delivery"], course__subscription=subscription)
    if (found := rows.first()) is None:
        raise Invalid("This endpoint's log has no such delivery; it keeps thirty days.")
    return found.place, found.place + 1


def _find(name: str) -> Subscription:
    return subscriptions.find(endpoints.find(name))


def _given(serializer: type[Strict], request: Request) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _may_be_told(request: Request, patterns: Sequence[str]) -> None:
    """Whoever has an endpoint told of something may read it."""
    needed = subscriptions.needed(patterns)
    if missing := sorted(needed - authentication.scopes(request.user)):
        raise PermissionDenied(
            f"This tells the endpoint what {' and '.join(missing)} shows: it needs that scope, too."
        )
