#!/usr/bin/env python3
"""Checks an evidence package of Bylaw: one file, the standard library, no network.

    python3 check.py [PACKAGE] [--key 'NAME+HASH+KEY']... [--checkpoint FILE] [--authority FILE]
                     [--json]

PACKAGE is the directory or the zip file; by default the directory that this file lies in. Ends
with 0 when all was checked and is right, 1 when something is wrong, 2 when nothing is wrong but
something was not checked. Signatures are checked by `openssl`, where it is there and knows Ed25519.
With --json it says the same for programs, part by part.
"""

import argparse
import base64
import binascii
import hashlib
import json
import stat
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

PIECE = 1 << 20
WIDTH = 256
MOST_SHOWN = 50
#: In an entry's `after`: the SHA-256 of exact bytes that a package has to bring.
NAMED = ("body_sha256", "decision_sha256", "facts_sha256")
#: How the files of a package are packed: stored, and deflated.
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: What reading a file of a package raises, whatever somebody made of it.
UNREADABLE = (OSError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile)


# --- what is said ------------------------------------------------------------------------------


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


@dataclass
class Report:
    """Problems say what and where; `unchecked` what nobody should take for checked. `parts` has the
    same once more, check by check."""

    right: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)

    def wrong(self, where: str, what: str) -> None:
        self.problems.append(f"{where}: {what}")

    @contextmanager
    def part(self, title: str) -> Iterator[None]:
        """What is said within, under a title."""
        right, unchecked, wrong = len(self.right), len(self.unchecked), len(self.problems)
        try:
            yield
        finally:
            said = {"right": self.right[right:], "unchecked": self.unchecked[unchecked:]}
            problems = self.problems[wrong:]
            said["wrong"] = problems[:MOST_SHOWN]
            self.parts.append({"title": title, "problems": len(problems), **said})

    @property
    def code(self) -> int:
        return 1 if self.problems else 2 if self.unchecked else 0

    def write_json(self, out: IO[str]) -> int:
        json.dump({"code": self.code, "problems": len(self.problems), "parts": self.parts}, out)
        out.write("\n")
        return self.code

    def write(self, out: IO[str]) -> int:
        for line in self.right:
            out.write(f"ok           {line}\n")
        for line in self.unchecked:
            out.write(f"NOT CHECKED  {line}\n")
        for line in self.problems[:MOST_SHOWN]:
            out.write(f"WRONG        {line}\n")
        if len(self.problems) > MOST_SHOWN:
            out.write(f"WRONG        and {len(self.problems) - MOST_SHOWN} more\n")
        if self.problems:
            out.write(f"\nThis package is NOT right: {counted(len(self.problems), 'problem')}.\n")
        elif self.unchecked:
            out.write("\nNothing is wrong in what was checked. Not all was checked, see above.\n")
        else:
            out.write("\nAll was checked, and all is right.\n")
        return self.code


# --- files -------------------------------------------------------------------------------------


