"""A conversation with a mail server has an end, whatever the server does."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from governance.connectors.contract import DeliveryError, Parcel
from governance.connectors.email import smtp
from governance.connectors.email.channel import EmailChannel
from tests.live.certificates import Authority
from tests.live.mail import MailServer

PARCEL = Parcel(UUID(int=7), "a@example.org", "News", "Text.\n")
LIMIT = 1.0


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.EMAIL_HOST = "127.0.0.1"
    settings.OUTBOX_SEND_SECONDS = 2 * LIMIT  # half of it to connect, half of it to send
    settings.EMAIL_TIMEOUT = 20  # so that it is never this one that ends a conversation


@pytest.fixture
def mail(mail_server: MailServer, settings: Settings) -> MailServer:
    settings.EMAIL_PORT = mail_server.port
    return mail_server


@pytest.fixture
def listener(settings: Settings) -> Iterator[socket.socket]:
    """Takes connections; what is said is the test's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_PORT = server.getsockname()[1]
        yield server


def failing(channel: EmailChannel) -> tuple[DeliveryError, float]:
    """How it ended, and after how long."""
    began = time.monotonic()
    with pytest.raises(DeliveryError) as raised:
        channel.deliver(PARCEL)
    return raised.value, time.monotonic() - began


def drip(server: socket.socket, wrap: Callable[[socket.socket], socket.socket]) -> None:
    """Greets, a byte every tenth of a second, for half a minute."""
    line = wrap(server.accept()[0])
    try:
        for byte in b"220-slow\r\n" * 30:
            line.send(bytes([byte]))
            time.sleep(0.1)
    except OSError:
        line.close()


@pytest.fixture
def dripping(listener: socket.socket) -> Iterator[None]:
    thread = threading.Thread(target=drip, args=(listener, lambda line: line))
    thread.start()
    yield
    thread.join(5)


def test_a_server_that_greets_a_byte_at_a_time_is_left(dripping: None) -> None:
    error, lasted = failing(EmailChannel())
    assert (error.permanent, "longer than 1 s" in str(error)) == (False, True)
    assert LIMIT <= lasted < 10


def test_a_server_that_answers_a_byte_at_a_time_is_left(mail: MailServer) -> None:
    channel = EmailChannel()
    channel.deliver(PARCEL)
    mail.drip = 0.2
    error, lasted = failing(channel)
    assert (error.permanent, "longer than 1 s" in str(error)) == (False, True)
    assert LIMIT <= lasted < 10


def test_after_it_was_left_the_next_message_has_a_conversation_of_its_own(mail: MailServer) -> None:
    channel = EmailChannel()
    mail.drip, mail.dripped = 0.2, {PARCEL.destination}
    failing(channel)
    mail.drip = 0
    channel.deliver(PARCEL)
    channel.close()
    assert len(mail.messages) == 1


def test_saying_goodbye_takes_no_longer_than_it_is_worth(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_GOODBYE", 0.3)
    channel = EmailChannel()
    channel.deliver(PARCEL)
    mail.drip = 1.0
    began = time.monotonic()
    channel.close()
    assert time.monotonic() - began < 10


def test_an_answer_within_the_time_is_waited_for(mail: MailServer) -> None:
    mail.drip = 0.001
    channel = EmailChannel()
    channel.deliver(PARCEL)
    channel.close()
    assert len(mail.messages) == 1


def test_a_server_that_takes_a_message_and_dies_is_transient(mail: MailServer) -> None:
    mail.deaths = 1
    channel = EmailChannel()
    error, _ = failing(channel)
    assert not error.permanent
    channel.deliver(PARCEL)
    channel.close()
    assert len({str(each["Message-ID"]) for each in mail.messages}) == 1
    assert len(mail.messages) == 2


def test_a_handshake_that_never_ends_is_left(listener: socket.socket, settings: Settings) -> None:
    settings.EMAIL_USE_SSL = True
    error, lasted = failing(EmailChannel())
    assert (error.permanent, LIMIT <= lasted < 10) == (False, True)


def test_behind_tls_too_a_server_that_drips_is_left(
    listener: socket.socket, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    settings.EMAIL_USE_SSL, settings.EMAIL_HOST = True, "localhost"
    context: ssl.SSLContext = authority.server("localhost")
    secure = lambda line: context.wrap_socket(line, server_side=True)  # noqa: E731
    thread = threading.Thread(target=drip, args=(listener, secure))
    thread.start()
    error, lasted = failing(EmailChannel())
    thread.join(5)
    assert (error.permanent, "longer than 1 s" in str(error)) == (False, True)
    assert LIMIT <= lasted < 10


Lookup = Callable[[], list[str]]


@pytest.fixture
def named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[Lookup], None]:
    """Gives the mail server a name that is looked up so."""
    real = socket.getaddrinfo

    def name(lookup: Lookup) -> None:
        def found(host: str, *more: Any, **named: Any) -> list[Any]:
            hosts = lookup() if host == "mail.example" else [host]
            return [each for host in hosts for each in real(host, *more, **named)]

        settings.EMAIL_HOST = "mail.example"
        monkeypatch.setattr(socket, "getaddrinfo", found)

    return name


def test_of_several_addresses_the_one_that_answers_is_taken(
    mail: MailServer, named: Callable[[Lookup], None]
) -> None:
    named(lambda: ["127.0.0.9", "127.0.0.1"])
    channel = EmailChannel()
    channel.deliver(PARCEL)
    channel.close()
    assert len(mail.messages) == 1


def test_a_name_server_that_does_not_answer_is_left(
    mail: MailServer, named: Callable[[Lookup], None], settings: Settings
) -> None:
    over = Event()

    def hang() -> list[str]:
        over.wait(5)
        return []

    named(hang)
    settings.EMAIL_TIMEOUT = 0.5
    error, lasted = failing(EmailChannel())
    over.set()
    assert (error.permanent, error.reach) == (False, "channel")
    assert "name server" in str(error)
    assert lasted < 4


@pytest.mark.parametrize("name", ["nowhere.invalid", "a..b", "x" * 70])
def test_a_name_that_cannot_be_resolved_is_transient(
    mail: MailServer, settings: Settings, name: str
) -> None:
    settings.EMAIL_HOST = name
    error, _ = failing(EmailChannel())
    assert (error.permanent, error.reach) == (False, "channel")
