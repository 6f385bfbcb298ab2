"""The operations that end an incident otherwise than by closing it, and those of who is told of
changes, for the description of the API."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers

from governance.api.operations import Operation, Operations, query
from incidents.api import endings, inputs, subscriptions, wholes
from incidents.api.wholes import Plain, anything


class CalledOffOut(Plain):
    duty = serializers.CharField()
    title = serializers.CharField()
    regime = serializers.CharField()


class MergeOut(Plain):
    """What is carried over to the one that stays, and what is owed no longer."""

    duplicate = serializers.CharField()
    survivor = serializers.CharField()
    carried = serializers.JSONField()
    changes = anything()
    called_off = CalledOffOut(many=True)


_SUBSCRIPTION: Final = subscriptions.SubscriptionOut

OPERATIONS: Final[Operations] = {
    endings._Ending: {"POST": Operation(takes=inputs.ReasonIn, gives=wholes.WholeIncidentOut)},
    endings.Void: {"POST": Operation("Void an incident")},
    endings.VoidReversal: {"POST": Operation("Take a void back")},
    endings.MergeReversal: {"POST": Operation("Take a merge back")},
    endings.Merges: {
        "POST": Operation("Merge into another incident", takes=endings.MergeIn, gives=MergeOut)
    },
    endings.MergePreview: {
        "GET": Operation(
            "See what merging would do",
            gives=MergeOut,
            queries=(query("into", "The incident that would stay.", required=True),),
        )
    },
    subscriptions.EndpointSubscription: {
        "GET": Operation("Read what an endpoint is told of", gives=_SUBSCRIPTION),
        "PUT": Operation(
            "Choose what an endpoint is told of",
            takes=subscriptions.SubscriptionIn,
            gives=_SUBSCRIPTION,
            example={"verbs": ["incident.*"]},
        ),
    },
    subscriptions.Pause: {"POST": Operation(takes=subscriptions.PauseIn, gives=_SUBSCRIPTION)},
    subscriptions.Resume: {"POST": Operation(takes=subscriptions.ResumeIn, gives=_SUBSCRIPTION)},
    subscriptions.Replay: {
        "POST": Operation(takes=subscriptions.ReplayIn, gives=subscriptions.CourseOut, status=202)
    },
    subscriptions.Courses: {"GET": Operation("List how far an endpoint is")},
    subscriptions.Deliveries: {
        "GET": Operation(
            "List attempts to tell an endpoint",
            queries=(
                query("state", "How it ended.", enum=["delivered", "failed"]),
                query("since", "From then on.", OpenApiTypes.DATETIME),
            ),
        )
    },
}
