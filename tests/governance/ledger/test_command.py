"""`manage.py ledger`, as an operator or an auditor on the host uses it."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from governance.ledger import keys, readings, sequencer
from governance.ledger.models import Entry
from tests.governance.ledger import logs
from tests.governance.ledger.logs import forge, grown

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("ledger", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def fails(*arguments: str) -> str:
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("ledger", *arguments, stdout=out, stderr=StringIO())
    assert stopped.value.code == 1
    return out.getvalue()


def test_a_sound_log_is_said_to_be_sound() -> None:
    grown(5)
    assert "Sound: 6 entries are what was sealed;" in run("verify")


def test_what_is_wrong_is_said_and_fails() -> None:
    grown(5)
    entry = forge(3)
    said = fails("verify")
    assert f"place 3: the entry {entry.id} (test.written) is not what was sealed" in said
    assert "1 finding in 6 entries." in said


def test_for_machines_it_is_said_in_json() -> None:
    grown(5)
    forge(3)
    told = json.loads(fails("verify", "--format", "json"))
    assert (told["size"], told["count"], told["kept"][0]["code"]) == (6, 1, "entry-changed")


def test_it_verifies_against_a_file_and_a_key(tmp_path: Path) -> None:
    old, _ = grown(2, 3)
    file = tmp_path / "kept"
    file.write_text(old.text)
    (key,) = keys.public()
    said = run("verify", "--checkpoint", str(file), "--key", key.text)
    assert "agree with 1 checkpoint from outside the database" in said


def test_a_checkpoint_that_the_log_does_not_go_on_from_fails(tmp_path: Path) -> None:
    old, lost = grown(2, 3)
    file = tmp_path / "kept"
    file.write_text(lost.text)
    logs.roll_back_to(old.size)
    assert "log-truncated" in fails("verify", "--checkpoint", str(file))


def test_what_was_signed_on_this_host_counts_by_itself(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        old, _ = grown(2, 3)
    logs.roll_back_to(old.size)
    assert "log-truncated" in fails("verify")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--checkpoint", "/nowhere"), "cannot be read"),
        (("--key", "nonsense"), "is no Ed25519 verifier key"),
    ],
)
def test_wrong_usage_is_told_apart_from_findings(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said) as error:
        run("verify", *arguments)
    assert error.value.returncode == 2


def test_the_latest_checkpoint_is_printed_as_it_was_signed() -> None:
    *_, last = grown(2, 3)
    assert run("checkpoint") == last.text


def test_without_one_it_says_so() -> None:
    with pytest.raises(CommandError, match="Nothing is sealed yet"):
        run("checkpoint")


def test_the_keys_are_printed_for_whoever_verifies() -> None:
    grown(2)
    made = run("rotate-key", "--reason", "A year old.").strip()
    assert run("keys").split() == [each.text for each in keys.public()]
    assert run("keys").split()[-1] == made
    assert readings.of(Entry.objects.get(verb="ledger.key_rotated")).reason == "A year old."


def test_a_restored_database_goes_on_once_somebody_says_so(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        old, lost = grown(2, 3)
    with pytest.raises(CommandError, match="nothing to do"):
        run("resume", "--reason", "None.")
    logs.roll_back_to(old.size)
    with django_capture_on_commit_callbacks(execute=True):
        assert lost.text in run("resume", "--reason", "The disk failed.")
    logs.write()
    assert sequencer.seal(at=logs.LATER) == 2
