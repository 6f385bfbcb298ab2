"""`manage.py policies install`: setting up, and nothing else."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from governance import clock
from policies import releases
from policies.models import PolicyVersion
from tests import factory
from tests.policies.commands.running import run

pytestmark = pytest.mark.django_db


def test_files_are_put_in_force() -> None:
    printed = run("install", factory.HOUSE)
    assert "installed  SeverityPolicy/severity@1.0.0" in printed
    assert releases.in_force(clock.now()).severity.default == "SEV3"


def test_a_second_time_nothing_changes() -> None:
    run("install", factory.HOUSE)
    assert {line.split()[0] for line in run("install", factory.HOUSE).splitlines()} == {"unchanged"}


def test_with_a_problem_nothing_is_installed(tmp_path: Path) -> None:
    broken = tmp_path / "severity.yaml"
    broken.write_text(factory.text("severity", ("default: SEV3", "default: SEV4")))
    with pytest.raises(CommandError, match="Nothing was installed"):
        run("install", broken)
    assert not PolicyVersion.objects.exists()


def test_a_reused_version_number_is_said(tmp_path: Path) -> None:
    run("install", factory.HOUSE)
    file = tmp_path / "severity.yaml"
    file.write_text(factory.text("severity", ("default: SEV3", "default: SEV2")))
    with pytest.raises(CommandError, match="exists with another meaning"):
        run("install", file)


def test_without_files_the_shipped_packs_are_put_in_force() -> None:
    run("install")
    assert releases.in_force(clock.now()).obligations