class Package:
    """A bag, as a directory or within a zip file."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path) if path.is_file() else None
        self.root = path
        self.prefix = ""
        if self.zip is not None:
            tops = {name.partition("/")[0] for name in self.zip.namelist()}
            self.prefix = f"{tops.pop()}/" if len(tops) == 1 else ""

    def twice(self) -> list[str]:
        """Names that a zip file has more than once: readers differ in which they take."""
        names = Counter(self.zip.namelist() if self.zip is not None else [])
        return sorted(name for name, count in names.items() if count > 1)

    def names(self) -> list[str]:
        if self.zip is not None:
            found = [name for name in self.zip.namelist() if not name.endswith("/")]
            return sorted(name.removeprefix(self.prefix) for name in found)
        files = (each for each in self.root.rglob("*") if each.is_file() or each.is_symlink())
        return sorted(each.relative_to(self.root).as_posix() for each in files)

    def open(self, name: str) -> IO[bytes]:
        """Raises UNREADABLE, KeyError."""
        if self.zip is not None:
            found = self.zip.getinfo(self.prefix + name)
            if stat.S_ISLNK(found.external_attr >> 16):
                raise OSError("it is a link, not a file")
            if found.compress_type not in PACKED:
                raise OSError("it is packed in a way that packages are not")
            return self.zip.open(found)
        path = self.root / name
        if path.is_symlink():
            raise OSError("it is a link, not a file")
        return path.open("rb")

    def read(self, name: str) -> bytes:
        with self.open(name) as file:
            return file.read()


def digests(package: Package, name: str) -> dict[str, str]:
    made = {"sha256": hashlib.sha256(), "sha512": hashlib.sha512()}
    with package.open(name) as file:
        while piece := file.read(PIECE):
            for each in made.values():
                each.update(piece)
    return {algorithm: each.hexdigest() for algorithm, each in made.items()}


# --- the bag (RFC 8493) ------------------------------------------------------------------------


def check_bag(package: Package, report: Report) -> dict[str, dict[str, str]]:
    """Every file that is there → its digests."""
    present = {}
    for name in package.names():
        try:
            present[name] = digests(package, name)
        except UNREADABLE as error:
            report.wrong(name, f"cannot be read: {error}")
    for name in package.twice():
        report.wrong(name, "is in the zip file more than once")
    before = len(report.problems)
    if not present.get("bagit.txt") or b"BagIt-Version: 1.0" not in package.read("bagit.txt"):
        report.wrong("bagit.txt", "does not say BagIt-Version: 1.0")
    if "fetch.txt" in present:
        report.wrong("fetch.txt", "names files elsewhere; a package has everything inside")
    payload = {name for name in present if name.startswith("data/")}
    for algorithm in ("sha256", "sha512"):
        _check_manifest(package, f"manifest-{algorithm}.txt", payload, present, report)
        tags = {name for name in present if name not in payload and not is_tagmanifest(name)}
        _check_manifest(package, f"tagmanifest-{algorithm}.txt", tags, present, report)
    if len(report.problems) == before:
        report.right.append(
            f"complete and unaltered by its manifests: {counted(len(payload), 'file')} of content, "
            f"{len(present) - len(payload)} beside it"
        )
    return present


def is_tagmanifest(name: str) -> bool:
    return name.startswith("tagmanifest-")


def _check_manifest(
    package: Package,
    manifest: str,
    expected: set[str],
    present: dict[str, dict[str, str]],
    report: Report,
) -> None:
    if manifest not in present:
        report.wrong(manifest, "is missing")
        return
    algorithm = manifest.rpartition("-")[2].removesuffix(".txt")
    listed: set[str] = set()
    for number, line in enumerate(lines(package, manifest), start=1):
        digest, _, name = line.decode("utf-8", "replace").partition("  ")
        if not digest or not name or not is_safe(name) or name in listed:
            report.wrong(f"{manifest}, line {number}", f"{name!r} is no path, or stands twice")
            continue
        listed.add(name)
        if name not in present:
            report.wrong(name, f"is missing; {manifest} lists it")
        elif present[name][algorithm] != digest.lower():
            report.wrong(name, f"was changed: its {algorithm} is not that of {manifest}")
    for name in sorted(expected - listed):
        report.wrong(name, f"is extra: {manifest} does not list it")


def is_safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    plain = unicodedata.normalize("NFC", name) == name and "\\" not in name
    return plain and bool(parts) and not name.startswith(("/", "~")) and ".." not in parts


def lines(package: Package, name: str) -> Iterator[bytes]:
    with package.open(name) as file:
        for line in file:
            yield line.rstrip(b"\n")


# --- keys and signatures -----------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A verifier key, `name+hash+base64(1, public key)` (C2SP signed-note)."""

    name: str
    hash: str
    public: bytes

    @classmethod
    def read(cls, text: str) -> "Key":
        """Raises ValueError."""
        name, _, rest = text.strip().partition("+")
        given, _, encoded = rest.partition("+")
        typed = unbase64(encoded)
        found = cls(name, hashlib.sha256(name.encode() + b"\n" + typed).hexdigest()[:8], typed[1:])
        if not name or typed[:1] != b"\x01" or len(typed) != 33 or found.hash != given:
            raise ValueError(f"{text.strip()[:80]!r} is no Ed25519 verifier key")
        return found


