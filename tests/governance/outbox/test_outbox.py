"""The outbox: owed once, delivered at least once, over a real mail server on loopback."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings
from structlog.testing import capture_logs

from governance.connectors.contract import DeliveryError, Parcel, Reach
from governance.ledger import commitments, ledger
from governance.ledger.models import Entry
from governance.outbox import backoff, outbox, records
from governance.outbox import round as round_module
from governance.outbox.models import Message
from tests.live.mail import MailServer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BY = ledger.system("test")


@pytest.fixture(autouse=True)
def lease(settings: Settings) -> None:
    settings.OUTBOX_LEASE_SECONDS = 60


@pytest.fixture
def mail(mail_server: MailServer, settings: Settings) -> MailServer:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    return mail_server


def draft(key: str = "k1", *, to: str = "a@example.org", subject: str = "News") -> outbox.Draft:
    return outbox.Draft(key, "email", to, subject, "Text.\n", because="You asked.")


def owed(*keys: str, at: datetime = AT) -> list[Message]:
    return list(outbox.enqueue([draft(key) for key in keys or ("k1",)], by=BY, at=at))


def at(instant: datetime) -> Callable[[], datetime]:
    return lambda: instant


def deliver(instant: datetime = AT) -> int:
    return outbox.deliver(outbox.claim(at=instant, limit=10), now=at(instant))


def only() -> Message:
    return Message.objects.get()


# --- owing ---------------------------------------------------------------------------------------


def test_a_message_is_due_at_once() -> None:
    owed()
    assert (only().state, only().due_at) == ("pending", AT)


def test_the_same_key_is_owed_once() -> None:
    owed("k1")
    assert owed("k1") == []
    assert Message.objects.count() == 1


def test_the_same_key_twice_in_one_call_is_owed_once() -> None:
    assert len(owed("k1", "k1")) == 1


def test_a_message_that_was_sent_is_not_owed_again(mail: MailServer) -> None:
    owed()
    deliver()
    owed()
    assert deliver(AT + SECOND) == 0


def test_each_message_has_its_entry() -> None:
    owed("k1", "k2")
    owed("k1")
    assert Entry.objects.filter(verb="message.queued").count() == 2


def test_the_entry_commits_to_what_the_message_says() -> None:
    owed("k1")
    after = json.loads(Entry.objects.get(verb="message.queued").body)["after"]
    assert after["content"] == commitments.of(only().salt, records.content(only()))


def test_another_text_does_not_fit_the_commitment() -> None:
    owed("k1")
    after = json.loads(Entry.objects.get(verb="message.queued").body)["after"]
    message = only()
    message.text += "!"
    assert after["content"] != commitments.of(message.salt, records.content(message))


def test_the_entry_holds_neither_address_nor_words() -> None:
    owed("k1")
    body, message = Entry.objects.get(verb="message.queued").body, only()
    assert not any(each in body for each in (message.destination, message.subject, message.text))


def test_a_subject_of_several_lines_becomes_one() -> None:
    outbox.enqueue([draft(subject="Two\nlines\r\n")], by=BY, at=AT)
    assert only().subject == "Two lines"


# --- claiming ------------------------------------------------------------------------------------


def test_a_claimed_message_is_not_claimed_again() -> None:
    owed()
    outbox.claim(at=AT, limit=10)
    assert outbox.claim(at=AT + 59 * SECOND, limit=10) == []


def test_an_expired_lease_comes_back() -> None:
    owed()
    outbox.claim(at=AT, limit=10)
    assert len(outbox.claim(at=AT + 60 * SECOND, limit=10)) == 1


def test_the_oldest_come_first_and_no_more_than_asked() -> None:
    owed("late", at=AT + SECOND)
    owed("early", "middle", at=AT)
    assert {each.key for each in outbox.claim(at=AT + SECOND, limit=2)} == {"early", "middle"}


def test_what_is_not_due_yet_stays() -> None:
    owed(at=AT + SECOND)
    assert outbox.claim(at=AT, limit=10) == []


# --- delivering ----------------------------------------------------------------------------------


def test_a_message_goes_out_with_its_words(mail: MailServer) -> None:
    owed()
    assert deliver() == 1
    (message,) = mail.to("a@example.org")
    assert (message["Subject"], message.get_content().strip()) == ("News", "Text.")


def test_what_went_out_is_confirmed(mail: MailServer) -> None:
    owed()
    deliver()
    assert (only().state, only().sent_at, only().lease_until) == ("sent", AT, None)


def test_sending_is_an_entry_with_the_receipt(mail: MailServer) -> None:
    owed()
    deliver()
    assert str(only().id) in Entry.objects.get(verb="message.sent").body


def test_every_attempt_has_the_same_message_id(mail: MailServer) -> None:
    owed()
    outbox.deliver(outbox.claim(at=AT, limit=10), now=at(AT))
    Message.objects.update(state="pending", sent_at=None, lease_until=None)  # never confirmed
    deliver(AT + SECOND)
    first, second = mail.messages
    assert first["Message-ID"] == second["Message-ID"] == f"<{only().id}@localhost>"


def test_a_lost_lease_is_not_sent(mail: MailServer) -> None:
    owed()
    mine = outbox.claim(at=AT, limit=10)
    outbox.claim(at=AT + 60 * SECOND, limit=10)
    assert outbox.deliver(mine, now=at(AT + 61 * SECOND)) == 0
    assert mail.messages == []


def test_a_lease_lost_while_sending_is_not_confirmed(mail: MailServer) -> None:
    owed()
    (mine,) = outbox.claim(at=AT, limit=10)
    outbox.claim(at=AT + 60 * SECOND, limit=10)
    outbox._confirm(mine, "receipt", at=AT + 61 * SECOND)
    assert only().state == "pending"
    assert not Entry.objects.filter(verb="message.sent").exists()


def test_a_mail_server_that_does_not_answer_defers(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    owed()
    deliver()
    message = only()
    assert message.state == "pending"
    assert AT + SECOND <= message.due_at <= AT + 2 * SECOND
    assert "127.0.0.1:9 does not answer" in message.last_error


@pytest.mark.parametrize(
    ("answer", "state"), [("451 Try later", "pending"), ("550 No such person", "dead")]
)
def test_the_answer_decides_whether_to_try_again(mail: MailServer, answer: str, state: str) -> None:
    mail.answer = answer
    owed()
    deliver()
    assert (only().state, answer[4:] in only().last_error) == (state, True)


def test_a_deferred_message_goes_out_later(mail: MailServer) -> None:
    mail.answer = "451 Try later"
    owed()
    deliver()
    mail.answer = "250 kept"
    assert deliver(AT + 2 * SECOND) == 1


def test_the_last_attempt_makes_it_undeliverable(mail: MailServer) -> None:
    mail.answer = "451 Try later"
    owed()
    Message.objects.update(attempts=backoff.MOST_ATTEMPTS - 1)
    deliver()
    assert only().state == "dead"
    assert Entry.objects.filter(verb="message.undeliverable").exists()


def test_a_dead_message_is_left_alone(mail: MailServer) -> None:
    mail.answer = "550 No such person"
    owed()
    deliver()
    assert outbox.claim(at=AT + timedelta(days=9), limit=10) == []


def test_a_refused_message_does_not_stop_the_next(mail: MailServer) -> None:
    outbox.enqueue([draft("a", to=""), draft("b")], by=BY, at=AT)
    assert deliver() == 1
    assert len(mail.to("a@example.org")) == 1


def test_a_message_that_no_channel_can_carry_does_not_stop_the_next(mail: MailServer) -> None:
    owed("a")
    Message.objects.update(channel="pigeon")
    owed("b", at=AT + SECOND)
    assert deliver(AT + SECOND) == 1
    broken = Message.objects.get(channel="pigeon")
    assert (broken.state, broken.due_at > AT + SECOND) == ("pending", True)


# --- a batch that meets trouble ------------------------------------------------------------------


class Silent:
    """A channel on which nobody answers."""

    asked: list[str] = []

    def __init__(self, reach: Reach) -> None:
        self._reach: Reach = reach

    def deliver(self, parcel: Parcel) -> str:
        self.asked.append(parcel.destination)
        raise DeliveryError("Silence.", permanent=False, reach=self._reach)

    def close(self) -> None:
        pass


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Callable[[Reach], list[str]]:
    """The channels `pigeon` and `owl`, whose failures reach that far; returns whom they asked."""

    def of(reach: Reach) -> list[str]:
        Silent.asked = []
        channels = dict.fromkeys(("pigeon", "owl"), lambda: Silent(reach))
        monkeypatch.setattr(round_module, "CHANNELS", channels)
        return Silent.asked

    return of


def owe_three() -> None:
    drafts = [draft("a", to="x"), draft("b", to="x"), draft("c", to="y")]
    outbox.enqueue([replace(each, channel="pigeon") for each in drafts], by=BY, at=AT)


@pytest.mark.parametrize(("reach", "asked"), [("message", 3), ("destination", 2), ("channel", 1)])
def test_who_kept_us_waiting_is_not_asked_for_every_message(
    silent: Callable[[Reach], list[str]], reach: Reach, asked: int
) -> None:
    found = silent(reach)
    owe_three()
    deliver()
    assert len(found) == asked
    assert set(Message.objects.values_list("state", "last_error")) == {("pending", "Silence.")}


def test_the_next_batch_asks_again(silent: Callable[[Reach], list[str]]) -> None:
    found = silent("channel")
    owe_three()
    deliver()
    deliver(AT + 9 * SECOND)
    assert len(found) == 2


def test_a_silent_channel_does_not_silence_another(silent: Callable[[Reach], list[str]]) -> None:
    found = silent("channel")
    owe_three()
    outbox.enqueue([replace(draft("d", to="z"), channel="owl")], by=BY, at=AT)
    deliver()
    assert sorted(found) == ["x", "z"]


def test_a_batch_that_takes_too_long_hands_back_what_it_has_not_come_to(mail: MailServer) -> None:
    owed("a", "b", "c")
    claimed = outbox.claim(at=AT, limit=10)
    ticks = iter([AT, AT, AT + timedelta(minutes=2)])
    until = AT + timedelta(minutes=1)
    assert outbox.deliver(claimed, now=lambda: next(ticks), until=until) == 1
    left = Message.objects.filter(state="pending")
    assert set(left.values_list("attempts", "lease_until")) == {(0, None)}


def test_the_other_sides_wish_to_wait_is_granted() -> None:
    owed()
    (message,) = outbox.claim(at=AT, limit=1)
    asked = DeliveryError("429", permanent=False, retry_after=timedelta(minutes=20))
    outbox._defer(message, asked, at=AT)
    assert timedelta(minutes=20) <= only().due_at - AT <= timedelta(minutes=22)


def test_a_fault_of_ours_is_logged_as_an_error() -> None:
    owed()
    (message,) = outbox.claim(at=AT, limit=1)
    with capture_logs() as logs:
        outbox._defer(message, DeliveryError("535", permanent=False, ours=True), at=AT)
    assert [(each["log_level"], each["ours"]) for each in logs] == [("error", True)]


def test_what_a_server_says_is_kept_without_what_a_database_refuses(mail: MailServer) -> None:
    owed()
    (message,) = outbox.claim(at=AT, limit=1)
    outbox._defer(message, DeliveryError("5\x0050\x1b[31m no", permanent=True), at=AT)
    assert only().last_error == "5 50 [31m no"
