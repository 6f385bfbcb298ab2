"""Checking a package that somebody brings: `check.py`, as it lies in every package, in a process of
its own and within bounds. Nothing of the package is kept; that it was checked is on record.

What this service says of a package is as good as the service. Who does not trust it runs the same
file on a machine of their own.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from governance import turns
from governance.errors import Conflict, Invalid
from governance.ledger import keys, ledger, notes
from governance.ledger.ledger import Actor
from governance.ledger.notes import Unsigned, Verifier
from incidents.evidence import confined, exports

#: What a web process keeps in its temporary directory for one request.
LARGEST: Final = 32 << 20
MOST_KEYS: Final = 20
_SECONDS: Final = confined.MOST_SECONDS + 5
_MOST_SAID: Final = 4 << 20
_HERE: Final = Path(__file__).parent
_UNFINISHED: Final = (
    "Checking it took more time or memory than there is for it here. Unpack it on your own machine "
    "and run its check.py there."
)


@dataclass(frozen=True)
class Part:
    """One check. `problems` are all that were found, `wrong` the first of them."""

    title: str
    right: Sequence[str]
    unchecked: Sequence[str]
    wrong: Sequence[str]
    problems: int


@dataclass(frozen=True)
class Inspection:
    """`result` is `right`, `partly` where something was not checked, `wrong`, `refused` or
    `unfinished`; `why` says so for the last two. `own` where it was checked against the keys of
    this service."""

    result: str
    sha256: str
    size: int
    own: bool
    parts: Sequence[Part] = ()
    problems: int = 0
    why: str = field(default="")


def inspect(
    package: "UploadedFile[bytes]",
    *,
    trusted: Sequence[str] = (),
    kept: str = "",
    by: Actor,
    at: datetime,
) -> Inspection:
    """What check.py says of the zip file, by the verifier keys `trusted`, or by those of this
    service where none are given, and against a checkpoint that the auditor kept. Raises Invalid,
    and Conflict while another one is checked."""
    if not package.size or package.size > LARGEST:
        raise Invalid(f"A package of 1 byte to {LARGEST >> 20} MiB can be checked here.")
    _refuse_unreadable(trusted, kept)
    texts = list(trusted) or [each.text for each in keys.public()]
    with turns.alone("evidence.inspection") as alone:
        if not alone:
            raise Conflict("Another package is being checked. Try again in half a minute.")
        said, digest = _checked(package, texts, kept)
    found = _read(said, digest, package.size, own=not trusted)
    with transaction.atomic():
        ledger.append(_event(found), by=by, at=at)
    return found


def _refuse_unreadable(trusted: Sequence[str], kept: str) -> None:
    if len(trusted) > MOST_KEYS:
        raise Invalid(f"Give at most {MOST_KEYS} keys.")
    try:
        for each in trusted:
            Verifier.read(each)
        if kept:
            notes.parse(kept)
    except Unsigned as error:
        raise Invalid(f"This is no verifier key, or no checkpoint: {error}") from error


def _checked(package: "UploadedFile[bytes]", trusted: Sequence[str], kept: str) -> tuple[str, str]:
    """What was said, and the SHA-256 of the file. All that is written is gone afterwards."""
    with TemporaryDirectory(prefix="inspection-") as name:
        directory = Path(name)
        path, digest = _laid(package, directory)
        more = [part for each in trusted for part in ("--key", each)]
        if kept:
            (directory / "kept").write_text(kept)
            more += ["--checkpoint", str(directory / "kept")]
        return _run([str(path), "--json", *more], directory), digest


def _laid(package: "UploadedFile[bytes]", directory: Path) -> tuple[Path, str]:
    """A large upload lies on the disk already, a small one does not."""
    there = getattr(package, "temporary_file_path", None)
    path = directory / "package.zip"
    if there is None:
        path.write_bytes(package.read())
    hashed = hashlib.sha256()
    for piece in package.chunks():
        hashed.update(piece)
    return path if there is None else Path(there()), hashed.hexdigest()


def _run(arguments: list[str], directory: Path) -> str:
    """What the process says; empty where it did not come to an end. It sees none of our settings,
    and when its time is over everything that it started ends with it."""
    out = directory / "said.json"
    command = [sys.executable, "-I", "-S", str(_HERE / "confined.py"), str(_HERE / "check.py")]
    with out.open("wb") as said:
        process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.DEVNULL,
            cwd=directory,
            env={"PATH": os.defpath, "TMPDIR": str(directory), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            return ""
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return out.read_text() if out.stat().st_size <= _MOST_SAID else ""


def _read(said: str, digest: str, size: int, *, own: bool) -> Inspection:
    try:
        found: dict[str, Any] = json.loads(said)
    except ValueError:
        return Inspection("unfinished", digest, size, own, why=_UNFINISHED)
    if "refused" in found:
        return Inspection("refused", digest, size, own, why=str(found["refused"]))
    parts = [Part(**each) for each in found["parts"]]
    result = ("right", "wrong", "partly")[found["code"]]
    return Inspection(result, digest, size, own, parts, found["problems"])


def _event(found: Inspection) -> ledger.Event:
    after = {"result": found.result, "size": found.size, "problems": found.problems}
    return ledger.Event("evidence.checked", exports.OBJECT, found.sha256, after=after)
