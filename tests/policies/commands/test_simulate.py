"""`manage.py policies simulate`: what stored incidents would have got."""

import json
from pathlib import Path

import pytest

from tests import factory
from tests.policies.commands.running import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The default level is one higher."""
    factory.install()
    found = tmp_path / "severity.yaml"
    edits = (("version: 1.0.0", "version: 1.1.0"), ("default: SEV3", "default: SEV2"))
    found.write_text(factory.text("severity", *edits))
    return found


def test_incidents_that_would_change_are_counted_and_named(file: Path) -> None:
    incident = factory.submit(factory.report())
    said = run("simulate", file)
    assert said.startswith("1 incident, 1 would change, 1 of them open.")
    assert f"{incident.reference}: SEV3 → SEV2" in said


def test_incidents_before_the_day_are_left_out(file: Path) -> None:
    factory.submit(factory.report())
    assert run("simulate", file, "--since", "2099-01-01").startswith("0 incidents")


def test_nothing_is_changed(file: Path) -> None:
    incident = factory.submit(factory.report())
    run("simulate", file)
    incident.refresh_from_db()
    assert (incident.severity, incident.decisions.count()) == ("SEV3", 1)


def test_the_result_as_json(file: Path) -> None:
    factory.submit(factory.report())
    found = json.loads(run("simulate", file, "--format", "json"))
    assert found["severities"] == [{"before": "SEV3", "after": "SEV2", "count": 1}]
