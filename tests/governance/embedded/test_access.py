import os
import stat
from pathlib import Path

import pytest

from governance.embedded import access
from governance.embedded.process import Account, StartError

STRANGER = Account("stranger", 54_321, 54_321)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_root_needs_another_account() -> None:
    assert (access.account() is None) == (os.geteuid() != 0)


@pytest.mark.parametrize(
    ("before", "after"), [(0o700, 0o701), (0o750, 0o751), (0o755, 0o755), (0o711, 0o711)]
)
def test_a_parent_gets_passage_and_nothing_else(place: Path, before: int, after: int) -> None:
    place.chmod(before)
    access.let_through(place / "data", STRANGER)
    assert mode(place) == after


def test_the_parents_that_changed_are_named(place: Path) -> None:
    inner = place / "inner"
    inner.mkdir(mode=0o700)
    assert access.let_through(inner / "data", STRANGER) == [inner, place]


def test_the_way_of_a_symbolic_link_is_opened_on_both_sides(place: Path) -> None:
    (place / "real").mkdir(mode=0o700)
    (place / "links").mkdir(mode=0o700)
    (place / "links" / "way").symlink_to(place / "real")
    access.let_through(place / "links" / "way" / "data", STRANGER)
    assert (mode(place / "real"), mode(place / "links")) == (0o701, 0o701)


@pytest.mark.parametrize(("before", "after"), [(0o700, 0o705), (0o600, 0o604), (0o755, 0o755)])
def test_an_installed_file_becomes_readable_and_stays_as_executable_as_it_was(
    place: Path, before: int, after: int
) -> None:
    file = place / "postgres"
    file.touch()
    file.chmod(before)
    access.let_read(place)
    assert mode(file) == after


def test_an_own_directory_is_closed_to_everyone_else(place: Path) -> None:
    access.own(place / "data", None)
    assert mode(place / "data") == 0o700


def test_a_symbolic_link_is_not_taken_for_an_own_directory(place: Path) -> None:
    (place / "elsewhere").mkdir()
    (place / "data").symlink_to(place / "elsewhere")
    with pytest.raises(StartError, match="another account"):
        access.own(place / "data", None)
