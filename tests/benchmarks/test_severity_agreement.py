from pathlib import Path

import pytest

from benchmarks import severity_agreement

SNAPSHOT = Path(__file__).parents[1] / "incidents" / "replay" / "data" / "aiid"


def test_a_directory_without_a_snapshot_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert severity_agreement.main(["--data", str(tmp_path)]) == 2
    assert "incidents.csv" in capsys.readouterr().err


def test_leaving_out_the_set_of_the_label_keeps_the_others() -> None:
    (found,) = [
        each
        for each in severity_agreement.aiid.read(SNAPSHOT)
        if each.incident["incident_id"] == "4"
    ]
    kept = severity_agreement.without_label_set(found)
    assert set(found.classifications) - set(kept.classifications) <= {"CSETv0"}
    assert "CSETv0" not in kept.classifications
    assert kept.of("MIT")


def test_the_labels_stand_beside_the_levels(capsys: pytest.CaptureFixture[str]) -> None:
    assert severity_agreement.main(["--data", str(SNAPSHOT)]) == 0
    shown = capsys.readouterr().out
    assert "| Severe | 2 | 0 | 0 | 0 | 2 |" in shown
    assert "4 incidents with a clear label" in shown
