"""A file or a directory as a witness: a real file system, also one that fails."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django import Settings

from governance.ledger import keys, notes
from governance.ledger.models import Checkpoint
from governance.witnesses import patience, registry
from governance.witnesses.contract import Unwitnessed
from tests.factory import AT
from tests.governance.witnesses import sealed

pytestmark = pytest.mark.django_db


def give(checkpoint: Checkpoint, path: str, settings: Settings) -> None:
    settings.WITNESS_FILE = path
    registry.configured()["file"].witness.take(checkpoint, at=AT)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    found = tmp_path / "share"
    found.mkdir()
    return found


# --- one file ------------------------------------------------------------------------------------


def test_a_file_grows_by_a_note_each(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "checkpoints"
    one, two = sealed.seal(), sealed.seal()
    give(one, str(file), settings)
    give(two, str(file), settings)
    assert file.read_text() == f"{one.text}\n{two.text}\n"


def test_each_note_in_it_verifies(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "checkpoints"
    given = [sealed.seal() for _ in range(3)]
    for each in given:
        give(each, str(file), settings)
    parts = file.read_text().split("\n\n")
    found = [
        f"{body}\n\n{signatures}\n"
        for body, signatures in zip(parts[::2], parts[1::2], strict=False)
    ]
    assert [notes.trusted(each, keys.public()).size for each in found] == [
        each.size for each in given
    ]


def test_what_a_process_that_died_left_unfinished_ends_before_the_next_note(
    checkpoint: Checkpoint, tmp_path: Path, settings: Settings
) -> None:
    file = tmp_path / "checkpoints"
    file.write_text(checkpoint.text[:50])
    give(checkpoint, str(file), settings)
    assert file.read_text() == f"{checkpoint.text[:50]}\n\n{checkpoint.text}\n"


def test_what_others_wrote_there_stays(
    checkpoint: Checkpoint, tmp_path: Path, settings: Settings
) -> None:
    file = tmp_path / "checkpoints"
    file.write_text("Kept since 2026.\n\n")
    give(checkpoint, str(file), settings)
    assert file.read_text() == f"Kept since 2026.\n\n{checkpoint.text}\n"


# --- a directory ---------------------------------------------------------------------------------


def test_a_directory_has_a_file_for_each_in_the_order_of_size(
    directory: Path, settings: Settings
) -> None:
    given = [sealed.seal(entries=9) for _ in range(3)]
    for each in given:
        give(each, f"{directory}/", settings)
    files = sorted(directory.iterdir())
    assert [file.read_text() for file in files] == [each.text for each in given]


def test_the_same_a_second_time_is_one_file(
    checkpoint: Checkpoint, directory: Path, settings: Settings
) -> None:
    give(checkpoint, str(directory), settings)
    give(checkpoint, str(directory), settings)
    assert len(list(directory.iterdir())) == 1


def test_half_a_note_is_left_as_it_is_and_the_whole_one_put_beside_it(
    checkpoint: Checkpoint, directory: Path, settings: Settings
) -> None:
    """A place that lets nobody write a second time has room for it all the same."""
    give(checkpoint, str(directory), settings)
    (file,) = directory.iterdir()
    file.write_text(checkpoint.text[:50])
    give(checkpoint, str(directory), settings)
    assert {each.read_text() for each in directory.iterdir()} == {
        checkpoint.text[:50],
        checkpoint.text,
    }


def test_a_directory_that_is_not_there_is_not_made(
    checkpoint: Checkpoint, tmp_path: Path, settings: Settings
) -> None:
    """A share that is not mounted would look like one that is."""
    with pytest.raises(Unwitnessed, match="No such file or directory"):
        give(checkpoint, f"{tmp_path}/absent/", settings)
    assert not (tmp_path / "absent").exists()


# --- faults --------------------------------------------------------------------------------------


def test_a_place_that_cannot_be_written_is_said(
    checkpoint: Checkpoint, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwitnessed, match=r"cannot be written: .*Not a directory"):
        give(checkpoint, f"{tmp_path}/file/checkpoints", settings)


@contextmanager
def _no_more_than(size: int) -> Iterator[None]:
    """The file system refuses to let a file grow beyond so many bytes, as a full one would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_half_way_is_said_and_the_next_note_is_whole(
    checkpoint: Checkpoint, directory: Path, settings: Settings
) -> None:
    with pytest.raises(Unwitnessed, match="cannot be written"), _no_more_than(60):
        give(checkpoint, str(directory), settings)
    (half,) = directory.iterdir()
    assert half.stat().st_size == 60
    give(checkpoint, str(directory), settings)
    assert checkpoint.text in {each.read_text() for each in directory.iterdir()}


def test_a_place_that_keeps_the_writer_waiting_is_left_in_time(
    checkpoint: Checkpoint, directory: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that nobody writes to holds its reader, as a mount that is gone holds everybody."""
    monkeypatch.setattr(patience, "SECONDS", 0.3)
    give(checkpoint, str(directory), settings)
    (file,) = directory.iterdir()
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(Unwitnessed, match="did not finish writing"):
        give(checkpoint, str(directory), settings)
    os.close(os.open(file, os.O_WRONLY))  # lets it go
