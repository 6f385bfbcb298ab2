"""`manage.py policies export`: the rules in force as files that make the same service again."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from tests import factory
from tests.policies.commands.running import run

pytestmark = pytest.mark.django_db


def contents(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.rglob("*.yaml"))}


def test_every_policy_in_force_is_a_file(tmp_path: Path) -> None:
    factory.install()
    run("export", tmp_path / "out")
    text = (tmp_path / "out" / "SeverityPolicy" / "severity.yaml").read_text()
    assert text == factory.text("severity")


def test_the_rules_of_a_past_day_can_be_had(tmp_path: Path) -> None:
    factory.install()
    assert run("export", tmp_path / "out", "--at", "2025-12-31").startswith("0 files")


def test_a_directory_with_files_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    with pytest.raises(CommandError, match="is not an empty directory") as raised:
        run("export", tmp_path)
    assert raised.value.returncode == 2


def test_what_was_exported_makes_the_same_service_again(tmp_path: Path) -> None:
    factory.install()
    run("export", tmp_path / "out")
    assert "Nothing to apply." in run("plan", tmp_path / "out")
    assert contents(tmp_path / "out")
