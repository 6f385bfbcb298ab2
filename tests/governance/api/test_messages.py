"""Messages over REST: reading, and sending again what could not be delivered."""

from typing import Any

import pytest
from pytest_django import Settings

from governance.ledger.models import Entry
from governance.outbox.models import Message
from tests import factory
from tests.governance.outbox.letters import AT, deliver, kill, owe
from tests.live.mail import MailServer

pytestmark = pytest.mark.django_db


def listed(**query: str) -> list[dict[str, Any]]:
    answer = factory.get(factory.client("incidents:read", "personal:read"), "messages", **query)
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def read(message: Message) -> dict[str, Any]:
    answer = factory.get(
        factory.client("incidents:read", "personal:read"), f"messages/{message.id}"
    )
    found: dict[str, Any] = answer.json()
    return found


def replay(message: Message, *scopes: str) -> Any:
    caller = factory.client(*scopes) if scopes else factory.client("incidents:respond")
    return factory.post(caller, f"messages/{message.id}/replay", {})


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, ["a", "b"]),
        ({"state": "dead"}, ["b"]),
        ({"channel": "webhook"}, ["b"]),
        ({"incident": "inc-2026-000001"}, ["a"]),
        ({"destination": "b@example.org"}, ["b"]),
        ({"incident": "INC-2026-000009"}, []),
    ],
)
def test_messages_are_filtered(query: dict[str, str], keys: list[str]) -> None:
    owe("a", subject="a", incident_reference="INC-2026-000001")
    kill(owe("b", subject="b", to="b@example.org", channel="webhook"))
    assert sorted(each["subject"] for each in listed(**query)) == keys


def test_a_state_that_is_none_is_an_error() -> None:
    answer = factory.get(factory.client("incidents:read"), "messages", state="lost")
    assert answer.status_code in {400, 422}


def test_a_message_says_what_to_whom_why_and_how_it_went() -> None:
    found = read(kill(owe(incident_reference="INC-2026-000001")))
    assert (found["incident"], found["destination"], found["because"], found["state"]) == (
        "INC-2026-000001",
        "a@example.org",
        "You asked.",
        "dead",
    )
    assert (found["text"], found["last_error"]) == ("Text.\n", "550 No such person")


def test_a_message_has_its_attempts_from_the_audit_trail(
    mail_server: MailServer, settings: Settings
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    message = owe()
    mail_server.answer = "451 Try later"
    deliver()
    mail_server.answer = "250 kept"
    deliver(Message.objects.get().due_at)
    log = [(each["number"], each["outcome"], each["said"][:8]) for each in read(message)["log"]]
    assert log == [(2, "sent", f"<{str(message.id)[:7]}"), (1, "deferred", "SMTP 451")]


def test_a_message_that_is_none_is_not_found() -> None:
    path = "messages/01890000-0000-7000-8000-000000000001"
    assert factory.get(factory.client("incidents:read"), path).status_code == 404


def test_an_undeliverable_message_is_sent_again() -> None:
    message = kill(owe())
    answer = replay(message)
    assert (answer.status_code, answer.json()["state"]) == (200, "pending")
    entry = Entry.objects.get(verb="message.replayed")
    assert entry.actor.startswith("api_key:")


def test_any_other_is_not() -> None:
    answer = replay(owe())
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_reading_does_not_let_one_send_again() -> None:
    message = kill(owe(at=AT))
    assert replay(message, "incidents:read").status_code == 403
    assert Message.objects.get().state == "dead"


def test_what_is_not_known_in_a_body_is_refused() -> None:
    answer = factory.post(
        factory.client("incidents:respond"), f"messages/{kill(owe()).id}/replay", {"to": "x"}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["messages", "messages/01890000-0000-7000-8000-000000000001"])
def test_messages_are_for_who_may_read_incidents(path: str) -> None:
    assert factory.get(factory.client("ledger:read"), path).status_code == 403
