"""`manage.py policies test`: examples that hold, and examples that do not."""

import json
from pathlib import Path

import pytest

from tests import factory
from tests.policies.commands.running import findings, run

EXAMPLE = """\
apiVersion: bylaw/v1
kind: PolicyTest
metadata: {name: severity, version: 1.0.0, title: Tests of severity, owner: compliance-officer}
spec:
  policies: [SeverityPolicy/severity]
  at: "2026-11-24T15:00:00Z"
  given:
    report: {incident: {title: Example, narrative: Example}}
  examples:
    - name: Nothing known is moderate
      expect: {severity: SEV3}
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for file in factory.HOUSE.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "tests.yaml").write_text(EXAMPLE)
    return tmp_path


def test_examples_that_hold_are_counted(directory: Path) -> None:
    said = run("test", directory, "--against", "nothing")
    assert said == "1 example in 1 test, 0 failed.\n"


def test_an_example_that_fails_has_file_and_line(directory: Path) -> None:
    (directory / "tests.yaml").write_text(EXAMPLE.replace("severity: SEV3", "severity: SEV1"))
    said = findings("test", directory, "--against", "nothing")
    assert f"{directory / 'tests.yaml'}:11:" in said
    assert "test-failed" in said


def test_a_changed_policy_runs_the_tests_that_cover_it(directory: Path) -> None:
    severity = directory / "severity.yaml"
    severity.write_text(severity.read_text().replace("default: SEV3", "default: SEV2"))
    assert "SEV2" in findings("test", directory, "--against", "nothing")


def test_results_as_json(directory: Path) -> None:
    said = json.loads(run("test", directory, "--against", "nothing", "--format", "json"))
    assert [(each["example"], each["passed"]) for each in said] == [
        ("Nothing known is moderate", True)
    ]
