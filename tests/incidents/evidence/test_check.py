"""check.py, alone in a bare interpreter: it accepts what is right and says what is wrong where."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from governance.ledger import keys, notes
from tests.factory import AT, PERSON
from tests.incidents.evidence import packing
from tests.incidents.evidence.packing import Checked, Unpacked

pytestmark = pytest.mark.django_db
OF = "data/incidents/*"


def check(of: Unpacked, *more: str) -> Checked:
    return packing.check(of.root, "--key", packing.verifier(), *more)


def wrong(found: Checked) -> list[str]:
    assert found.code == 1, found.said
    return [line for line in found.said.splitlines() if line.startswith("WRONG")]


def test_a_package_has_nothing_wrong(package: Unpacked) -> None:
    found = check(package)
    assert "WRONG" not in found.said
    assert found.code == 2  # for nobody has stamped the time


def test_all_that_is_unchecked_is_the_time(package: Unpacked) -> None:
    (line,) = [each for each in check(package).said.splitlines() if "NOT CHECKED" in each]
    assert "no time-stamp" in line


def test_the_zip_file_is_checked_as_the_directory_is(package: Unpacked, tmp_path: Path) -> None:
    found = packing.check(tmp_path / "package.zip", "--key", packing.verifier())
    assert found == check(package)


def test_the_copy_in_the_package_says_the_same(package: Unpacked) -> None:
    shipped = package.path("check.py")
    found = packing.check(package.root, "--key", packing.verifier(), script=shipped)
    assert found == check(package)


def test_without_a_key_it_does_not_claim_to_know_who_signed(package: Unpacked) -> None:
    assert "whose key that is" in packing.check(package.root).said


def test_without_openssl_it_does_not_claim_to_have_checked_signatures(package: Unpacked) -> None:
    found = packing.check(package.root, environment={"PATH": "/nonexistent"})
    assert found.code == 2
    assert "NOT CHECKED  signatures" in found.said
    assert "signed by" not in found.said


# --- tampered twins ------------------------------------------------------------------------------


def test_a_changed_byte(package: Unpacked) -> None:
    package.change(f"{OF}/report.json", lambda before: before.replace(b"false", b"right"))
    assert "report.json: was changed" in wrong(check(package))[0]


def test_a_missing_file(package: Unpacked) -> None:
    package.path(f"{OF}/duties.json").unlink()
    assert "duties.json: is missing" in wrong(check(package))[0]


def test_an_extra_file(package: Unpacked) -> None:
    (package.path(OF) / "more.txt").write_text("more")
    assert "more.txt: is extra" in wrong(check(package))[0]


def test_an_extra_file_beside_the_content(package: Unpacked) -> None:
    (package.root / "more.txt").write_text("more")
    assert "more.txt: is extra" in wrong(check(package))[0]


def test_a_link_in_place_of_a_file(package: Unpacked) -> None:
    path = package.path(f"{OF}/report.json")
    aside = package.root.parent / "aside"
    shutil.move(path, aside)
    path.symlink_to(aside)
    assert "report.json: cannot be read: it is a link" in wrong(check(package))[0]


def test_a_file_fetched_from_elsewhere(package: Unpacked) -> None:
    (package.root / "fetch.txt").write_text("https://example.org/x 1 data/x\n")
    assert any("fetch.txt: names files elsewhere" in each for each in wrong(check(package)))


def swapped(lines: list[bytes]) -> list[bytes]:
    return [lines[1], lines[0], *lines[2:]]


def flipped(lines: list[bytes]) -> list[bytes]:
    first = json.loads(lines[0])
    path = [bytes(32).hex(), *first["path"][1:]]
    return [json.dumps(first | {"path": path}).encode() + b"\n", *lines[1:]]


def moved(lines: list[bytes]) -> list[bytes]:
    first = json.loads(lines[0])
    return [json.dumps(first | {"index": first["index"] + 1}).encode() + b"\n", *lines[1:]]


Edit = Callable[[list[bytes]], list[bytes]]


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        ("entries.jsonl", swapped, "line 1: is not the text whose hash its proof is about"),
        ("entries.jsonl", lambda lines: lines[1:], "differ in length"),
        (
            "entries.jsonl",
            lambda lines: [
                lines[0].replace(b"SEV", b"SVE").replace(b"triage", b"other"),
                *lines[1:],
            ],
            "line 1: is not the text",
        ),
        ("entries.jsonl", lambda lines: [b"\n", *lines[1:]], "nothing says that it was withheld"),
        ("proofs.jsonl", flipped, "line 1: its proof does not lead to the root"),
        ("proofs.jsonl", moved, "line 1: its proof does not lead to the root"),
    ],
)
def test_what_a_forger_changes_and_lists_anew_the_proofs_show(
    package: Unpacked, name: str, edit: Edit, said: str
) -> None:
    package.lines(f"{OF}/{name}", edit)
    packing.reseal(package)
    assert any(said in each for each in wrong(check(package)))


def test_entries_that_are_swapped_with_their_proofs_are_out_of_order(package: Unpacked) -> None:
    package.lines(f"{OF}/entries.jsonl", swapped)
    package.lines(f"{OF}/proofs.jsonl", swapped)
    packing.reseal(package)
    assert any("line 2: stands out of the order" in each for each in wrong(check(package)))


def test_files_that_are_listed_anew_are_not_those_that_were_signed(package: Unpacked) -> None:
    package.change(f"{OF}/report.json", lambda before: before.replace(b"false", b"right"))
    packing.reseal(package)
    assert any(
        "report.json: was changed: its digest is not the one that is signed" in each
        for each in wrong(check(package))
    )


def test_a_policy_text_that_is_changed_and_listed_anew(package: Unpacked) -> None:
    name = "data/policies/SeverityPolicy/severity@1.0.0.yaml"
    package.change(name, lambda before: before.replace(b"SEV1", b"SEV3"))
    packing.reseal(package)
    assert any(
        "severity@1.0.0.yaml: was changed: the log names another text" in each
        for each in wrong(check(package))
    )


def test_another_meaning_of_a_policy_is_not_the_one_that_the_release_names(
    package: Unpacked,
) -> None:
    name = "data/policies/SeverityPolicy/severity@1.0.0.json"
    package.change(name, lambda before: before.replace(b"SEV1", b"SEV3"))
    packing.reseal(package)
    assert any(
        "no file has the policy SeverityPolicy/severity@1.0.0" in each
        for each in wrong(check(package))
    )


def test_another_decision_is_not_the_one_that_the_log_names(package: Unpacked) -> None:
    package.change(
        f"{OF}/decisions/*/decision.json", lambda before: before.replace(b"SEV2", b"SEV4")
    )
    packing.reseal(package)
    assert any("no file has the decision_sha256" in each for each in wrong(check(package)))


def test_another_report_is_not_the_one_that_the_log_names(package: Unpacked) -> None:
    package.change(f"{OF}/submissions/*/body", lambda before: before + b" ")
    packing.reseal(package)
    assert any("is not the report that entry" in each for each in wrong(check(package)))


def test_a_signature_of_another_statement(package: Unpacked) -> None:
    package.change("signature/statement.sig", lambda before: bytes(64))
    packing.reseal(package)
    assert any("is not the signature of the envelope" in each for each in wrong(check(package)))


def test_another_key_is_not_the_one_that_counts(package: Unpacked) -> None:
    name = notes.Verifier.read(packing.verifier()).name
    other = notes.verifier(name, notes.Ed25519PrivateKey.generate()).text
    found = wrong(packing.check(package.root, "--key", other))
    assert any("checkpoint.txt: is not signed by a key that counts" in each for each in found)
    assert any("statement.dsse.json: is not signed by a key" in each for each in found)


def test_a_checkpoint_of_another_root(package: Unpacked) -> None:
    lines = package.text("data/log/checkpoint.txt").splitlines(keepends=True)
    root = "A" * 43 + "=\n"
    package.path("data/log/checkpoint.txt").write_text("".join([*lines[:2], root, *lines[3:]]))
    packing.reseal(package)
    found = wrong(check(package))
    assert any("checkpoint.txt: is not signed" in each for each in found)
    assert any("does not lead to the root" in each for each in found)


# --- the log over time ---------------------------------------------------------------------------


def later(of: Unpacked, tmp_path: Path) -> tuple[str, Unpacked]:
    """The first package's checkpoint, and one that is made once the log has grown."""
    held = of.text("data/log/checkpoint.txt")
    keys.rotate(reason="Yearly.", by=PERSON, at=AT)
    incident = packing.Incident.objects.get()
    packing.factory.amend(incident, impact={"people_affected": 13})
    (tmp_path / "later").mkdir()
    path = packing.pack(incident, tmp_path / "later")
    return held, packing.unpack(path, tmp_path / "later" / "unpacked")


