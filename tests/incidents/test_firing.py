"""Timers fired in batches: as many statements for many as for few, and each still on its own."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import firing, sweep
from incidents.models import Incident, Timer
from policies import releases
from tests import factory
from tests.factory import AT, HOUR

pytestmark = pytest.mark.django_db
OVERDUE = AT + 9 * HOUR


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def breaches(count: int) -> list[Incident]:
    """Incidents whose clock is overdue at OVERDUE."""
    return [factory.submit(factory.breach(system="chat-bot")) for _ in range(count)]


def fire() -> int:
    return firing.fire_due(by=sweep.SWEEP, at=OVERDUE)


def statements() -> int:
    releases.pinned(Timer.objects.all()[0].incident.decisions.all()[0].release_id)  # compiled
    with CaptureQueriesContext(
        connection,
    ) as captured:
        fire()
    return len(captured)


def test_many_timers_take_as_many_statements_as_few() -> None:
    breaches(1)
    few = statements()
    breaches(12)
    assert statements() == few


def test_each_fired_timer_has_its_entry_and_its_message() -> None:
    breaches(5)
    Message.objects.all().delete()
    fire()
    assert Entry.objects.filter(verb="timer.overdue").count() == 5
    legal = Message.objects.filter(destination="legal@example.org", subject__contains="OVERDUE")
    assert legal.count() == 5


def test_the_overdue_timer_of_each_sets_its_next() -> None:
    breaches(3)
    fire()
    following = Timer.objects.filter(kind="overdue", step="2", state="pending")
    assert following.count() == 3


def test_a_batch_is_no_larger_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing, "BATCH", 2)
    for incident in breaches(4):
        incident.timers.exclude(kind="overdue").update(state="cancelled")
    assert fire() == 2


def test_incidents_of_two_releases_are_each_told_by_their_own() -> None:
    old, *_ = breaches(1)
    other = factory.text(
        "escalation", ("to: legal@example.org", "to: new@example.org"), ("1.0.0", "1.1.0")
    )
    factory.install(at=AT + timedelta(seconds=1), escalation=other)
    new = factory.submit(factory.breach(system="chat-bot"), at=AT + HOUR)
    Message.objects.all().delete()
    fire()
    told = dict(
        Message.objects.filter(subject__contains="OVERDUE")
        .exclude(destination="compliance@example.org")
        .values_list("incident_reference", "destination")
    )
    assert told == {old.reference: "legal@example.org", new.reference: "new@example.org"}


def test_what_has_nothing_left_to_say_takes_no_place_from_what_has() -> None:
    (incident,) = breaches(1)
    clock = factory.deadline(incident, "notify", "initial")
    stale = Timer(incident=incident, duty=clock.duty, clock=clock, kind="reminder", key="stale")
    stale.step, stale.due_at = "waits for aware", OVERDUE
    stale.save(force_insert=True)
    Message.objects.all().delete()
    fire()
    stale.refresh_from_db()
    assert stale.state == "cancelled"
    assert Message.objects.filter(subject__contains="OVERDUE").exists()
