"""`manage.py policies lint`: exit codes and formats that fit CI."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError

from tests import factory
from tests.policies.commands.running import findings, run

CALENDAR = """\
apiVersion: bylaw/v1
kind: Calendar
metadata: {name: ours, version: 1.0.0, title: Our days, owner: compliance-officer}
spec:
  zone: Europe/Berlin
  weekend: [saturday, sunday]
  covers: {from: "2024-01-01", until: "2030-12-31"}
  source: {note: Our own.}
  holidays: []
"""
BROKEN = factory.text("severity", ("default: SEV3", "default: SEV4"))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "severity.yaml"
    file.write_text(BROKEN)
    return file


def test_a_clean_directory_passes() -> None:
    assert run("lint", factory.HOUSE) == "8 files, 0 problems.\n"


def test_a_problem_has_file_line_and_column(broken: Path) -> None:
    assert f"{broken}:22:12: unknown-level: There is no level 'SEV4'." in findings("lint", broken)


def test_problems_as_json(broken: Path) -> None:
    found = json.loads(findings("lint", broken, "--format", "json"))
    problem = next(each for each in found if each["path"] == str(broken))
    assert (problem["code"], problem["pointer"], problem["line"]) == (
        "unknown-level",
        "/spec/default",
        22,
    )


def test_problems_as_annotations(broken: Path) -> None:
    line = findings("lint", broken, "--format", "github").splitlines()[0]
    assert line.startswith(f"::error file={broken},line=22,col=12,title=unknown-level::")


def test_a_missing_file_is_a_usage_error() -> None:
    with pytest.raises(CommandError, match="There is no nowhere") as raised:
        run("lint", "nowhere")
    assert raised.value.returncode == 2


def test_other_files_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("not yaml: [")
    (tmp_path / "policy.yaml").write_text(CALENDAR)
    assert run("lint", tmp_path) == "1 file, 0 problems.\n"


def test_nothing_to_read_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no YAML file") as raised:
        run("lint", tmp_path)
    assert raised.value.returncode == 2
