"""The operations of who is told of changes, for the description of the API."""

from typing import Final

from drf_spectacular.types import OpenApiTypes

from governance.api.operations import Operation, Operations, query
from incidents.api import subscriptions

_SUBSCRIPTION: Final = subscriptions.SubscriptionOut

OPERATIONS: Final[Operations] = {
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
