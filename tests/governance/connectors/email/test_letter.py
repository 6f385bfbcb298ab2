"""A parcel as a mail: its parts, and the headers by which mail programs sort and thread it."""

from dataclasses import replace
from email.message import EmailMessage
from uuid import UUID

import pytest
from pytest_django import Settings

from governance.connectors.contract import Parcel
from governance.connectors.email.channel import EmailChannel
from tests.live.mail import MailServer

KEY = UUID("01890000-0000-7000-8000-000000000001")
THREAD = UUID("01890000-0000-7000-8000-00000000000a")
PLAIN = Parcel(KEY, "a@example.org", "News", "Grüße.\n")
INCIDENT = replace(PLAIN, html="<p>Grüße.</p>", thread=THREAD, incident="INC-2026-000001")


@pytest.fixture
def mail(mail_server: MailServer, settings: Settings) -> MailServer:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.PUBLIC_URL = "https://bylaw.example.org:8443"
    return mail_server


def arrived(mail: MailServer, parcel: Parcel) -> EmailMessage:
    channel = EmailChannel()
    channel.deliver(parcel)
    channel.close()
    return mail.messages[-1]


def test_a_message_of_words_only_has_one_part(mail: MailServer) -> None:
    message = arrived(mail, PLAIN)
    assert (message.get_content_type(), message.get_content().strip()) == ("text/plain", "Grüße.")


def test_html_comes_as_the_other_form_of_the_text_and_after_it(mail: MailServer) -> None:
    message = arrived(mail, INCIDENT)
    parts = [part.get_content_type() for part in message.iter_parts()]
    assert (message.get_content_type(), parts) == (
        "multipart/alternative",
        ["text/plain", "text/html"],
    )


def test_both_parts_have_their_words(mail: MailServer) -> None:
    text, html = arrived(mail, INCIDENT).iter_parts()
    assert text.get_content().strip() == "Grüße."
    assert html.get_content().strip() == "<p>Grüße.</p>"


def test_messages_of_one_incident_have_one_root(mail: MailServer) -> None:
    first = arrived(mail, INCIDENT)
    second = arrived(mail, replace(INCIDENT, id=UUID(int=KEY.int + 1)))
    root = f"<incident.{THREAD}@bylaw.example.org>"
    assert first["References"] == second["References"] == second["In-Reply-To"] == root
    assert first["Message-ID"] != second["Message-ID"]


def test_filters_can_sort_by_incident_and_list(mail: MailServer) -> None:
    message = arrived(mail, INCIDENT)
    assert message["X-Bylaw-Incident"] == "INC-2026-000001"
    assert message["List-ID"] == "Incidents <incidents.bylaw.example.org>"


def test_a_message_without_an_incident_belongs_to_no_thread(mail: MailServer) -> None:
    message = arrived(mail, PLAIN)
    assert not {"References", "In-Reply-To", "X-Bylaw-Incident", "List-ID"} & set(message.keys())


def test_no_program_is_to_answer_it(mail: MailServer) -> None:
    message = arrived(mail, PLAIN)
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == (
        "auto-generated",
        "All",
    )
