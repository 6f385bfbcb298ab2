"""How far each subscriber is behind, by the name of its endpoint."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count, Q

from governance.connectors.webhook.models import WebhookEndpoint
from governance.heartbeat.measures import Tally
from governance.ledger.models import Leaf
from governance.outbox.models import Message
from incidents import changes
from incidents.models import Course

_LABEL: Final = "endpoint"
_CHANNEL: Final = "webhook"
_DEAD: Final = Q(state=Message.State.DEAD)
_FAILED: Final = Q(state=Message.State.PENDING) & ~Q(last_error="")


def due_since(*, at: datetime) -> Mapping[str, datetime | None]:
    """Nothing: a subscriber that takes nothing is no fault of the engine's."""
    return {}


def put_off() -> Mapping[str, int]:
    return {}


def tallies(*, at: datetime) -> Iterable[Tally]:
    """Of paused subscriptions, too: what they are not told of is owed to them."""
    courses = list(Course.objects.filter(upto=None).select_related("subscription__endpoint"))
    size = changes.size()
    entries = {_name(each): max(size - each.place, 0) for each in courses}
    text = "Entries of the log that it has not been told of, or that were not for it."
    yield Tally("subscriber_behind_entries", text, _LABEL, entries)
    text = "How old the first of those entries is."
    yield Tally("subscriber_behind_seconds", text, _LABEL, _ages(courses, at=at))
    text = "Messages to it that failed and are tried again, or are dead."
    yield Tally("endpoint_undelivered_messages", text, _LABEL, _undelivered())


def _ages(courses: Sequence[Course], *, at: datetime) -> Mapping[str, int]:
    """Of the entry at which each stands; zero where it stands at the end of the log."""
    places = {each.place for each in courses}
    written = dict(Leaf.objects.filter(index__in=places).values_list("index", "entry__at"))
    return {
        _name(each): max(int((at - written.get(each.place, at)).total_seconds()), 0)
        for each in courses
    }


def _undelivered() -> Mapping[str, int]:
    """Of every endpoint, whether it subscribes or not."""
    undelivered = Message.objects.filter(_DEAD | _FAILED, channel=_CHANNEL).order_by()
    counted = dict(undelivered.values_list("destination").annotate(Count("id")))
    names = WebhookEndpoint.objects.values_list("name", flat=True)
    return {name: counted.get(name, 0) for name in names}


def _name(course: Course) -> str:
    return course.subscription.endpoint.name