class Openssl:
    """Ed25519 by the program `openssl`. `able` is False where it is not there or cannot do it."""

    _WHO_KNOWS = (  # RFC 8032, 7.1, test 2
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    )

    def __init__(self) -> None:
        key, message, signature = map(bytes.fromhex, self._WHO_KNOWS)
        self.able = self._run(key, message, signature) and not self._run(key, b"s", signature)

    def verify(self, key: Key, message: bytes, signature: bytes) -> bool:
        return self._run(key.public, message, signature)

    @staticmethod
    def _run(public: bytes, message: bytes, signature: bytes) -> bool:
        der = bytes.fromhex("302a300506032b6570032100") + public
        pem = b"-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
        with tempfile.TemporaryDirectory() as directory:
            files = [Path(directory) / name for name in ("key", "message", "signature")]
            written = (pem % base64.b64encode(der), message, signature)
            for file, content in zip(files, written, strict=True):
                file.write_bytes(content)
            paths = [str(file) for file in files]
            asked = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", paths[0], "-rawin"]
            asked += ["-in", paths[1], "-sigfile", paths[2]]
            try:
                done = subprocess.run(asked, capture_output=True, check=False)
            except OSError:
                return False
        return done.returncode == 0


def unbase64(text: str) -> bytes:
    """Raises ValueError."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"{text[:40]!r} is no base64") from error


# --- checkpoints (C2SP tlog-checkpoint) --------------------------------------------------------


@dataclass(frozen=True)
class Checkpoint:
    where: str
    origin: str
    size: int
    root: bytes
    body: bytes
    signatures: tuple[tuple[str, str, bytes], ...]  # name, key hash, signature

    @classmethod
    def read(cls, where: str, note: bytes) -> "Checkpoint":
        """Raises ValueError."""
        body, gap, tail = note.decode().rpartition("\n\n")
        said = body.split("\n")
        if not gap or len(said) < 3 or not said[1].isdecimal() or len(unbase64(said[2])) != 32:
            raise ValueError("this is no signed checkpoint")
        signed = []
        for line in tail.splitlines():
            dash, name, value = line.split(" ")
            raw = unbase64(value)
            if dash != "—" or len(raw) < 5:
                raise ValueError(f"{line[:60]!r} is no signature line")
            signed.append((name, raw[:4].hex(), raw[4:]))
        root, text = unbase64(said[2]), (body + "\n").encode()
        return cls(where, said[0], int(said[1]), root, text, tuple(signed))

    def signers(self, keys: Iterable[Key], openssl: Openssl) -> list[Key]:
        """Those of the keys that have signed it."""
        return [
            key
            for key in keys
            for name, hash_, signature in self.signatures
            if (name, hash_) == (key.name, key.hash) and openssl.verify(key, self.body, signature)
        ]


# --- the tree (RFC 6962, 2.1; RFC 9162, 2.1) ----------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_grown(old: int, new: int, was: bytes, now: bytes, path: list[bytes]) -> bool:
    """RFC 9162, 2.1.4.2: that the tree `now` of `new` leaves begins with the tree `was`."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and was == now
    steps = path if old & (old - 1) else [was, *path]
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and (first, second) == (was, now)


class Tree:
    """The root over leaves that come one at a time."""

    def __init__(self) -> None:
        self.size = 0
        self._left: list[tuple[int, bytes]] = []  # size of a complete subtree and its hash

    def add(self, leaf: bytes) -> None:
        width, hashed = 1, leaf
        while self._left and self._left[-1][0] == width:
            hashed, width = node_hash(self._left.pop()[1], hashed), width * 2
        self._left.append((width, hashed))
        self.size += 1

    def root(self) -> bytes:
        if not self._left:
            return hashlib.sha256(b"").digest()
        found = self._left[-1][1]
        for _, each in reversed(self._left[:-1]):
            found = node_hash(each, found)
        return found


# --- the log -----------------------------------------------------------------------------------


@dataclass
class Log:
    """`checkpoints` by size, all of which the newest goes on from. `entries` by id: those whose
    inclusion is proven. `withheld` are ids of those of which only the hash is there."""

    keys: list[Key] = field(default_factory=list)
    checkpoints: dict[int, Checkpoint] = field(default_factory=dict)
    newest: Checkpoint | None = None
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)


