"""`manage.py policies plan` and `apply`: from a directory to force, with two people's keys."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from governance import clock
from governance.accounts.roles import POLICIES_APPROVE, POLICIES_READ, POLICIES_WRITE
from policies import releases
from policies.models import PolicyVersion
from tests import factory
from tests.policies.commands.running import environment, findings, key, run

pytestmark = pytest.mark.django_db
NEXT = (
    ("version: 1.0.0", "version: 1.1.0"),
    ("level: SEV2\n", "level: SEV1\n"),
    ("default: SEV3", "default: SEV2"),
)


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "severity.yaml"
    found.write_text(factory.text("severity", *NEXT))
    return found


@pytest.fixture
def author() -> str:
    return key(factory.person("writer", "compliance-officer"), POLICIES_WRITE, POLICIES_APPROVE)


@pytest.fixture
def approver() -> str:
    return key(factory.approver(), POLICIES_APPROVE)


def severity() -> PolicyVersion:
    return PolicyVersion.objects.get(kind="SeverityPolicy", version="1.1.0")


def test_a_plan_says_what_would_change_and_changes_nothing(file: Path) -> None:
    assert "create     SeverityPolicy/severity@1.1.0" in run("plan", file)
    assert not PolicyVersion.objects.filter(version="1.1.0").exists()


def test_what_is_in_force_without_a_file_is_named(file: Path) -> None:
    assert "is in force; apply leaves it alone" in run("plan", file)


def test_a_plan_can_end_with_1_where_something_is_to_be_done(file: Path) -> None:
    findings("plan", file, "--exit-code")


def test_a_plan_that_cannot_be_applied_ends_with_1(file: Path) -> None:
    file.write_text(factory.text("severity", ("default: SEV3", "default: SEV2")))
    assert "raise metadata.version" in findings("plan", file)


def test_applying_puts_the_files_in_review(file: Path, author: str) -> None:
    with environment(BYLAW_API_KEY=author):
        assert "submitted  SeverityPolicy/severity@1.1.0" in run("apply", file)
    assert severity().status == "in_review"


def test_applying_again_says_that_nothing_changed(file: Path, author: str) -> None:
    with environment(BYLAW_API_KEY=author):
        run("apply", file)
        assert run("apply", file).endswith("Nothing changed.\n")


def test_a_second_key_approves_in_the_same_step(file: Path, author: str, approver: str) -> None:
    with environment(BYLAW_API_KEY=author, BYLAW_APPROVER_KEY=approver):
        assert "approved   SeverityPolicy/severity@1.1.0" in run("apply", file, "--approve")
    assert releases.in_force(clock.now()).severity.default == "SEV2"


def test_nobody_approves_oneself(file: Path, author: str) -> None:
    with (
        environment(BYLAW_API_KEY=author, BYLAW_APPROVER_KEY=author),
        pytest.raises(CommandError, match="You are an author"),
    ):
        run("apply", file, "--approve")
    assert not PolicyVersion.objects.filter(version="1.1.0").exists()


def test_a_day_to_come_can_be_named(file: Path, author: str, approver: str) -> None:
    with environment(BYLAW_API_KEY=author, BYLAW_APPROVER_KEY=approver):
        run("apply", file, "--approve", "--from", "2099-01-01")
    assert severity().effective_from is not None
    assert severity().effective_from.isoformat() == "2099-01-01T00:00:00+00:00"


def test_without_a_key_nothing_is_applied(file: Path) -> None:
    with (
        environment(BYLAW_API_KEY=""),
        pytest.raises(CommandError, match="in BYLAW_API_KEY") as raised,
    ):
        run("apply", file)
    assert raised.value.returncode == 2


def test_a_key_without_the_scope_does_not_help(file: Path) -> None:
    reader = key(factory.person("writer", "compliance-officer"), POLICIES_READ)
    with (
        environment(BYLAW_API_KEY=reader),
        pytest.raises(CommandError, match="lacks the scope policies:write"),
    ):
        run("apply", file)


def test_an_instant_without_offset_is_refused(file: Path, author: str) -> None:
    with environment(BYLAW_API_KEY=author), pytest.raises(CommandError, match="has no offset"):
        run("apply", file, "--from", "2099-01-01T00:00:00")
