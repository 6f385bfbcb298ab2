"""The sweep and whoever changes an incident meanwhile, with rows that are committed."""

from threading import Event
from uuid import UUID

from django.db import transaction

from governance import clock as time
from incidents import firing, locks, sweep
from incidents.models import Incident, Timer
from tests import factory
from tests.committed import at_once, once


def breach() -> UUID:
    """An incident with a step of its ladder that is due."""
    facts = {**factory.report(), "system": "support-assistant"}
    incident = factory.submit(facts, at=time.now())
    assert incident.timers.filter(kind="escalation").update(due_at=time.now()) == 1
    return incident.id


def fire() -> int:
    return firing.fire_due(by=sweep.SWEEP, at=time.now())


def test_an_incident_that_is_being_changed_is_left_for_the_next_time(database: str) -> None:
    key = once(database, breach)
    held, fired = Event(), Event()

    def change() -> None:
        with transaction.atomic():
            locks.hold(key)
            held.set()
            assert fired.wait(timeout=60)

    def meanwhile() -> int:
        assert held.wait(timeout=60)
        count = fire()
        fired.set()
        return count

    assert at_once(database, change, meanwhile)[1] == 0
    assert once(database, fire) == 1


def test_nobody_changes_an_incident_while_it_speaks(database: str) -> None:
    key = once(database, breach)
    order: list[str] = []
    claimed = Event()

    def speak() -> None:
        with transaction.atomic():
            firing._claim(time.now())
            claimed.set()
            Timer.objects.filter(incident_id=key).exists()
            order.append("spoken")

    def change() -> None:
        assert claimed.wait(timeout=60)
        with transaction.atomic():
            locks.hold(key)
            order.append("changed")

    at_once(database, speak, change)
    assert order == ["spoken", "changed"]
    assert once(database, lambda: Incident.objects.filter(id=key).exists())
