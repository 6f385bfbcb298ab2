"""`manage.py policies`: exit codes and formats that fit CI, and putting files in force."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from governance import clock
from policies import releases
from policies.models import PolicyVersion
from tests import factory

BROKEN = factory.text("severity", ("default: SEV3", "default: SEV4"))


def run(*arguments: str | Path) -> str:
    out = StringIO()
    call_command("policies", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "severity.yaml"
    file.write_text(BROKEN)
    return file


def lint(*arguments: str | Path) -> str:
    """What a lint that finds something prints."""
    out = StringIO()
    with pytest.raises(SystemExit) as raised:
        call_command("policies", "lint", *map(str, arguments), stdout=out)
    assert raised.value.code == 1
    return out.getvalue()


def test_a_clean_directory_passes() -> None:
    assert run("lint", factory.HOUSE) == "8 files, 0 problems.\n"


def test_a_problem_has_file_line_and_column(broken: Path) -> None:
    assert f"{broken}:22:12: unknown-level: There is no level 'SEV4'." in lint(broken)


def test_problems_as_json(broken: Path) -> None:
    (problem,) = json.loads(lint(broken, "--format", "json"))
    assert (problem["code"], problem["pointer"], problem["line"]) == (
        "unknown-level",
        "/spec/default",
        22,
    )


def test_problems_as_annotations(broken: Path) -> None:
    line = lint(broken, "--format", "github").splitlines()[0]
    assert line.startswith(f"::error file={broken},line=22,col=12,title=unknown-level::")


def test_a_missing_file_is_a_usage_error() -> None:
    with pytest.raises(CommandError, match="There is no nowhere") as raised:
        run("lint", "nowhere")
    assert raised.value.returncode == 2


def test_other_files_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("not yaml: [")
    assert run("lint", tmp_path) == "0 files, 0 problems.\n"


@pytest.mark.django_db
def test_files_are_put_in_force() -> None:
    printed = run("install", factory.HOUSE)
    assert "installed  SeverityPolicy/severity@1.0.0" in printed
    assert releases.in_force(clock.now()).severity.default == "SEV3"


@pytest.mark.django_db
def test_a_second_time_nothing_changes() -> None:
    run("install", factory.HOUSE)
    assert {line.split()[0] for line in run("install", factory.HOUSE).splitlines()} == {"unchanged"}


@pytest.mark.django_db
def test_with_a_problem_nothing_is_installed(broken: Path) -> None:
    with pytest.raises(CommandError, match="Nothing was installed"):
        run("install", broken)
    assert not PolicyVersion.objects.exists()


@pytest.mark.django_db
def test_a_reused_version_number_is_said(tmp_path: Path) -> None:
    run("install", factory.HOUSE)
    file = tmp_path / "severity.yaml"
    file.write_text(factory.text("severity", ("default: SEV3", "default: SEV2")))
    with pytest.raises(CommandError, match="exists with another meaning"):
        run("install", file)


@pytest.mark.django_db
def test_without_files_the_shipped_packs_are_put_in_force() -> None:
    run("install")
    assert releases.in_force(clock.now()).obligations
