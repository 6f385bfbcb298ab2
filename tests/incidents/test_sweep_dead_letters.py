"""A message that cannot be delivered is told of, once, to people who can still be reached."""

from typing import Any

import pytest

from governance.accounts.models import User
from governance.ledger import readings
from governance.ledger.models import Entry
from governance.outbox import dead_letters, outbox
from governance.outbox.models import Message
from incidents import firing, flow, sweep, undelivered
from incidents.models import Incident, Timer
from policies import releases
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()
    root = factory.person("root", "administrator")
    User.objects.filter(id=root.id).update(email="root@example.org")


@pytest.fixture
def incident() -> Incident:
    """Of the highest severity: the commander and counsel are told at once."""
    return factory.submit(factory.report(harms=["death"]))


def kill(**which: Any) -> None:
    Message.objects.filter(**which).update(
        state="dead", attempts=3, last_error="550 5.1.1 No such person"
    )


def told() -> list[str]:
    return factory.names(
        Message.objects.filter(about__isnull=False).values_list("destination", flat=True)
    )


def test_the_lead_the_officer_and_the_administrators_are_told(incident: Incident) -> None:
    kill(destination="legal@example.org")
    assert undelivered.tell(by=sweep.SWEEP, at=AT) == 1
    assert told() == ["commander@example.org", "compliance@example.org", "root@example.org"]


def test_the_sweep_does_it(incident: Incident) -> None:
    kill(destination="legal@example.org")
    sweep.run(at=AT)
    assert len(told()) == 3


def test_they_read_to_whom_why_and_what_to_do(incident: Incident) -> None:
    kill(destination="legal@example.org")
    dead = Message.objects.get(state="dead")
    undelivered.tell(by=sweep.SWEEP, at=AT)
    found = Message.objects.get(destination="compliance@example.org")
    assert "Could not be delivered to legal@example.org" in found.subject
    assert "after 3 attempts" in found.text
    assert "550 5.1.1 No such person" in found.text
    assert f"replay the message: http://localhost:8000/outbox/message/{dead.id}/change/" in (
        found.text
    )


def test_it_is_told_once(incident: Incident) -> None:
    kill(destination="legal@example.org")
    for minute in range(3):
        undelivered.tell(by=sweep.SWEEP, at=AT + minute * MINUTE)
    assert len(told()) == 3


def test_the_entry_names_who_is_told(incident: Incident) -> None:
    kill(destination="legal@example.org")
    undelivered.tell(by=sweep.SWEEP, at=AT)
    entry = Entry.objects.get(verb="message.escalated")
    assert entry.incident_id == incident.id
    told_ = readings.of(entry).personal["told"].value
    assert told_ == ["commander@example.org", "compliance@example.org", "root@example.org"]


def test_one_that_was_replayed_and_died_again_is_told_of_again(incident: Incident) -> None:
    kill(destination="legal@example.org")
    undelivered.tell(by=sweep.SWEEP, at=AT)
    dead_letters.replay(Message.objects.get(state="dead"), by=PERSON, at=AT)
    kill(destination="legal@example.org")
    Message.objects.filter(state="dead").update(attempts=4)
    undelivered.tell(by=sweep.SWEEP, at=AT + HOUR)
    assert len(told()) == 6


def test_an_address_that_takes_nothing_is_left_out(incident: Incident) -> None:
    kill(destination="commander@example.org")
    undelivered.tell(by=sweep.SWEEP, at=AT)
    assert told() == ["compliance@example.org", "root@example.org"]


def test_a_dead_letter_about_a_dead_letter_goes_round_no_circle(incident: Incident) -> None:
    kill(destination="legal@example.org")
    undelivered.tell(by=sweep.SWEEP, at=AT)
    kill(about__isnull=False)
    assert undelivered.tell(by=sweep.SWEEP, at=AT + HOUR) == 0
    assert (len(told()), dead_letters.count()) == (3, 4)


def test_where_nobody_takes_anything_all_are_told_once_they_do(incident: Incident) -> None:
    kill(destination="legal@example.org")
    undelivered.tell(by=sweep.SWEEP, at=AT)
    kill(about__isnull=False)
    kill(destination="commander@example.org")
    undelivered.tell(by=sweep.SWEEP, at=AT + HOUR)
    waiting = Message.objects.filter(about__isnull=False, state="pending")
    assert factory.names(waiting.values_list("destination", flat=True)) == [
        "commander@example.org",
        "compliance@example.org",
        "root@example.org",
    ]
    assert not dead_letters.unescalated(limit=9)


def test_administrators_who_take_nothing_are_told_all_the_same() -> None:
    draft = outbox.Draft("k", "email", "root@example.org", "Test", "Text.", because="Trial.")
    outbox.enqueue([draft], by=PERSON, at=AT)
    kill(destination="root@example.org")
    undelivered.tell(by=sweep.SWEEP, at=AT)
    assert told() == ["root@example.org"]


def test_a_message_of_no_incident_is_told_to_the_administrators() -> None:
    draft = outbox.Draft("k", "email", "x@example.org", "Test", "Text.", because="Trial.")
    outbox.enqueue([draft], by=PERSON, at=AT)
    kill(destination="x@example.org")
    undelivered.tell(by=sweep.SWEEP, at=AT)
    assert told() == ["root@example.org"]


def test_a_fault_in_finding_people_still_reaches_the_administrators(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(releases, "pinned", broken)
    kill(destination="legal@example.org")
    assert undelivered.tell(by=sweep.SWEEP, at=AT) == 1
    assert told() == ["root@example.org"]


def test_one_that_fails_altogether_stops_no_other(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill(state="pending")
    first = Message.objects.order_by("number")[0]
    mark = dead_letters.mark_escalated

    def broken(message: Message, **given: Any) -> None:
        if message.id == first.id:
            raise RuntimeError("a fault of ours")
        mark(message, **given)

    monkeypatch.setattr(dead_letters, "mark_escalated", broken)
    assert undelivered.tell(by=sweep.SWEEP, at=AT) == 1
    assert [message.id for message in dead_letters.unescalated(limit=9)] == [first.id]


# --- the ladder ----------------------------------------------------------------------------------


def due(incident: Incident, step: str) -> Any:
    return Timer.objects.get(incident=incident, kind="escalation", step=step).due_at


def test_a_first_call_that_reached_nobody_starts_the_ladder_at_once(incident: Incident) -> None:
    kill(state="pending")
    undelivered.tell(by=sweep.SWEEP, at=AT + MINUTE)
    assert due(incident, "1") == AT + MINUTE


def test_one_that_reached_somebody_does_not(incident: Incident) -> None:
    kill(destination="legal@example.org")
    undelivered.tell(by=sweep.SWEEP, at=AT + MINUTE)
    assert due(incident, "1") == AT + 10 * MINUTE


def test_a_step_that_reached_nobody_makes_the_next_due_at_once(incident: Incident) -> None:
    firing.fire_due(by=sweep.SWEEP, at=AT + 10 * MINUTE)
    kill(destination="executive@example.org")
    undelivered.tell(by=sweep.SWEEP, at=AT + 11 * MINUTE)
    assert due(incident, "2") == AT + 11 * MINUTE


def test_an_acknowledged_incident_is_hurried_no_more(incident: Incident) -> None:
    kill(state="pending")
    before = due(incident, "1")
    flow.acknowledge(incident, by=PERSON, at=AT)
    undelivered.tell(by=sweep.SWEEP, at=AT + MINUTE)
    assert due(incident, "1") == before