def check_log(package: Package, present: Iterable[str], report: Report) -> Log:
    log = Log()
    for line in lines(package, "data/log/keys.txt"):
        log.keys.append(Key.read(line.decode()))
    names = [name for name in present if name.startswith("data/log/checkpoints/")]
    for name in ["data/log/checkpoint.txt", *sorted(names)]:
        found = Checkpoint.read(name, package.read(name))
        if log.newest is None:
            log.newest = found
        same = log.checkpoints.setdefault(found.size, found)
        if same.root != found.root:
            report.wrong(name, f"has another root than {same.where} of the same size: a fork")
    assert log.newest is not None  # noqa: S101 - the list above begins with it
    _check_growth(package, log, log.newest, report)
    return log


def _check_growth(package: Package, log: Log, newest: Checkpoint, report: Report) -> None:
    proven = {newest.size}
    for number, line in enumerate(lines(package, "data/log/consistency.jsonl"), start=1):
        said = json.loads(line)
        old, new = log.checkpoints.get(said["old"]), log.checkpoints.get(said["new"])
        path = [bytes.fromhex(each) for each in said["path"]]
        where = f"data/log/consistency.jsonl, line {number}"
        if old is None or new is not newest:
            report.wrong(where, "is about a checkpoint that is not there")
        elif not is_grown(old.size, new.size, old.root, new.root, path):
            report.wrong(where, f"the log of {new.size} does not begin with that of {old.size}")
        else:
            proven.add(old.size)
    for size in sorted(set(log.checkpoints) - proven):
        report.wrong(log.checkpoints[size].where, "nothing proves that the log goes on from it")
    if len(proven) == len(log.checkpoints):
        report.right.append(
            f"one log, {newest.origin}: {counted(len(proven), 'checkpoint')}, "
            f"the newest of {newest.size}"
        )


def check_entries(package: Package, where: str, log: Log, report: Report) -> None:
    """The entries and proofs of one directory."""
    before, count, last, hidden = len(report.problems), 0, -1, len(log.withheld)
    texts = lines(package, f"{where}/entries.jsonl")
    proofs = lines(package, f"{where}/proofs.jsonl")
    while True:
        text, proof = next(texts, None), next(proofs, None)
        if text is None or proof is None:
            if text is not proof:
                report.wrong(where, "entries.jsonl and proofs.jsonl differ in length")
            break
        count += 1
        place = _check_entry(f"{where}/entries.jsonl, line {count}", text, proof, log, report)
        if place <= last:
            report.wrong(
                f"{where}/entries.jsonl, line {count}", "stands out of the order of the log"
            )
        last = max(last, place)
    if len(report.problems) == before:
        report.right.append(
            f"in the log and in its order: {counted(count, 'entry', 'entries')} of {where}"
        )
    if hidden := len(log.withheld) - hidden:
        report.unchecked.append(
            f"what {counted(hidden, 'entry', 'entries')} of {where} would say: withheld, only "
            "the hash is here"
        )


def _check_entry(where: str, text: bytes, proof: bytes, log: Log, report: Report) -> int:
    said = json.loads(proof)
    leaf, id_, index = bytes.fromhex(said["leaf"]), str(said["entry"]), int(said["index"])
    if text and leaf_hash(text) != leaf:
        report.wrong(where, "is not the text whose hash its proof is about")
        return index
    if not text and "withheld" not in said:
        report.wrong(where, "is missing, and nothing says that it was withheld")
    against = log.checkpoints.get(said["checkpoint"])
    path = [bytes.fromhex(each) for each in said["path"]]
    if against is None:
        report.wrong(where, f"is proven against a checkpoint of {said['checkpoint']}, not given")
    elif not is_included(leaf, index, against.size, path, against.root):
        report.wrong(where, f"its proof does not lead to the root of the log of {against.size}")
    elif text:
        record = json.loads(text)
        if record.get("id") != id_:
            report.wrong(where, f"is the entry {record.get('id')}, its proof says {id_}")
        log.entries[id_], log.places[id_] = record, index
    else:
        log.withheld[id_] = str(said.get("withheld"))
    return index


# --- the whole log, in tiles (C2SP tlog-tiles) --------------------------------------------------


