"""The lock installs the same bytes everywhere, and names no place to get them from."""

import re
import tomllib
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from governance import env

LOCK: Final = (env.CHECKOUT / "requirements.lock").read_text()
BLOCKS: Final = [
    block
    for block in re.split(r"\n(?=[A-Za-z0-9])", LOCK[LOCK.index("\n") :])
    if not block.lstrip().startswith("#")
]
PINNED: Final = {
    canonicalize_name(block.partition("==")[0]): block.partition("==")[2].split()[0]
    for block in BLOCKS
}
PROJECT: Final = tomllib.loads((env.CHECKOUT / "pyproject.toml").read_text())["project"]
WANTED: Final = [
    Requirement(line)
    for lines in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for line in lines
]


def test_the_lock_names_no_address_and_no_index() -> None:
    assert not re.findall(r"://|--(?:extra-)?index|--find-links|--trusted-host|^-f |@ ", LOCK)


def test_every_requirement_is_pinned_to_one_version() -> None:
    assert [block for block in BLOCKS if not re.match(r"[\w.-]+==[\w.!+]+ ", block)] == []


def test_every_requirement_is_hashed() -> None:
    assert [block for block in BLOCKS if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("requirement", WANTED, ids=lambda wanted: wanted.name)
def test_the_lock_satisfies_the_project(requirement: Requirement) -> None:
    version = PINNED[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version, prereleases=True)


def test_both_halves_of_psycopg_have_one_version() -> None:
    assert PINNED["psycopg"] == PINNED["psycopg-binary"]
