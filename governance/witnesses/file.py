"""A file that grows, or a directory with a file for each checkpoint: a write-once share, an object
store that is mounted, a disk of somebody else.

What was written is on the disk before it counts. Nothing is renamed or written over, for such
places often allow neither: what a process that died left unfinished stays, and the whole note comes
after it, or under another name beside it.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from django.conf import settings

from governance.ledger.models import Checkpoint
from governance.witnesses import patience
from governance.witnesses.contract import Receipt, Unwitnessed

#: Between two notes in one file: an empty line, which no note ends with.
_GAP: Final = b"\n"
_MODE: Final = 0o640


class FileWitness:
    """A path that ends with a slash is a directory's, which has to be there: one that is missing
    is probably not mounted, and made here it would leave the machine no more."""

    def __init__(self, path: str) -> None:
        self._path = path

    def take(self, checkpoint: Checkpoint, *, at: datetime) -> Receipt:
        try:
            patience.within(partial(_put, self._path, checkpoint), where=self._path)
        except OSError as error:
            raise Unwitnessed(f"{self._path} cannot be written: {error}") from error
        return Receipt(f"Written to {self._path}")


def configured() -> FileWitness | None:
    return FileWitness(settings.WITNESS_FILE) if settings.WITNESS_FILE else None


def _put(path: str, checkpoint: Checkpoint) -> None:
    if path.endswith("/") or Path(path).is_dir():
        _keep(Path(path), checkpoint)
    else:
        _append(Path(path), checkpoint)


def _append(path: Path, checkpoint: Checkpoint) -> None:
    new = not path.exists()
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, _MODE), "rb+", 0) as file:
        _write(file.fileno(), _before(file.fileno()) + checkpoint.text.encode() + _GAP)
    if new:
        _settle(path.parent)


def _keep(directory: Path, checkpoint: Checkpoint) -> None:
    note = checkpoint.text.encode()
    for path in _names(directory, checkpoint):
        try:
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        except FileExistsError:
            if path.read_bytes() == note:
                return
            continue
        with os.fdopen(opened, "wb", 0) as file:
            _write(file.fileno(), note)
        _settle(directory)
        return


def _names(directory: Path, checkpoint: Checkpoint) -> Iterator[Path]:
    """In the order of size. Another log of the same size, or half a note, has taken the first."""
    stem = f"{checkpoint.size:020d}-{checkpoint.root[:16]}"
    yield directory / f"{stem}.txt"
    for each in count(2):
        yield directory / f"{stem}.{each}.txt"


def _before(file: int) -> bytes:
    """What ends a note that was left unfinished."""
    size = os.fstat(file).st_size
    last = os.pread(file, 2, max(0, size - 2))
    return b"" if size == 0 or last == b"\n\n" else b"\n\n"


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]
    os.fsync(file)


def _settle(directory: Path) -> None:
    """The name, too, is on the disk; where a mount knows no such thing, the file is all there
    is."""
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            os.fsync(opened)
    finally:
        os.close(opened)