def check_tiles(package: Package, present: Iterable[str], log: Log, report: Report) -> None:
    """Hash every entry anew: the root must be the signed one, the lowest tiles the hashes."""
    newest, tree, names = log.newest, Tree(), set(present)
    assert newest is not None  # noqa: S101 - there is no log without one
    before = len(report.problems)
    while tree.size < newest.size:
        number, width = tree.size // WIDTH, min(WIDTH, newest.size - tree.size)
        name = f"data/tile/entries/{tile_path(number, width)}"
        if name not in names:
            report.wrong(name, "is missing")
            return
        hashes = [leaf_hash(each) for each in unbundle(package.read(name))]
        if len(hashes) != width:
            report.wrong(name, f"has {counted(len(hashes), 'entry', 'entries')} and not {width}")
            return
        lowest = f"data/tile/0/{tile_path(number, width)}"
        if lowest not in names or package.read(lowest) != b"".join(hashes):
            report.wrong(lowest, "does not have the hashes of its entries")
        for each in hashes:
            tree.add(each)
    if tree.root() != newest.root:
        report.wrong("data/tile", f"the entries do not give the root of {newest.where}")
    if len(report.problems) == before:
        report.right.append(
            f"the whole log: {counted(tree.size, 'entry', 'entries')} with the root that is signed"
        )


def tile_path(number: int, width: int) -> str:
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return path if width == WIDTH else f"{path}.p/{width}"


def unbundle(data: bytes) -> Iterator[bytes]:
    at = 0
    while at + 2 <= len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        yield data[at + 2 : end] if end <= len(data) else b""
        at = end


# --- trust ---------------------------------------------------------------------------------------


def check_signatures(
    package: Package,
    present: dict[str, dict[str, str]],
    log: Log,
    given: list[Key],
    report: Report,
) -> None:
    _check_envelope(package, present, report)
    openssl = Openssl()
    if not openssl.able:
        report.unchecked.append(
            "signatures: `openssl` is not here or does not know Ed25519, so anybody could have "
            "made this package"
        )
        return
    trusted = _trusted(log, given, openssl)
    assert log.newest is not None  # noqa: S101 - there is no log without one
    if not log.newest.signers(trusted, openssl):
        report.wrong(log.newest.where, "is not signed by a key that counts")
    else:
        report.right.append(f"checkpoint signed by {', '.join(sorted(k.hash for k in trusted))}")
    _check_statement(package, trusted, openssl, report)
    if not given:
        report.unchecked.append(
            "whose key that is: it came with the package. Compare the verifier key with one that "
            "the operator published, or give it with --key: " + _verifiers(package)
        )


def _trusted(log: Log, given: list[Key], openssl: Openssl) -> list[Key]:
    """The keys given, and those that took over from them: announced in the log, and first signing
    together with one that was trusted before. With none given, those of the package."""
    if not given:
        return log.keys
    trusted = list(given)
    announced: dict[str, int] = {}
    for id_, each in log.entries.items():
        if each.get("verb") in {"ledger.key_created", "ledger.key_rotated"}:
            announced[str(each["after"]["key"])] = log.places[id_]
    for size in sorted(log.checkpoints):
        checkpoint = log.checkpoints[size]
        if not checkpoint.signers(trusted, openssl):
            continue
        for text, place in announced.items():
            key = Key.read(text)
            if place < size and key not in trusted and checkpoint.signers([key], openssl):
                trusted.append(key)
    return trusted


def _verifiers(package: Package) -> str:
    return package.read("data/log/keys.txt").decode().strip().replace("\n", ", ")


