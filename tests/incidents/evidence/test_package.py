"""What is in the package of an incident, and that other people's tools accept it."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pymerkle
import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from governance.ledger import merkle, notes
from governance.ledger.models import Entry
from incidents.models import Incident
from incidents.models import Submission as Sent
from policies.models import PolicyVersion
from tests.incidents import noticing
from tests.incidents.evidence import packing
from tests.incidents.evidence.packing import Unpacked

pytestmark = pytest.mark.django_db
OF = "data/incidents/*"


def run(*command: str, directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=directory)


def envelope(of: Unpacked) -> Envelope:
    return Envelope.from_dict(of.json("signature/statement.dsse.json"))


def key(of: Unpacked) -> SSlibKey:
    public = notes.Verifier.read(of.text("data/log/keys.txt"))
    value = {"public": public.key.hex()}
    return SSlibKey(public.hash.hex(), "ed25519", "ed25519", value)


# --- other people's tools ------------------------------------------------------------------------


def test_bagit_calls_it_valid(package: Unpacked) -> None:
    done = run(sys.executable, "-I", "-m", "bagit", "--validate", ".", directory=package.root)
    assert done.returncode == 0, done.stderr


def test_bagit_refuses_it_with_a_byte_changed(package: Unpacked) -> None:
    package.change(f"{OF}/report.json", lambda before: before.replace(b"I", b"i", 1))
    done = run(sys.executable, "-I", "-m", "bagit", "--validate", ".", directory=package.root)
    assert done.returncode == 1


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
@pytest.mark.parametrize("manifest", ["manifest", "tagmanifest"])
def test_coreutils_accept_the_manifests(package: Unpacked, manifest: str, algorithm: str) -> None:
    name = f"{manifest}-{algorithm}.txt"
    done = run(f"{algorithm}sum", "--check", "--strict", name, directory=package.root)
    assert done.returncode == 0, done.stdout


def openssl(of: Unpacked) -> int:
    asked = "pkeyutl -verify -pubin -inkey signature/key.pem -rawin -in signature/statement.pae"
    return run(
        "openssl", *asked.split(), "-sigfile", "signature/statement.sig", directory=of.root
    ).returncode


def test_openssl_accepts_the_signature(package: Unpacked) -> None:
    assert openssl(package) == 0


def test_openssl_refuses_it_over_other_bytes(package: Unpacked) -> None:
    package.change("signature/statement.pae", lambda before: before.replace(b"SEV2", b"SEV4"))
    assert openssl(package) != 0


def test_securesystemslib_accepts_the_envelope(package: Unpacked) -> None:
    assert envelope(package).verify([key(package)], 1)


def test_securesystemslib_refuses_it_with_another_statement(package: Unpacked) -> None:
    changed = envelope(package)
    changed.payload = changed.payload.replace(b"SEV2", b"SEV4")
    with pytest.raises(VerificationError):
        changed.verify([key(package)], 1)


def test_the_bytes_beside_the_envelope_are_what_it_signs(package: Unpacked) -> None:
    assert envelope(package).pae() == package.path("signature/statement.pae").read_bytes()


def test_every_entry_is_in_the_tree_that_pymerkle_builds_over_the_log(package: Unpacked) -> None:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for body in Entry.objects.order_by("leaf__index").values_list("body", flat=True):
        tree.append_entry(body.encode())
    root = notes.parse(package.text("data/log/checkpoint.txt")).root
    lines = package.text(f"{OF}/entries.jsonl").splitlines()
    proofs = map(json.loads, package.text(f"{OF}/proofs.jsonl").splitlines())
    for text, proof in zip(lines, proofs, strict=True):
        assert tree.get_leaf(proof["index"] + 1) == merkle.leaf(text.encode())
        path = [bytes.fromhex(each) for each in proof["path"]]
        theirs = tree.prove_inclusion(proof["index"] + 1).path[1:]
        assert sorted(path) == sorted(theirs)
    assert tree.get_root() == root


# --- what is in it -------------------------------------------------------------------------------


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_it_has_every_entry_of_the_incident_as_it_was_hashed(package: Unpacked) -> None:
    incident = Incident.objects.get()
    written = Entry.objects.filter(incident_id=incident.id).order_by("leaf__index")
    lines = package.text(f"{OF}/entries.jsonl").splitlines()
    assert lines == list(written.values_list("body", flat=True))


def test_it_has_submissions_byte_for_byte(package: Unpacked) -> None:
    sent = Sent.objects.get()
    assert package.path(f"{OF}/submissions/{sent.id}/body").read_bytes() == bytes(sent.body)


def test_it_has_decisions_and_facts_as_they_were_stored(package: Unpacked) -> None:
    for each in Incident.objects.get().decisions.all():
        assert package.text(f"{OF}/decisions/{each.id}/decision.json") == each.text
        assert package.text(f"{OF}/decisions/{each.id}/facts.json") == each.facts


def test_it_has_every_text_of_a_notice(package: Unpacked) -> None:
    (revision,) = Incident.objects.get().notices.get().revisions.all()
    found = package.path(f"{OF}/notices/*/revision-001.txt").read_bytes()
    assert digest(found) == revision.digest


def test_it_has_attachments_under_their_names(package: Unpacked) -> None:
    assert package.path(f"{OF}/attachments/*/file/log €.txt").read_bytes() == b"line\n"


def test_it_has_messages_as_they_were_sent(package: Unpacked) -> None:
    texts = {path.read_text() for path in package.root.glob(f"{OF}/messages/*/text.txt")}
    assert len(texts) > 1
    assert any("INC-" in each for each in texts)


def test_it_has_the_policies_byte_for_byte(package: Unpacked) -> None:
    for each in PolicyVersion.objects.exclude(kind="PolicyTest"):
        found = package.path(f"data/policies/{each.kind}/{each.name}@{each.version}.yaml")
        assert found.read_bytes() == each.text.encode()


def test_the_canonical_form_of_a_policy_has_its_digest(package: Unpacked) -> None:
    for each in PolicyVersion.objects.exclude(kind="PolicyTest"):
        found = package.path(f"data/policies/{each.kind}/{each.name}@{each.version}.json")
        assert digest(found.read_bytes()) == each.digest


def test_a_release_is_named_by_the_digest_of_its_file(package: Unpacked) -> None:
    path = package.path("data/policies/releases/*.json")
    assert (
        digest(path.read_bytes())
        == path.stem
        == Incident.objects.get().decisions.all()[0].release_id
    )


def test_each_clock_comes_with_every_change_of_its_dates(package: Unpacked) -> None:
    clocks = [clock for duty in package.json(f"{OF}/duties.json") for clock in duty["clocks"]]
    final = next(each for each in clocks if each["stage"] == "final")
    assert {each["verb"] for each in final["history"]} >= {"duty.opened", "clock.counted"}


def test_a_delay_comes_with_who_asked_and_who_approved(package: Unpacked) -> None:
    (delay,) = package.json(f"{OF}/dispensations.json")
    assert delay["requested_by"] != delay["decided_by"] != ""


def test_the_candidates_of_a_moment_say_which_of_them_counts(package: Unpacked) -> None:
    (aware,) = package.json(f"{OF}/moments.json")
    assert aware["counts"] == aware["candidates"][0]["id"]


def test_the_timeline_has_a_line_for_each_entry(package: Unpacked) -> None:
    entries = package.text(f"{OF}/entries.jsonl").splitlines()
    lines = package.text(f"{OF}/timeline.txt").splitlines()
    assert len([line for line in lines if not line.startswith(" ")]) == len(entries)
    assert len(package.json(f"{OF}/timeline.json")) == len(entries)


def test_people_go_by_their_names_and_roles(package: Unpacked) -> None:
    people = package.json(f"{OF}/people.json").values()
    assert {"name": "counsel", "roles": ["Legal counsel"]} in people


def test_the_statement_is_about_every_file_of_content(package: Unpacked) -> None:
    statement = json.loads(envelope(package).payload)
    named = {each["name"] for each in statement["subject"]}
    files = {path.relative_to(package.root).as_posix() for path in package.root.rglob("*")}
    assert named >= {name for name in files if name.startswith("data/") and "." in name[-6:]}


def test_the_statement_names_decisions_and_policies(package: Unpacked) -> None:
    predicate: Any = json.loads(envelope(package).payload)["predicate"]
    (incident,) = predicate["incidents"]
    assert [each["sha256"] for each in incident["decisions"]] == list(
        Incident.objects.get().decisions.order_by("id").values_list("digest", flat=True)
    )
    assert predicate["policies"]["SeverityPolicy/severity@1.0.0"]


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    incident = packing.full_incident()
    (tmp_path / "again").mkdir()
    first = packing.pack(incident, tmp_path).read_bytes()
    assert packing.pack(incident, tmp_path / "again").read_bytes() == first


def test_paths_stay_within_the_bag(package: Unpacked, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "package.zip") as file:
        assert {name.partition("/")[0] for name in file.namelist()} == {"bag"}
        assert not any(".." in name.split("/") for name in file.namelist())


def test_an_incident_whose_last_entry_is_not_sealed_waits(tmp_path: Path) -> None:
    incident = packing.full_incident()
    packing.seal()
    noticing.draft(incident.clocks.get(stage="final"))
    with pytest.raises(packing.NotSealed):
        packing.pack_sealed(incident, tmp_path)
