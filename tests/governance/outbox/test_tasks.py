"""The tick that empties the outbox."""

import pytest
from pytest_django import Settings

from governance import clock
from governance.heartbeat import heartbeat
from governance.ledger import ledger
from governance.outbox import outbox, tasks
from tests.live.mail import MailServer

pytestmark = pytest.mark.django_db


def fresh() -> bool:
    pulses = {pulse.job: pulse.fresh for pulse in heartbeat.pulses(at=clock.now())}
    return pulses["outbox.deliver"]


def test_a_tick_sends_more_than_one_batch(
    mail_server: MailServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    drafts = [
        outbox.Draft(f"k{each}", "email", "a@example.org", "News", "Text.", because="You asked.")
        for each in range(5)
    ]
    outbox.enqueue(drafts, by=ledger.system("test"), at=clock.now())
    tasks.deliver()
    assert len(mail_server.messages) == 5


def test_an_idle_tick_beats_too() -> None:
    assert not fresh()
    tasks.deliver()
    assert fresh()
