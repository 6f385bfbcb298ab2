"""`manage.py policies diff`: differences in meaning, in words."""

import json
from pathlib import Path

import pytest

from tests import factory
from tests.policies.commands.running import findings, run


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    before, after = tmp_path / "before.yaml", tmp_path / "after.yaml"
    before.write_text(factory.text("severity"))
    after.write_text(factory.text("severity", ("default: SEV3", "default: SEV2")))
    return before, after


def test_a_difference_is_said_in_words(pair: tuple[Path, Path]) -> None:
    assert "default level becomes ‘SEV2’ instead of ‘SEV3’" in run("diff", *pair)


def test_no_difference_is_said_too(pair: tuple[Path, Path]) -> None:
    assert run("diff", pair[0], pair[0]) == "No difference in meaning.\n"


def test_comments_are_no_difference(pair: tuple[Path, Path]) -> None:
    pair[1].write_text("# A remark.\n" + pair[0].read_text())
    assert run("diff", *pair) == "No difference in meaning.\n"


def test_a_difference_can_end_with_1(pair: tuple[Path, Path]) -> None:
    findings("diff", *pair, "--exit-code")


def test_the_difference_as_json(pair: tuple[Path, Path]) -> None:
    (change,) = json.loads(run("diff", *pair, "--format", "json"))
    assert (change["before"], change["after"]) == ("SEV3", "SEV2")


@pytest.mark.django_db
def test_files_are_compared_with_what_is_in_force(tmp_path: Path) -> None:
    factory.install()
    assert run("diff", "in-force", factory.HOUSE) == "No difference in meaning.\n"
