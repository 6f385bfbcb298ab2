"""An incident with everything that one has, its package on the disk, and check.py run on it alone:
a bare interpreter without our code, our packages or our directory."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from governance.ledger import keys, log, sequencer
from governance.ledger.log import NotSealed
from incidents import correspondence
from incidents.evidence import one, picture
from incidents.evidence.bag import Bag
from incidents.evidence.package import Label
from incidents.evidence.work import Work
from incidents.models import Incident
from incidents.stages.attaching import Upload
from tests import factory
from tests.factory import AT, HOUR, PERSON
from tests.incidents import noticing

__all__ = ["NotSealed", "picture"]
LATER: Final = AT + 3 * HOUR
CHECK: Final = Path(one.__file__).with_name("check.py")


def full_incident() -> Incident:
    """Reported, amended, delayed, attached to and filed, with an approved notice."""
    noticing.install()
    incident = noticing.submit()
    factory.grant(factory.deadline(incident, "notify", "final"), "delay")
    correspondence.attach(incident, Upload("log €.txt", "text/plain", b"line\n"), by=PERSON, at=AT)
    factory.amend(incident, impact={"people_affected": 12})
    noticing.file(noticing.approved(noticing.draft(noticing.clock(incident))))
    return Incident.objects.get(id=incident.id)


def seal() -> None:
    while sequencer.seal(at=LATER):
        pass


def label(incident: Incident) -> Label:
    return Label("0190", "incident", incident.reference, LATER)


def pack(incident: Incident, directory: Path) -> Path:
    """The zip file of its package, with everything sealed before."""
    seal()
    return pack_sealed(incident, directory)


def pack_sealed(incident: Incident, directory: Path) -> Path:
    """With what is sealed by now."""
    path = directory / "package.zip"
    latest = log.latest()
    assert latest is not None
    bag = Bag(path, "bag")
    try:
        scope = {"incident": str(incident.id)}
        assert not list(one.parts(Work(bag, label(incident), scope, latest)))
    finally:
        bag.let_go()
    return path


@dataclass(frozen=True)
class Unpacked:
    """A package in a directory of its own, where it can be changed."""

    root: Path

    def path(self, name: str) -> Path:
        """By the name within the bag; a `*` finds the first that fits."""
        return sorted(self.root.glob(name))[0]

    def text(self, name: str) -> str:
        return self.path(name).read_text()

    def json(self, name: str) -> Any:
        return json.loads(self.text(name))

    def change(self, name: str, edit: Callable[[bytes], bytes]) -> None:
        path = self.path(name)
        before = path.read_bytes()
        after = edit(before)
        assert before != after
        path.write_bytes(after)

    def lines(self, name: str, edit: Callable[[list[bytes]], list[bytes]]) -> None:
        self.change(name, lambda before: b"".join(edit(before.splitlines(keepends=True))))


def unpack(path: Path, directory: Path) -> Unpacked:
    with zipfile.ZipFile(path) as file:
        file.extractall(directory)
    (root,) = directory.iterdir()
    return Unpacked(root)


def copy(of: Unpacked, directory: Path) -> Unpacked:
    return Unpacked(Path(shutil.copytree(of.root, directory / "copy")))


@dataclass(frozen=True)
class Checked:
    code: int
    said: str


def check(
    package: Path, *more: str, script: Path = CHECK, environment: dict[str, str] | None = None
) -> Checked:
    """check.py in a bare interpreter."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(package), *more],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"} if environment is None else environment,
        cwd="/",
    )
    return Checked(done.returncode, done.stdout + done.stderr)


def verifier() -> str:
    """The newest key, as an operator publishes it."""
    return keys.public()[-1].text


def reseal(of: Unpacked) -> None:
    """What a forger can do without the key: make the manifests fit the changed files."""
    for algorithm in ("sha256", "sha512"):
        _manifest(of, f"manifest-{algorithm}.txt", algorithm, _payload(of))
    for algorithm in ("sha256", "sha512"):
        beside = [each for each in _tags(of) if not each.startswith("tagmanifest-")]
        _manifest(of, f"tagmanifest-{algorithm}.txt", algorithm, beside)


def _payload(of: Unpacked) -> Iterator[str]:
    return (each for each in _all(of) if each.startswith("data/"))


def _tags(of: Unpacked) -> list[str]:
    return [each for each in _all(of) if not each.startswith("data/")]


def _all(of: Unpacked) -> Iterator[str]:
    files = sorted(each for each in of.root.rglob("*") if each.is_file())
    return (each.relative_to(of.root).as_posix() for each in files)


def _manifest(of: Unpacked, name: str, algorithm: str, listed: Any) -> None:
    lines = [
        f"{hashlib.new(algorithm, (of.root / each).read_bytes()).hexdigest()}  {each}\n"
        for each in listed
    ]
    (of.root / name).write_text("".join(lines))
