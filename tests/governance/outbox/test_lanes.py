"""Messages of one incident to one destination leave in the order in which they were written."""

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from governance.outbox import dead_letters, outbox
from governance.outbox.models import Message
from tests.governance.outbox.letters import (
    AT,
    BY,
    INCIDENT,
    OTHER,
    SECOND,
    claimed,
    deliver,
    draft,
    kill,
    owe,
)
from tests.live.mail import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(mail_server: MailServer, settings: Settings) -> MailServer:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    return mail_server


def test_only_the_first_of_a_lane_is_claimed() -> None:
    owe("first")
    owe("second")
    assert claimed() == ["first"]


def test_the_second_waits_while_the_first_is_on_its_way() -> None:
    owe("first")
    owe("second")
    outbox.claim(at=AT, limit=10)
    assert claimed() == []


def test_the_second_leaves_once_the_first_is_sent(mail: MailServer) -> None:
    owe("first", subject="One")
    owe("second", subject="Two")
    assert (deliver(), deliver()) == (1, 1)
    assert [message["Subject"] for message in mail.messages] == ["One", "Two"]


def test_the_order_is_that_of_writing_and_not_of_the_clock() -> None:
    owe("written first by a slow clock", at=AT + SECOND)
    owe("written second", at=AT)
    assert claimed(AT) == []
    assert claimed(AT + SECOND) == ["written first by a slow clock"]


def test_messages_written_together_keep_their_order() -> None:
    drafts = [draft(str(each), incident_id=INCIDENT) for each in range(5)]
    outbox.enqueue(drafts, by=BY, at=AT)
    found = Message.objects.order_by("number").values_list("key", flat=True)
    assert list(found) == ["0", "1", "2", "3", "4"]


def test_a_deferred_message_holds_back_what_comes_after_it(mail: MailServer) -> None:
    owe("first")
    owe("second")
    mail.answer = "451 Try later"
    deliver()
    assert claimed() == []
    assert claimed(AT + 2 * SECOND) == ["first"]


def test_what_waits_is_not_looked_at_before_the_one_it_waits_for(mail: MailServer) -> None:
    owe("first")
    owe("second")
    mail.answer = "451 Try later"
    deliver()
    first, second = Message.objects.order_by("number")
    assert second.due_at == first.due_at > AT


def test_what_waited_is_due_at_once_when_the_first_is_sent(mail: MailServer) -> None:
    owe("first")
    owe("second")
    mail.answer = "451 Try later"
    deliver()
    Message.objects.filter(key="second").update(due_at=AT + timedelta(hours=1))
    mail.answer = "250 kept"
    deliver(AT + 2 * SECOND)
    assert Message.objects.get(key="second").due_at == AT + 2 * SECOND


def test_a_dead_letter_frees_its_lane(mail: MailServer) -> None:
    owe("first")
    owe("second")
    mail.answer = "550 No such person"
    deliver()
    assert claimed() == ["second"]


def test_a_replayed_message_is_first_again() -> None:
    first = kill(owe("first"))
    owe("second")
    dead_letters.replay(first, by=BY, at=AT)
    assert claimed() == ["first"]


@pytest.mark.parametrize(
    "other", [{"to": "b@example.org"}, {"channel": "webhook"}, {"incident": OTHER}]
)
def test_another_destination_channel_or_incident_is_another_lane(other: dict[str, str]) -> None:
    owe("first")
    incident = other.pop("incident", INCIDENT)
    outbox.enqueue([draft("second", incident_id=incident, **other)], by=BY, at=AT)
    assert sorted(claimed()) == ["first", "second"]


def test_messages_without_an_incident_have_no_order() -> None:
    outbox.enqueue([draft("a"), draft("b")], by=BY, at=AT)
    assert sorted(claimed()) == ["a", "b"]


def test_claiming_reads_the_two_indexes_of_what_waits_and_never_the_table() -> None:
    drafts = [
        draft(f"{lane}:{each}", to=f"{lane}@example.org", incident_id=INCIDENT)
        for lane in range(200)
        for each in range(20)
    ]
    outbox.enqueue(drafts, by=BY, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_message")
    plan = outbox.due(at=AT)[:50].explain()
    assert "outbox_pending" in plan
    assert "outbox_lane" in plan
    assert "Seq Scan" not in plan
