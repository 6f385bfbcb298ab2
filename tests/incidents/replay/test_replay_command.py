"""The command against the running service, which the tests of this module share: they run in any
order, so each sends records that no other sends."""

from pathlib import Path

from tests.live.stack import Stack

SNAPSHOT = Path(__file__).parent / "data" / "aiid"


def test_every_atlas_incident_is_accounted_for(stack: Stack) -> None:
    said = stack.manage("replay", "atlas").stdout
    assert "Sent 17 of 17 records" in said
    assert "Accounted for: command 17, API 17" in said
    assert "Sent 0 of 17 records" in stack.manage("replay", "atlas").stdout


def test_an_aiid_record_without_a_system_is_rejected_and_kept(stack: Stack) -> None:
    said = stack.manage("replay", "aiid", str(SNAPSHOT)).stdout
    assert "unknown-system /system      1" in said
    assert "Accounted for: command 6, API 6" in said


def test_the_reasons_of_every_choice_can_be_shown(stack: Stack) -> None:
    said = stack.manage("replay", "atlas", "--exercises", "--limit", "1", "--verbosity", "2").stdout
    assert "failure_modes evasion: AML.T0015 Evade AI Model" in said


def test_a_directory_without_a_snapshot_is_refused(stack: Stack, tmp_path: Path) -> None:
    done = stack.manage("replay", "aiid", str(tmp_path), check=False)
    assert done.returncode == 1
    assert "incidents.csv" in done.stderr


def test_a_wrong_key_sends_nothing(stack: Stack) -> None:
    done = stack.manage("replay", "atlas", "--api-key", "bylaw_no_no", check=False)
    assert done.returncode == 1
    assert "statistics" in done.stderr