def _check_envelope(package: Package, present: dict[str, dict[str, str]], report: Report) -> None:
    """What is signed is about the files that are here."""
    where, before = "signature/statement.dsse.json", len(report.problems)
    envelope = json.loads(package.read(where))
    body = unbase64(envelope["payload"])
    if pae(envelope["payloadType"], body) != package.read("signature/statement.pae"):
        report.wrong("signature/statement.pae", "is not what the envelope holds")
    statement = json.loads(body)
    if statement.get("_type") != "https://in-toto.io/Statement/v1":
        report.wrong(where, "holds no in-toto Statement v1")
    named = {each["name"]: each["digest"] for each in statement["subject"]}
    for name, digest in named.items():
        if name not in present:
            report.wrong(name, "is missing; the signature names it")
        elif present[name] != digest:
            report.wrong(name, "was changed: its digest is not the one that is signed")
    for name in ("manifest-sha256.txt", "manifest-sha512.txt", "bag-info.txt"):
        if name not in named:
            report.wrong(where, f"does not sign {name}")
    signed = json.dumps(statement["predicate"], sort_keys=True)
    if signed != json.dumps(json.loads(package.read("data/package.json")), sort_keys=True):
        report.wrong("data/package.json", "is not what is signed")
    if len(report.problems) == before:
        report.right.append(
            f"the statement is about this package: {counted(len(named), 'file')} by digest"
        )


def _check_statement(
    package: Package, trusted: list[Key], openssl: Openssl, report: Report
) -> None:
    where = "signature/statement.dsse.json"
    envelope = json.loads(package.read(where))
    signed = pae(envelope["payloadType"], unbase64(envelope["payload"]))
    signatures = [unbase64(each["sig"]) for each in envelope["signatures"]]
    if package.read("signature/statement.sig") not in signatures:
        report.wrong("signature/statement.sig", "is not the signature of the envelope")
    found = [k for k in trusted for each in signatures if openssl.verify(k, signed, each)]
    if not found:
        report.wrong(where, "is not signed by a key that counts")
    else:
        report.right.append(f"statement signed by {found[0].name} ({found[0].hash})")


def pae(type_: str, body: bytes) -> bytes:
    """DSSE v1: what is signed."""
    return b"DSSEv1 %d %s %d %s" % (len(type_.encode()), type_.encode(), len(body), body)


# --- decisions and policies ----------------------------------------------------------------------


def check_policies(
    package: Package,
    present: dict[str, dict[str, str]],
    log: Log,
    report: Report,
) -> None:
    """Release → policies → exact texts, each step by its digest, and back to the log."""
    before = len(report.problems)
    policies = {
        name: each["sha256"] for name, each in present.items() if name.startswith("data/policies/")
    }
    meanings = {digest for name, digest in policies.items() if name.endswith(".json")}
    releases = [name for name in policies if name.startswith("data/policies/releases/")]
    for name in releases:
        if policies[name] != PurePosixPath(name).stem:
            report.wrong(name, "is not the release that its name says")
        for identity, digest in json.loads(package.read(name)):
            if digest not in meanings:
                report.wrong(name, f"no file has the policy {identity} of digest {digest}")
    texts = [name for name in policies if name.endswith(".yaml")]
    unsaid = [name for name in texts if not _check_text(name, policies, log, report)]
    if unsaid:
        report.unchecked.append(
            f"that the YAML of {counted(len(unsaid), 'policy', 'policies')} says what the "
            f"canonical JSON says: no entry names the digest of the YAML. The first: {unsaid[0]}"
        )
    if len(report.problems) == before and releases:
        report.right.append(f"{len(releases)} releases of {len(texts)} policy texts, by digest")


def _check_text(name: str, policies: dict[str, str], log: Log, report: Report) -> bool:
    """Whether an entry of the log names the bytes of this YAML; wrong where one names others for
    the same policy."""
    meaning = policies.get(f"{name.removesuffix('.yaml')}.json", "")
    named = set()
    for each in log.entries.values():
        after = each.get("after") or {}
        if each["object"]["kind"] == "policy_version" and after.get("digest") == meaning:
            named.add(after.get("text_digest"))
    if not meaning or not named:
        report.wrong(name, "no entry of the log puts this policy in force")
    elif policies[name] in named:
        return True
    elif named != {None}:
        report.wrong(name, "was changed: the log names another text of this policy")
        return True
    return False


