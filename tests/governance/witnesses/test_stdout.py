"""Standard output as a witness: a line of JSON for whatever ships logs."""

import json
import os
import subprocess
import sys

import pytest
from pytest_django import Settings

from governance.ledger import keys, notes
from governance.ledger.models import Checkpoint
from governance.witnesses import registry
from governance.witnesses.contract import Unwitnessed
from tests.factory import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    settings.WITNESS_STDOUT = True


def give(checkpoint: Checkpoint) -> None:
    registry.configured()["stdout"].witness.take(checkpoint, at=AT)


def test_it_prints_the_note_in_a_line_of_json(
    checkpoint: Checkpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    with capfd.disabled():
        pass
    give(checkpoint)
    (line,) = capfd.readouterr().out.splitlines()
    found = json.loads(line)
    assert found["event"] == "ledger.checkpoint"
    assert notes.trusted(found["note"], keys.public()).root.hex() == found["root"]
    assert found["size"] == checkpoint.size


def test_it_prints_whatever_the_level_of_the_log_and_though_a_worker_takes_the_stream() -> None:
    """In a process of its own, whose `sys.stdout` is another, as Celery makes it."""
    program = (
        "import io, sys, django; django.setup()\n"
        "from django.utils import timezone\n"
        "from governance.ledger.models import Checkpoint\n"
        "from governance.witnesses.stdout import StandardOutput\n"
        "sys.stdout = io.StringIO()\n"
        "note = Checkpoint(size=3, root='00', text='note')\n"
        "StandardOutput().take(note, at=timezone.now())\n"
    )
    given = os.environ | {
        "DJANGO_SETTINGS_MODULE": "governance.settings",
        "BYLAW_LOG_LEVEL": "ERROR",
    }
    printed = subprocess.check_output([sys.executable, "-c", program], env=given, text=True)
    assert json.loads(printed)["size"] == 3


def test_where_nobody_reads_any_more_that_is_said(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as broken:
        monkeypatch.setattr(sys, "__stdout__", broken)
        with pytest.raises(Unwitnessed, match="Broken pipe"):
            give(checkpoint)
        os.dup2(os.open(os.devnull, os.O_WRONLY), broken.fileno())


def test_a_process_without_one_says_so(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "__stdout__", None)
    with pytest.raises(Unwitnessed, match="has none"):
        give(checkpoint)
