"""E-mail over SMTP, against real servers on loopback."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pytest_django import Settings

from governance.connectors.contract import DeliveryError, Parcel
from governance.connectors.email.channel import EmailChannel
from governance.embedded.addresses import own_port
from tests.live.certificates import Authority
from tests.live.mail import MailServer

KEY = UUID("01890000-0000-7000-8000-000000000001")


@pytest.fixture
def mail(mail_server: MailServer, settings: Settings) -> MailServer:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.DEFAULT_FROM_EMAIL = "bylaw@example.org"
    settings.PUBLIC_URL = "https://bylaw.example.org:8443"
    return mail_server


def parcel(to: str = "a@example.org", *, subject: str = "News") -> Parcel:
    return Parcel(KEY, to, subject, "Grüße.\n")


def failing(given: Parcel) -> DeliveryError:
    channel = EmailChannel()
    with pytest.raises(DeliveryError) as raised:
        channel.deliver(given)
    channel.close()
    return raised.value


def test_the_headers_say_who_what_and_that_no_person_sent_it(mail: MailServer) -> None:
    channel = EmailChannel()
    receipt = channel.deliver(parcel())
    channel.close()
    (message,) = mail.messages
    assert receipt == message["Message-ID"] == f"<{KEY}@bylaw.example.org>"
    assert (message["From"], message["Auto-Submitted"]) == ("bylaw@example.org", "auto-generated")


def test_words_beyond_ascii_arrive(mail: MailServer) -> None:
    channel = EmailChannel()
    channel.deliver(parcel(subject="Übung"))
    channel.close()
    (message,) = mail.messages
    assert (message["Subject"], message.get_content().strip()) == ("Übung", "Grüße.")


def test_several_parcels_go_over_one_connection(mail: MailServer) -> None:
    channel = EmailChannel()
    channel.deliver(parcel())
    first = channel._connection
    channel.deliver(parcel())
    assert channel._connection is first
    channel.close()


@pytest.mark.parametrize(("answer", "permanent"), [("450 busy", False), ("554 refused", True)])
def test_the_code_says_whether_it_is_permanent(
    mail: MailServer, answer: str, *, permanent: bool
) -> None:
    mail.answer = answer
    error = failing(parcel())
    assert (error.permanent, answer[4:] in str(error)) == (permanent, True)


def test_a_channel_delivers_again_after_a_failure(mail: MailServer) -> None:
    channel = EmailChannel()
    mail.answer = "421 closing"
    with pytest.raises(DeliveryError):
        channel.deliver(parcel())
    mail.answer = "250 kept"
    channel.deliver(parcel())
    channel.close()
    assert len(mail.messages) == 1


def test_a_server_that_went_away_is_transient(mail: MailServer) -> None:
    channel = EmailChannel()
    channel.deliver(parcel())
    mail.stop()
    with pytest.raises(DeliveryError) as raised:
        channel.deliver(parcel())
    assert not raised.value.permanent


@pytest.mark.parametrize("subject", ["Two\nlines", "Bcc\r\nBcc: b@example.org"])
def test_a_header_that_no_mail_can_carry_is_permanent(mail: MailServer, subject: str) -> None:
    assert failing(parcel(subject=subject)).permanent


def test_no_address_is_no_delivery(mail: MailServer) -> None:
    assert failing(parcel("")).permanent


# --- refusals ------------------------------------------------------------------------------------


class _Choosy:
    """Refuses senders and recipients whose names begin with the words of the refusal."""

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("stranger"):
            return "550 5.7.1 You may not send from there"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 No such person"
        if address.startswith("full"):
            return "552 5.2.2 Mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def _only(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> object:
    """Knows one user."""
    right = isinstance(data, LoginPassword) and data.password == b"right"
    return AuthResult(success=right, handled=False)


@pytest.fixture
def choosy(mail: MailServer, settings: Settings) -> Iterator[None]:
    settings.EMAIL_PORT = own_port()
    controller = Controller(
        _Choosy(),
        hostname="127.0.0.1",
        port=settings.EMAIL_PORT,
        authenticator=_only,
        auth_require_tls=False,
    )
    controller.start()
    yield
    controller.stop()


def test_an_unknown_recipient_is_permanent(choosy: None) -> None:
    error = failing(parcel("nobody@example.org"))
    assert (error.permanent, "No such person" in str(error)) == (True, True)


def test_a_full_mailbox_is_tried_again(choosy: None) -> None:
    error = failing(parcel("full@example.org"))
    assert (error.permanent, error.reach) == (False, "destination")


def test_a_sender_that_may_not_send_is_our_fault_and_no_dead_address(
    choosy: None, settings: Settings
) -> None:
    settings.DEFAULT_FROM_EMAIL = "stranger@example.org"
    error = failing(parcel())
    assert (error.permanent, error.ours, error.reach) == (False, True, "channel")


def test_a_wrong_password_is_our_fault_and_no_dead_address(
    choosy: None, settings: Settings
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "bylaw", "wrong"
    error = failing(parcel())
    assert (error.permanent, error.ours) == (False, True)
    assert "wrong" not in str(error)


@contextmanager
def greeting(words: bytes) -> Iterator[int]:
    """A port that says this and no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as caller:
                caller.sendall(words)
                while caller.recv(100):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_a_server_that_wants_nothing_to_do_with_us_is_no_dead_address(settings: Settings) -> None:
    with greeting(b"554 5.7.1 Your address is on a list\r\n") as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        error = failing(parcel())
    assert (error.permanent, error.ours, error.reach) == (False, True, "channel")