def check_incident(
    package: Package,
    where: str,
    present: dict[str, dict[str, str]],
    log: Log,
    report: Report,
) -> None:
    """Every digest that an entry of the incident names has its file: decisions with their facts and
    release, submissions."""
    before = len(report.problems)
    incident = json.loads(package.read(f"{where}/incident.json"))
    have = {each["sha256"] for name, each in present.items() if name.startswith(where)}
    have |= {PurePosixPath(n).stem for n in present if n.startswith("data/policies/releases/")}
    listed = _withheld(package, where, present, report)
    withheld = {str(each["sha256"]) for each in listed}
    apart = {str(each["file"]) for each in listed}
    decided = 0
    for id_, entry in log.entries.items():
        if entry.get("incident") != incident["id"]:
            continue
        after = entry.get("after") or {}
        decided += "decision_sha256" in after
        _check_body(package, where, id_, after, apart, report)
        wanted = [(name, after[name]) for name in NAMED if after.get(name)]
        if "decision_sha256" in after:
            wanted.append(("release", after.get("release")))
        for name, digest in wanted:
            if digest not in have and digest not in withheld:
                report.wrong(where, f"no file has the {name} {digest} that entry {id_} names")
    if len(report.problems) == before:
        report.right.append(f"{where}: {decided} decisions, their facts and rules as the log says")
    if withheld:
        report.unchecked.append(
            f"{counted(len(apart), 'file')} of {where}, withheld or shortened; see withheld.json"
        )


def _withheld(
    package: Package, where: str, present: dict[str, dict[str, str]], report: Report
) -> list[dict[str, Any]]:
    """What is left out, with the digests of the originals."""
    name = f"{where}/withheld.json"
    if name not in present:
        return []
    found: list[dict[str, Any]] = json.loads(package.read(name))
    for each in found:
        if not each["reason"]:
            report.wrong(name, f"gives no reason for {each['file']}")
    return found


def _check_body(
    package: Package, where: str, id_: str, after: dict[str, Any], apart: set[str], report: Report
) -> None:
    """The report as it was sent is what the entry commits to: SHA-256(salt || bytes)."""
    said = after.get("body")
    if not isinstance(said, str) or not said.startswith("sha256:"):
        return
    name = f"submissions/{after.get('submission')}"
    if apart & {f"{name}/body", f"{name}/submission.json"}:
        return
    try:
        salt = json.loads(package.read(f"{where}/{name}/submission.json"))["salt"]
        body = package.read(f"{where}/{name}/body")
    except (KeyError, OSError):
        report.wrong(f"{where}/{name}", f"is missing; entry {id_} commits to it")
        return
    if len(salt) != 64:
        report.unchecked.append(f"{where}/{name}: it was erased, only the commitment is left")
    elif said != f"sha256:{hashlib.sha256(bytes.fromhex(salt) + body).hexdigest()}":
        report.wrong(f"{where}/{name}/body", f"is not the report that entry {id_} commits to")


def check_personal(package: Package, present: Iterable[str], log: Log, report: Report) -> None:
    """Values held apart: SHA-256(salt || canonical JSON) stands in their entry."""
    count = 0
    for name in present:
        if "/personal/" not in name or not name.startswith("data/"):
            continue
        said = json.loads(package.read(name))
        committed = (log.entries.get(said["entry"]) or {}).get("personal") or {}
        text = bytes.fromhex(said["salt"]) + said["text"].encode()
        count += 1
        if committed.get(said["name"]) != f"sha256:{hashlib.sha256(text).hexdigest()}":
            report.wrong(name, "is not the value that its entry commits to")
    if count:
        report.right.append(f"{counted(count, 'value')} held apart from the entries")


def check_stamps(
    package: Package, present: Iterable[str], log: Log, roots: Path | None, report: Report
) -> None:
    """That an authority under `roots` has stamped the checkpoints (RFC 3161)."""
    stamps = [n for n in present if n.startswith("data/log/time-stamps/") and n.endswith(".tsr")]
    if not stamps:
        report.unchecked.append(
            "when the log was written: no time-stamp of an authority is there, only the times of "
            "the operator"
        )
    elif roots is None:
        report.unchecked.append(
            f"{len(stamps)} time-stamps: give the authority's root certificates with --authority"
        )
    else:
        for name in sorted(stamps):
            _check_stamp(package, name, log, roots, report)


