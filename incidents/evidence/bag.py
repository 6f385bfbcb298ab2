"""A BagIt bag (RFC 8493) as a zip file that is written once, from front to back.

Memory does not grow with the bag: files go through in pieces, and the lines of the manifests wait
in a file beside it. Work may be paused at any time; what a dying process left after the last pause
is cut off when it is resumed. The same files in the same order give the same bytes.
"""

import base64
import hashlib
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from governance.errors import Invalid

ALGORITHMS: Final = ("sha256", "sha512")
DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first instant that a zip file knows
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f<>:"|?*%\\]')
_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class File:
    """What a manifest says of a file; `path` is relative to the bag."""

    path: str
    sha256: str
    sha512: str
    size: int


class Bag:
    """Of the directory `name` within the zip file at `path`. Payload paths begin with `data/`."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.cursor = ""
        self.notes: dict[str, Any] = {}
        self.files = self.octets = 0
        self._lines = path.with_suffix(".lines")
        self._journal = path.with_suffix(".journal")
        self._zip = self._opened()
        self._list: IO[str] = self._lines.open("a", encoding="utf-8")

    def add(self, path: str, data: bytes | Iterable[bytes]) -> File:
        """One payload file. Raises Invalid for a path that a bag may not have."""
        added = self._write(f"data/{_checked(path)}", data)
        self.files += 1
        self.octets += added.size
        self._list.write(f"{added.sha256} {added.sha512} {added.size} {added.path}\n")
        return added

    def payload(self) -> Iterator[File]:
        """What was added so far, in that order."""
        self._list.flush()
        with self._lines.open(encoding="utf-8") as lines:
            for line in lines:
                sha256, sha512, size, path = line.rstrip("\n").split(" ", 3)
                yield File(path, sha256, sha512, int(size))

    def pause(self, cursor: str) -> None:
        """Make sure of what was added so far, and let go of the files. `cursor` and `notes` tell
        the caller, when it is opened again, how far that was."""
        self.let_go()
        with self.path.open("rb") as whole:
            start = _directory(whole)
            whole.seek(start)
            tail = base64.b64encode(whole.read()).decode("ascii")
        said = {
            "cursor": cursor,
            "notes": self.notes,
            "files": self.files,
            "octets": self.octets,
            "lines": self._lines.stat().st_size,
            "start": start,
            "tail": tail,
        }
        fresh = self._journal.with_suffix(".new")
        fresh.write_text(json.dumps(said))
        fresh.replace(self._journal)

    def let_go(self) -> None:
        """Close the files, whatever came of them. What was added since the last pause is lost."""
        self._list.close()
        self._zip.close()

    def manifests(self) -> Sequence[File]:
        """Write the manifests of the payload, which is complete by now."""
        return [
            self.tag(
                f"manifest-{name}.txt",
                (f"{getattr(each, name)}  {each.path}\n".encode() for each in self.payload()),
            )
            for name in ALGORITHMS
        ]

    def tag(self, path: str, data: bytes | Iterable[bytes]) -> File:
        """One file beside the payload."""
        return self._write(_checked(path), data)

    def finish(self, tags: Iterable[File]) -> int:
        """Write the manifests of the tag files; returns the size of the whole in bytes."""
        listed = sorted(tags, key=lambda each: each.path)
        for name in ALGORITHMS:
            lines = (f"{getattr(each, name)}  {each.path}\n".encode() for each in listed)
            self._write(f"tagmanifest-{name}.txt", lines)
        self.let_go()
        self._lines.unlink()
        self._journal.unlink(missing_ok=True)
        return self.path.stat().st_size

    def _opened(self) -> zipfile.ZipFile:
        """As it was at the last pause, or empty."""
        if not (self._journal.is_file() and self.path.is_file() and self._lines.is_file()):
            self._lines.write_text("")
            self._journal.unlink(missing_ok=True)
            return zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        said = json.loads(self._journal.read_text())
        self.cursor, self.notes = said["cursor"], said["notes"]
        self.files, self.octets = said["files"], said["octets"]
        with self._lines.open("r+b") as lines:
            lines.truncate(said["lines"])
        with self.path.open("r+b") as whole:
            whole.truncate(said["start"])
            whole.seek(said["start"])
            whole.write(base64.b64decode(said["tail"]))
        return zipfile.ZipFile(self.path, "a", zipfile.ZIP_DEFLATED, compresslevel=6)

    def _write(self, path: str, data: bytes | Iterable[bytes]) -> File:
        entry = zipfile.ZipInfo(f"{self.name}/{path}", _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3  # Unix, wherever it is made
        entry.external_attr = 0o100644 << 16
        sha256, sha512, size = hashlib.sha256(), hashlib.sha512(), 0
        with self._zip.open(entry, "w", force_zip64=True) as into:
            for piece in _pieces(data):
                sha256.update(piece)
                sha512.update(piece)
                into.write(piece)
                size += len(piece)
        return File(path, sha256.hexdigest(), sha512.hexdigest(), size)


def info(fields: Iterable[tuple[str, str]]) -> bytes:
    """`bag-info.txt`: one line a field."""
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in fields).encode()


def file_name(given: str) -> str:
    """A name that every file system takes and no manifest has to escape."""
    kept = _UNFIT.sub("_", unicodedata.normalize("NFC", given).replace("/", "_")).strip(". ")
    return kept or "file"


def discard(path: Path) -> None:
    """Whatever is on the disk of a bag, finished or not."""
    for suffix in (path.suffix, ".lines", ".journal", ".new"):
        path.with_suffix(suffix).unlink(missing_ok=True)


def _checked(path: str) -> str:
    parts = path.split("/")
    plain = unicodedata.normalize("NFC", path) == path and not _UNFIT.search(path)
    if not plain or any(part in {"", ".", ".."} for part in parts):
        raise Invalid(f"A bag has no path {path!r}.")
    return path


def _pieces(data: bytes | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(data, bytes):
        for at in range(0, len(data), _PIECE):
            yield data[at : at + _PIECE]
    else:
        yield from data


def _directory(whole: IO[bytes]) -> int:
    """Where the central directory of a zip file begins."""
    return zipfile.ZipFile(whole).start_dir