def test_a_refused_hello_is_our_fault_and_no_dead_address(settings: Settings) -> None:
    with greeting(b"220 Hello\r\n" + b"501 5.5.2 That is no name\r\n" * 2 + b"221 Bye\r\n") as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        error = failing(parcel())
    assert (error.permanent, error.ours, error.reach) == (False, True, "channel")


def test_a_server_that_keeps_us_waiting_is_not_asked_for_every_message(
    mail: MailServer, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    mail.hold = 1
    error = failing(parcel())
    assert (error.permanent, error.reach) == (False, "channel")


# --- secured connections -------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path, settings: Settings) -> Authority:
    """One that the operator trusts."""
    found = Authority(tmp_path)
    settings.SMTP_CA = str(found.file)
    return found


@pytest.fixture
def secured(authority: Authority, settings: Settings) -> Iterator[Callable[[str], MailServer]]:
    """Starts a server that insists on STARTTLS, with a certificate for this name."""
    started = []

    def start(name: str) -> MailServer:
        server = MailServer(starttls=authority.server(name))
        server.start()
        started.append(server)
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", server.port
        settings.EMAIL_USE_TLS = True
        return server

    yield start
    for server in started:
        server.stop()


def test_mail_goes_over_a_secured_connection(secured: Callable[[str], MailServer]) -> None:
    server = secured("localhost")
    channel = EmailChannel()
    channel.deliver(parcel())
    channel.close()
    assert len(server.messages) == 1


def test_a_certificate_of_another_name_gets_no_mail(
    secured: Callable[[str], MailServer],
) -> None:
    server = secured("mail.example.org")
    error = failing(parcel())
    assert (error.permanent, error.ours, server.messages) == (False, True, [])
    assert "Hostname mismatch" in str(error)


def test_a_certificate_of_an_unknown_authority_gets_no_mail(
    secured: Callable[[str], MailServer], settings: Settings
) -> None:
    server = secured("localhost")
    settings.SMTP_CA = ""
    error = failing(parcel())
    assert (error.permanent, error.ours, server.messages) == (False, True, [])


def test_a_server_without_starttls_gets_no_mail_where_it_is_wanted(
    mail: MailServer, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True
    error = failing(parcel())
    assert (error.permanent, error.ours, mail.messages) == (False, True, [])


def test_a_server_that_insists_on_security_gets_it_or_is_our_fault(
    secured: Callable[[str], MailServer], settings: Settings
) -> None:
    secured("localhost")
    settings.EMAIL_USE_TLS = False
    error = failing(parcel())
    assert (error.permanent, error.ours) == (False, True)
