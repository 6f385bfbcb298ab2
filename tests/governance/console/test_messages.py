"""The pages of messages: how each attempt went, and sending again."""

import pytest
from django.http import HttpResponse
from django.urls import reverse
from pytest_django import Settings

from governance.ledger.models import Entry
from governance.outbox.models import Message
from tests.governance.outbox.letters import deliver, kill, owe
from tests.incidents.admin.desk import Desk, desk, text
from tests.live.mail import MailServer

pytestmark = pytest.mark.django_db
MESSAGES = "outbox_message"


@pytest.fixture
def responder() -> Desk:
    return desk("responder")


@pytest.fixture
def executive() -> Desk:
    """Reads, and may do nothing."""
    return desk("executive")


def choose(desk_: Desk, *messages: Message, **more: str) -> HttpResponse:
    """As the page to confirm sends it; without `confirmed`, as the list does."""
    data = {
        "action": "replay",
        "index": "0",
        "_selected_action": [str(message.id) for message in messages],
        **more,
    }
    return desk_.client.post(reverse("admin:outbox_message_changelist"), data)


def states() -> list[str]:
    return list(Message.objects.order_by("number").values_list("state", flat=True))


def test_an_undeliverable_message_is_sent_again_from_its_page(responder: Desk) -> None:
    message = kill(owe())
    responder.act(MESSAGES, message.id, "replay")
    assert states() == ["pending"]
    assert Entry.objects.get(verb="message.replayed").actor == responder.actor


def test_any_other_message_offers_nothing(responder: Desk) -> None:
    assert "Send again" not in text(responder.page(MESSAGES, owe().id))


def test_who_may_not_respond_is_offered_nothing_and_can_do_nothing(executive: Desk) -> None:
    message = kill(owe())
    assert "Send again" not in text(executive.page(MESSAGES, message.id))
    assert executive.act(MESSAGES, message.id, "replay").status_code == 403
    assert states() == ["dead"]


def test_several_are_sent_again_from_the_list(responder: Desk) -> None:
    dead = [kill(owe("a")), kill(owe("b", to="b@example.org"))]
    answer = choose(responder, *dead, owe("c", to="c@example.org"), confirmed="yes")
    assert states() == ["pending"] * 3
    assert "Done for 2 of 3." in text(answer)
    assert Entry.objects.filter(verb="message.replayed").count() == 2


def test_nothing_is_sent_again_before_somebody_confirms_it(responder: Desk) -> None:
    asked = text(choose(responder, kill(owe("a")), owe("b", to="b@example.org")))
    assert "1 of 2 chosen" in asked
    assert "Under the same id, with as many attempts as a new message." in asked
    assert "dead" in states()


def test_the_list_says_when_there_is_nothing_to_send_again(responder: Desk) -> None:
    assert "There is nothing to do for any of these." in text(choose(responder, owe()))


def test_who_may_not_respond_cannot_do_so_from_the_list_either(executive: Desk) -> None:
    choose(executive, kill(owe()), confirmed="yes")
    assert states() == ["dead"]


def test_a_page_shows_each_attempt_and_what_the_other_side_said(
    responder: Desk, mail_server: MailServer, settings: Settings
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    mail_server.answer = "550 5.1.1 <b>No such person</b>"
    message = owe()
    deliver()
    page = responder.page(MESSAGES, message.id)
    assert "SMTP 550: 5.1.1 <b>No such person</b>" in text(page)
    assert b"<b>No such person" not in page.content


def test_the_html_of_a_message_is_shown_where_it_can_do_nothing(responder: Desk) -> None:
    page = responder.page(MESSAGES, owe(html="<script>x()</script>").id).content.decode()
    assert 'sandbox srcdoc="&lt;script&gt;x()&lt;/script&gt;"' in page
    assert "<script>x()" not in page


def test_a_message_about_another_leads_to_it(responder: Desk) -> None:
    dead = kill(owe())
    page = text(responder.page(MESSAGES, owe("about", about=dead.id).id))
    assert reverse("admin:outbox_message_change", args=[dead.id]) in page
