"""A subscriber: an endpoint at a real server, and what has come there."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

import standardwebhooks

from governance.connectors.webhook import endpoints
from incidents.following import publishing, subscriptions
from incidents.following.subscriptions import Choice
from incidents.models import Course, Subscription
from tests import factory
from tests.factory import AT
from tests.live.web import WebServer

LATER: Final = AT + timedelta(hours=2)
EVERYTHING: Final = Choice(["*"])


def subscribe(web: WebServer, choice: Choice = EVERYTHING, *, name: str = "chat") -> Subscription:
    """From the beginning of the log on."""
    by = factory.person("maker", "administrator")
    endpoint, _ = endpoints.create(name=name, url=f"{web.url}/{name}", by=by, at=AT)
    return subscriptions.subscribe(endpoint, choice, after=0, by=by, at=AT)


def publish(at: datetime = LATER) -> None:
    """Round by round, until nothing is due."""
    while publishing.run(at=at):
        pass


def events(web: WebServer, name: str = "chat") -> list[Any]:
    return [json.loads(asked.body) for asked in web.asked if asked.path == f"/{name}"]


def told(web: WebServer, name: str = "chat") -> list[str]:
    """The verbs, in the order in which they came."""
    return [event["type"] for event in events(web, name)]


def ids(web: WebServer) -> list[str]:
    return [asked.headers["webhook-id"] for asked in web.asked]


def verified(asked: Any, secret: str) -> Any:
    return standardwebhooks.Webhook(secret).verify(asked.body, dict(asked.headers.items()))


def live(subscription: Subscription) -> Course:
    return Course.objects.get(subscription=subscription, upto=None)
