"""What the service has said since it was last asked, in a test that tells a story."""

from django.db.models import QuerySet

from governance.outbox.models import Message
from tests import factory
from tests.factory import AT


def told() -> list[str]:
    """Whom a message that is new since the last call is for: addresses, in order."""
    fresh = _fresh()
    return _heard(fresh, factory.names(fresh.values_list("destination", flat=True)))


def subjects(*, without: str = "") -> list[str]:
    """What such messages are about: subjects behind the reference, in order.

    `without` leaves out the subjects that hold it, and leaves them to a later call.
    """
    fresh = _fresh()
    if without:
        fresh = fresh.exclude(subject__contains=without)
    return _heard(fresh, sorted(" ".join(each.subject.split()[2:]) for each in fresh))


def _fresh() -> QuerySet[Message]:
    return Message.objects.filter(state="pending")


def _heard(fresh: QuerySet[Message], found: list[str]) -> list[str]:
    fresh.update(state="sent", sent_at=AT)
    return found
