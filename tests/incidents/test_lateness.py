"""After downtime each word says that it comes late, and how late."""

from datetime import timedelta

import pytest

from governance.outbox.models import Message
from incidents import flow, sweep
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON

pytestmark = pytest.mark.django_db
LATE = "It was due 14 h ago, at 2026-11-23 16:00 UTC, and is said late."


@pytest.fixture(autouse=True)
def breach() -> None:
    """Its legal period ends eight hours after AT."""
    factory.install()
    incident = factory.submit(factory.breach(system="chat-bot"))
    flow.acknowledge(incident, by=PERSON, at=AT)
    Message.objects.all().delete()


def said(after: timedelta) -> set[str]:
    sweep.run(at=AT + after)
    return set(Message.objects.values_list("because", flat=True))


def test_a_word_that_comes_late_says_how_late() -> None:
    assert all(because.startswith(LATE) for because in said(22 * HOUR))


def test_a_word_in_time_says_nothing_of_it() -> None:
    assert not any("late" in because for because in said(8 * HOUR + MINUTE))


def test_the_mail_itself_says_it() -> None:
    said(22 * HOUR)
    assert all(LATE in text for text in Message.objects.values_list("text", flat=True))
