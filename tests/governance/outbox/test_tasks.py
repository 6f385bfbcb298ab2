"""The tick that empties the outbox."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from pytest_django import Settings

from governance import clock
from governance.heartbeat import heartbeat
from governance.ledger import ledger
from governance.outbox import outbox, tasks
from governance.outbox.models import Message
from tests.live.mail import MailServer

pytestmark = pytest.mark.django_db


def fresh() -> bool:
    pulses = {pulse.job: pulse.fresh for pulse in heartbeat.pulses(at=clock.now())}
    return pulses["outbox.deliver"]


@pytest.fixture
def mail(
    mail_server: MailServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> MailServer:
    """Five messages are owed, in batches of two."""
    monkeypatch.setattr(tasks, "BATCH", 2)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    drafts = [
        outbox.Draft(f"k{each}", "email", "a@example.org", "News", "Text.", because="You asked.")
        for each in range(5)
    ]
    outbox.enqueue(drafts, by=ledger.system("test"), at=clock.now())
    return mail_server


def test_a_tick_sends_more_than_one_batch(mail: MailServer) -> None:
    tasks.deliver()
    assert len(mail.messages) == 5


def test_behind_a_slow_server_a_tick_ends_in_time_and_leaves_the_rest_to_the_next(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "PATIENCE", timedelta(seconds=0.3))
    mail.hold = 0.5
    tasks.deliver()
    assert fresh()
    left = Message.objects.filter(state="pending")
    assert left.count() == 4
    assert set(left.values_list("attempts", "lease_until")) == {(0, None)}


@pytest.mark.parametrize(("lease", "tick"), [("", ""), ("", "5"), ("600", "")])
def test_the_longest_tick_is_none_that_stands_still(lease: str, tick: str) -> None:
    """Also where a message may take long."""
    given = {"BYLAW_OUTBOX_LEASE_SECONDS": lease, "BYLAW_TICK_SECONDS": tick}
    program = (
        "from governance import settings as s; "
        "print(s.OUTBOX_SEND_SECONDS, s.TICK_SECONDS, s.HEARTBEAT_JOBS['outbox.deliver'])"
    )
    printed = subprocess.check_output(
        [sys.executable, "-c", program], env=os.environ | given, text=True
    )
    send, pause, limit = (float(each) for each in printed.split())
    assert pause + tasks.PATIENCE.total_seconds() + send < limit


def test_an_idle_tick_beats_too() -> None:
    assert not fresh()
    tasks.deliver()
    assert fresh()