def _check_stamp(package: Package, name: str, log: Log, roots: Path, report: Report) -> None:
    over = log.checkpoints.get(int(PurePosixPath(name).stem))
    if over is None:
        report.wrong(name, "is over a checkpoint that is not there")
        return
    with tempfile.TemporaryDirectory() as directory:
        answer, note = Path(directory) / "answer", Path(directory) / "note"
        answer.write_bytes(package.read(name))
        note.write_bytes(package.read(over.where))
        asked = ["openssl", "ts", "-verify", "-in", str(answer), "-data", str(note)]
        try:
            done = _run([*asked, "-CAfile", str(roots)])
            said = _run(["openssl", "ts", "-reply", "-in", str(answer), "-text"])
        except OSError:
            report.unchecked.append(f"{name}: `openssl` is not here")
            return
    times = [line[12:] for line in said.stdout.splitlines() if line.startswith("Time stamp: ")]
    if done.returncode:
        report.wrong(name, f"openssl does not verify it: {done.stderr.strip()[-200:]}")
    else:
        report.right.append(f"the first {over.size} entries were there before {''.join(times)}")


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False)


# --- one after the other -------------------------------------------------------------------------


def check(
    package: Package, keys: list[Key], held: bytes, report: Report, roots: Path | None = None
) -> None:
    with report.part("Files"):
        present = check_bag(package, report)
    try:
        _check_log(package, present, keys, held, report, roots)
    except (KeyError, ValueError, TypeError, AttributeError, *UNREADABLE) as error:
        with report.part("The rest"):
            said = f"{type(error).__name__}: {error}"
            report.wrong("the package", f"cannot be read further: {said}")


def _check_log(
    package: Package,
    present: dict[str, dict[str, str]],
    keys: list[Key],
    held: bytes,
    report: Report,
    roots: Path | None,
) -> None:
    with report.part("The log and its checkpoints"):
        log = check_log(package, present, report)
        _check_held(held, log, report)
    with report.part("Entries of the audit trail"):
        for name in sorted(present):
            if name.startswith("data/") and name.endswith("/proofs.jsonl"):
                check_entries(package, name.removesuffix("/proofs.jsonl"), log, report)
        if "data/tile/entries" in {part[: len("data/tile/entries")] for part in present}:
            check_tiles(package, present, log, report)
    with report.part("Signatures"):
        check_signatures(package, present, log, keys, report)
    with report.part("Policies"):
        check_policies(package, present, log, report)
    with report.part("Incidents and decisions"):
        for name in sorted(present):
            if name.startswith("data/incidents/") and name.endswith("/incident.json"):
                where = name.removesuffix("/incident.json")
                check_incident(package, where, present, log, report)
    with report.part("Personal values"):
        check_personal(package, present, log, report)
    with report.part("Time-stamps"):
        check_stamps(package, present, log, roots, report)


def _check_held(held: bytes, log: Log, report: Report) -> None:
    """The checkpoint that the auditor holds is one of those that this log goes on from."""
    if not held:
        return
    own = Checkpoint.read("--checkpoint", held)
    found = log.checkpoints.get(own.size)
    if found is None:
        report.unchecked.append(
            f"your checkpoint of {counted(own.size, 'entry', 'entries')}: the package has none of "
            f"that size. Ask the log for a consistency proof from {own.size}"
        )
    elif (found.origin, found.root) != (own.origin, own.root):
        report.wrong(
            "--checkpoint",
            f"another log: it had another root at {counted(own.size, 'entry', 'entries')}",
        )
    else:
        report.right.append(
            f"the log goes on from your checkpoint of {counted(own.size, 'entry', 'entries')}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description="Check an evidence package of Bylaw.")
    parser.add_argument("package", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", action="append", default=[], help="a verifier key you trust")
    parser.add_argument("--checkpoint", type=Path, help="an earlier signed checkpoint you hold")
    parser.add_argument("--authority", type=Path, help="root certificates of time-stamps, PEM")
    parser.add_argument("--json", action="store_true", help="for programs, part by part")
    options = parser.parse_args()
    report = Report()
    try:
        keys = [Key.read(each) for each in options.key]
        held = options.checkpoint.read_bytes() if options.checkpoint else b""
        package = Package(options.package)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        parser.error(str(error))
    check(package, keys, held, report, options.authority)
    return report.write_json(sys.stdout) if options.json else report.write(sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
