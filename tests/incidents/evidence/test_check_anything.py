"""check.py, called in this process: whatever is changed, it says so and never breaks."""

from collections.abc import Iterator

import pytest

from incidents.evidence import check
from tests.incidents.evidence import packing
from tests.incidents.evidence.packing import Unpacked

pytestmark = pytest.mark.django_db


def problems(of: Unpacked) -> list[str]:
    report = check.Report()
    check.check(check.Package(of.root), [check.Key.read(packing.verifier())], b"", report)
    return report.problems


def files(of: Unpacked) -> Iterator[str]:
    found = sorted(each for each in of.root.rglob("*") if each.is_file())
    return (each.relative_to(of.root).as_posix() for each in found)


def flip(data: bytes) -> bytes:
    """One bit in the middle."""
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_one_bit_of_any_file_is_noticed(package: Unpacked) -> None:
    assert problems(package) == []
    for name in files(package):
        path = package.root / name
        before = path.read_bytes()
        path.write_bytes(flip(before) if before else b"x")
        assert problems(package), name
        path.write_bytes(before)


def test_one_bit_of_any_content_is_noticed_though_the_manifests_fit(package: Unpacked) -> None:
    kept = {name: (package.root / name).read_bytes() for name in files(package)}
    for name in kept:
        if not name.startswith("data/"):
            continue
        (package.root / name).write_bytes(flip(kept[name]) if kept[name] else b"x")
        packing.reseal(package)
        assert problems(package), name
        (package.root / name).write_bytes(kept[name])


def test_any_file_that_is_missing_is_noticed_though_the_manifests_fit(package: Unpacked) -> None:
    for name in list(files(package)):
        path = package.root / name
        if "manifest-" in name:
            continue  # which the forger makes anew
        before = path.read_bytes()
        path.unlink()
        packing.reseal(package)
        assert problems(package), name
        path.write_bytes(before)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"subject": 1}']
)
@pytest.mark.parametrize(
    "name",
    [
        "signature/statement.dsse.json",
        "data/log/checkpoint.txt",
        "data/log/keys.txt",
        "data/log/consistency.jsonl",
        "data/package.json",
        "data/incidents/*/proofs.jsonl",
        "data/incidents/*/incident.json",
        "data/policies/releases/*.json",
    ],
)
def test_what_cannot_be_read_is_wrong_and_no_more(
    package: Unpacked, name: str, text: bytes
) -> None:
    package.path(name).write_bytes(text)
    packing.reseal(package)
    assert problems(package)
