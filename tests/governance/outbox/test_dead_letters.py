"""What cannot be delivered is told of once and can be sent again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from governance.errors import Conflict
from governance.ledger import readings
from governance.ledger.models import Entry
from governance.outbox import backoff, dead_letters, outbox
from governance.outbox.models import Message
from tests import factory
from tests.governance.outbox.letters import AT, BY, INCIDENT, SECOND, claimed, deliver, kill, owe
from tests.live.mail import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(mail_server: MailServer, settings: Settings) -> MailServer:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    return mail_server


# --- replaying -----------------------------------------------------------------------------------


def test_a_replayed_message_is_due_at_once_under_the_same_id() -> None:
    message = kill(owe())
    again = dead_letters.replay(message, by=BY, at=AT + SECOND)
    assert (again.id, again.state, again.due_at) == (message.id, "pending", AT + SECOND)


def test_it_goes_out_with_the_id_that_it_had(mail: MailServer) -> None:
    dead_letters.replay(kill(owe()), by=BY, at=AT)
    assert deliver() == 1
    assert mail.messages[0]["Message-ID"] == f"<{Message.objects.get().id}@localhost>"


def test_it_has_as_many_attempts_as_a_new_one(mail: MailServer) -> None:
    message = kill(owe())
    Message.objects.update(attempts=backoff.MOST_ATTEMPTS)
    dead_letters.replay(message, by=BY, at=AT)
    mail.answer = "451 Try later"
    deliver()
    found = Message.objects.get()
    assert (found.state, found.tries) == ("pending", 1)
    assert found.due_at <= AT + 2 * SECOND


def test_an_attempt_from_before_the_replay_cannot_confirm_it() -> None:
    owe()
    (stale,) = outbox.claim(at=AT, limit=1)
    dead_letters.replay(kill(Message.objects.get()), by=BY, at=AT)
    outbox.claim(at=AT, limit=1)
    outbox._confirm(stale, "receipt", at=AT)
    assert Message.objects.get().state == "pending"


def test_replaying_is_an_entry_with_who_did_it() -> None:
    message = kill(owe())
    dead_letters.replay(message, by=factory.PERSON, at=AT)
    entry = Entry.objects.get(verb="message.replayed")
    assert (entry.object_id, entry.actor) == (str(message.id), str(factory.PERSON))


@pytest.mark.parametrize("state", ["pending", "sent"])
def test_what_is_not_dead_is_not_replayed(state: str) -> None:
    message = owe()
    Message.objects.update(state=state, sent_at=AT if state == "sent" else None)
    with pytest.raises(Conflict):
        dead_letters.replay(message, by=BY, at=AT)
    assert not Entry.objects.filter(verb="message.replayed").exists()


def test_several_are_replayed_together_and_the_living_left_alone() -> None:
    kill(owe("a"))
    kill(owe("b", to="b@example.org"))
    owe("c", to="c@example.org")
    assert dead_letters.replay_all(Message.objects.all(), by=BY, at=AT) == 2
    assert Entry.objects.filter(verb="message.replayed").count() == 2


def test_they_are_recorded_in_the_order_of_writing() -> None:
    written = [str(kill(owe(each)).id) for each in ("b", "c", "a")]
    dead_letters.replay_all(Message.objects.order_by("key"), by=BY, at=AT)
    replayed = Entry.objects.filter(verb="message.replayed").order_by("id")
    assert list(replayed.values_list("object_id", flat=True)) == written


def test_many_take_no_more_queries_than_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for each in range(10):
        kill(owe(str(each)))
    with django_assert_max_num_queries(6):  # a savepoint begun and ended among them
        assert dead_letters.replay_all(Message.objects.all(), by=BY, at=AT) == 10


def test_why_it_failed_before_is_kept_in_the_record_alone() -> None:
    again = dead_letters.replay(kill(owe()), by=BY, at=AT)
    assert again.last_error == ""
    held = readings.of(Entry.objects.get(verb="message.replayed")).personal
    assert "550 No such person" in held["error"].value


def test_one_that_was_replayed_before_is_told_of_again_when_it_dies_again() -> None:
    message = kill(owe())
    dead_letters.mark_escalated(message, told=[], by=BY, at=AT)
    dead_letters.replay(message, by=BY, at=AT)
    kill(message)
    assert dead_letters.unescalated(limit=10) == [message]


# --- escalating ----------------------------------------------------------------------------------


def test_a_dead_message_waits_to_be_told_of() -> None:
    message = kill(owe())
    owe("alive")
    assert dead_letters.unescalated(limit=10) == [message]


def test_what_was_told_of_does_not_wait_any_more() -> None:
    dead_letters.mark_escalated(kill(owe()), told=["b@example.org"], by=BY, at=AT)
    assert dead_letters.unescalated(limit=10) == []
    held = readings.of(Entry.objects.get(verb="message.escalated")).personal
    assert held["told"].value == ["b@example.org"]


def test_it_is_told_of_once() -> None:
    message = kill(owe())
    dead_letters.mark_escalated(message, told=[], by=BY, at=AT)
    with pytest.raises(Conflict):
        dead_letters.mark_escalated(message, told=[], by=BY, at=AT)


def test_a_dead_message_about_a_dead_message_is_counted_and_not_told_of() -> None:
    kill(owe("about", about=INCIDENT))
    assert dead_letters.unescalated(limit=10) == []
    assert dead_letters.count() == 1


def test_only_the_dead_can_be_marked_in_the_database() -> None:
    owe()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(escalated_at=AT)


# --- who can be told -----------------------------------------------------------------------------


def test_an_address_whose_last_message_died_is_unreachable() -> None:
    kill(owe())
    owe("later")
    found = dead_letters.unreachable("email", ["a@example.org", "b@example.org"])
    assert found == {"a@example.org"}


def test_an_address_that_took_a_later_message_is_reachable_again() -> None:
    kill(owe())
    owe("later")
    Message.objects.filter(key="later").update(state="sent", sent_at=AT)
    assert dead_letters.unreachable("email", ["a@example.org"]) == frozenset()


def test_an_occasion_is_lost_when_all_of_its_messages_are_dead() -> None:
    kill(owe("a", occasion="step"))
    second = owe("b", to="b@example.org", occasion="step")
    assert not dead_letters.all_dead("step", incident_id=INCIDENT)
    kill(second)
    assert dead_letters.all_dead("step", incident_id=INCIDENT)


def test_an_occasion_without_messages_is_not_lost() -> None:
    assert not dead_letters.all_dead("step", incident_id=INCIDENT)


def test_a_dead_message_is_left_alone_until_somebody_replays_it() -> None:
    kill(owe())
    assert claimed(AT + timedelta(days=9)) == []