def test_it_goes_on_from_a_checkpoint_that_was_given_before(
    package: Unpacked, tmp_path: Path
) -> None:
    held, now = later(package, tmp_path)
    (tmp_path / "held").write_text(held)
    found = check(now, "--checkpoint", str(tmp_path / "held"))
    assert "the log goes on from your checkpoint" in found.said


def test_another_log_does_not_go_on_from_it(package: Unpacked, tmp_path: Path) -> None:
    held, now = later(package, tmp_path)
    lines = held.splitlines(keepends=True)
    (tmp_path / "held").write_text("".join([*lines[:2], "A" * 43 + "=\n", *lines[3:]]))
    found = check(now, "--checkpoint", str(tmp_path / "held"))
    assert any("another log: it had another root" in each for each in wrong(found))


def test_a_changed_consistency_proof(package: Unpacked, tmp_path: Path) -> None:
    _, now = later(package, tmp_path)

    def edit(lines: list[bytes]) -> list[bytes]:
        first = json.loads(lines[0])
        path = [*first["path"][:-1], bytes(32).hex()]
        return [json.dumps(first | {"path": path}).encode() + b"\n", *lines[1:]]

    now.lines("data/log/consistency.jsonl", edit)
    packing.reseal(now)
    assert any("does not begin with that of" in each for each in wrong(check(now)))


def test_whoever_trusts_the_first_key_follows_the_log_to_the_next(
    package: Unpacked, tmp_path: Path
) -> None:
    first = packing.verifier()
    _, now = later(package, tmp_path)
    found = packing.check(now.root, "--key", first)
    assert "WRONG" not in found.said
    assert "statement signed by" in found.said


def test_a_key_that_nothing_leads_to_does_not_count(package: Unpacked, tmp_path: Path) -> None:
    first = packing.verifier()
    _, now = later(package, tmp_path)
    now.change("data/log/keys/entries.jsonl", lambda before: before.replace(b"rotated", b"created"))
    packing.reseal(now)
    assert any(
        "is not signed by a key" in each for each in wrong(packing.check(now.root, "--key", first))
    )
