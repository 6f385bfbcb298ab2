"""E-mail over SMTP, against a real server on loopback."""

from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from governance.connectors.contract import DeliveryError, Parcel
from governance.connectors.email import EmailChannel
from governance.embedded.valkey import free_port
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


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("450 busy", False), ("421 closing", False), ("552 full", True), ("554 refused", True)],
)
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


class _Choosy:
    """Refuses recipients at RCPT, as a mail host that knows its people does."""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 No such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def test_an_unknown_recipient_is_permanent(mail: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = free_port()
    controller = Controller(_Choosy(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.start()
    error = failing(parcel("nobody@example.org"))
    controller.stop()
    assert (error.permanent, "No such person" in str(error)) == (True, True)
