"""A mailbox as a witness: through the outbox, to a real mail server."""

import pytest
from pytest_django import Settings

from governance import clock
from governance.ledger import keys, notes
from governance.ledger.models import Checkpoint, Witnessed
from governance.outbox import tasks
from governance.outbox.models import Message
from governance.witnesses import registry
from tests.factory import AT
from tests.governance.witnesses import sealed
from tests.live.mail import MailServer

pytestmark = pytest.mark.django_db
TO = ["auditor@example.org", "board@example.org"]


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    settings.WITNESS_MAIL = TO


def test_everybody_named_is_owed_a_mail(checkpoint: Checkpoint) -> None:
    assert sealed.give("mail")
    (row,) = sealed.done("mail")
    assert row.said == "2 mails handed to the outbox"
    assert sorted(Message.objects.values_list("destination", flat=True)) == TO


def test_the_same_checkpoint_a_second_time_is_no_second_mail(checkpoint: Checkpoint) -> None:
    witness = registry.configured()["mail"].witness
    witness.take(checkpoint, at=AT)
    witness.take(checkpoint, at=AT)
    assert Message.objects.count() == 2


def test_the_note_in_the_mail_verifies(
    checkpoint: Checkpoint, mail_server: MailServer, settings: Settings
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    sealed.give("mail", clock.now())
    tasks.deliver()
    text = mail_server.messages[0].get_content().replace("\r\n", "\n")
    origin = checkpoint.text.partition("\n")[0]
    note = text[text.index(f"{origin}\n") :]
    assert notes.trusted(note.rstrip("\n") + "\n", keys.public()).size == checkpoint.size


def test_what_cannot_be_owed_is_not_witnessed(checkpoint: Checkpoint, settings: Settings) -> None:
    """A mail without an address is refused by the database: mail and confirmation both fail."""
    settings.WITNESS_MAIL = ["x" * 300]
    assert not sealed.give("mail")
    assert Witnessed.objects.get().state == "owed"
    assert Message.objects.count() == 0
