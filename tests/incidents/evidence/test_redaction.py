"""Shortened copies: what is withheld is gone, named with its reason, and proofs hold."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from governance.errors import Invalid
from governance.ledger.models import Entry
from incidents.evidence import exports, making
from incidents.evidence.redaction import Redaction, Rule
from incidents.models import Export, Incident
from tests.factory import PERSON
from tests.incidents.evidence import packing
from tests.incidents.evidence.packing import LATER, Unpacked

pytestmark = pytest.mark.django_db
OF = "data/incidents/*"
RULES: list[Any] = [
    {"files": "people.json", "reason": "Names of staff."},
    {"files": "submissions/*/body", "reason": "It has the whole report."},
    {"files": "report.json", "field": "/incident/narrative", "reason": "Privileged."},
    {"files": "decisions/*/facts.json", "field": "/system", "reason": "Privileged."},
    {"files": "duties.json", "field": "/*/clocks/*/note", "reason": "Internal."},
    {"files": "personal/*", "reason": "Words of staff."},
    {"entries": "notice.*", "reason": "Drafts are internal."},
]


@pytest.fixture
def copy(tmp_path: Path) -> Unpacked:
    incident = packing.full_incident()
    redaction = Redaction.read("The authority", RULES)
    row = exports.of_incident(incident, redaction, by=PERSON, at=LATER)
    packing.seal()
    assert making.work(now=lambda: LATER)
    made = Export.objects.get(id=row.id)
    assert made.state == Export.State.DONE, made.error
    return packing.unpack(exports.file(made), tmp_path / "unpacked")


def withheld(of: Unpacked, file: str) -> list[Any]:
    return [each for each in of.json(f"{OF}/withheld.json") if each["file"] == file]


def check(of: Unpacked) -> packing.Checked:
    return packing.check(of.root, "--key", packing.verifier())


def test_nothing_is_wrong_with_a_shortened_copy(copy: Unpacked) -> None:
    found = check(copy)
    assert "WRONG" not in found.said
    assert found.code == 2


def test_what_was_withheld_is_not_claimed_to_be_checked(copy: Unpacked) -> None:
    said = check(copy).said
    assert "files of data/incidents" in said
    assert "entries of data/incidents" in said
    assert "would say: withheld" in said


def test_a_withheld_file_is_gone_and_named_with_its_digest(copy: Unpacked) -> None:
    assert not list(copy.root.glob(f"{OF}/people.json"))
    (said,) = withheld(copy, "people.json")
    assert said["reason"] == "Names of staff."
    assert len(said["sha256"]) == 64


def test_values_held_apart_are_withheld_like_every_file(copy: Unpacked) -> None:
    assert not list(copy.root.glob(f"{OF}/personal"))
    listed = [each["file"] for each in copy.json(f"{OF}/withheld.json")]
    assert any(each.startswith("personal/") for each in listed)


def test_a_withheld_field_is_named_in_its_place(copy: Unpacked) -> None:
    assert copy.json(f"{OF}/report.json")["incident"]["narrative"] == {"withheld": "Privileged."}
    (said,) = withheld(copy, "report.json")
    assert said["field"] == "/incident/narrative"


def test_the_digest_of_the_original_is_the_one_that_the_log_names(copy: Unpacked) -> None:
    incident = Incident.objects.get()
    decision = incident.decisions.order_by("id")[0]
    (said,) = withheld(copy, f"decisions/{decision.id}/facts.json")
    assert said["sha256"] == hashlib.sha256(decision.facts.encode()).hexdigest()


def test_the_withheld_words_are_nowhere_in_the_copy(copy: Unpacked) -> None:
    """But in the notice and the messages, which these rules did not name."""
    named = ("notices/", "messages/")
    files = [path for path in copy.root.rglob("*") if path.is_file()]
    holding = [
        path
        for path in files
        if b"The answer was false." in path.read_bytes() and not any(n in str(path) for n in named)
    ]
    assert holding == []


def test_what_repeats_other_files_is_left_out(copy: Unpacked) -> None:
    for name in ("report.html", "report.pdf", "timeline.json", "oscal/assessment-results.json"):
        assert not list(copy.root.glob(f"{OF}/{name}"))
        assert withheld(copy, name)


def test_a_withheld_entry_is_its_leaf_hash(copy: Unpacked) -> None:
    lines = copy.text(f"{OF}/entries.jsonl").split("\n")[:-1]
    proofs = [json.loads(each) for each in copy.text(f"{OF}/proofs.jsonl").splitlines()]
    hidden = {each["entry"] for line, each in zip(lines, proofs, strict=True) if not line}
    notices = Entry.objects.filter(verb__startswith="notice.")
    assert hidden == {str(each.id) for each in notices} != set()


def test_another_leaf_hash_for_a_withheld_entry_is_found(copy: Unpacked) -> None:
    def edit(lines: list[bytes]) -> list[bytes]:
        said = [json.loads(each) for each in lines]
        number = next(n for n, each in enumerate(said) if "withheld" in each)
        said[number]["leaf"] = bytes(32).hex()
        return [json.dumps(each).encode() + b"\n" for each in said]

    copy.lines(f"{OF}/proofs.jsonl", edit)
    packing.reseal(copy)
    found = check(copy)
    assert found.code == 1
    assert "does not lead to the root" in found.said


def test_something_withheld_without_a_word_is_found(copy: Unpacked) -> None:
    copy.change(f"{OF}/withheld.json", lambda _: b"[]")
    packing.reseal(copy)
    assert "/submissions/" in check(copy).said
    assert "is missing; entry" in check(copy).said


def test_the_signature_says_for_whom_it_was_shortened(copy: Unpacked) -> None:
    assert copy.json("data/package.json")["redaction"]["recipient"] == "The authority"


def test_the_request_is_on_record_with_its_rules(copy: Unpacked) -> None:
    entry = Entry.objects.get(verb="evidence.requested")
    assert json.loads(entry.body)["after"]["scope"]["redaction"]["rules"] == RULES


@pytest.mark.parametrize(
    "rule",
    [
        {"files": "people.json"},
        {"files": "people.json", "reason": " "},
        {"reason": "Why."},
        {"files": "x", "entries": "y", "reason": "Why."},
        {"entries": "x", "field": "/y", "reason": "Why."},
        {"files": "x", "field": "y", "reason": "Why."},
        {"files": "incident.json", "reason": "Why."},
        {"files": "*", "reason": "Why."},
        {"file": "x", "reason": "Why."},
        {"files": 1, "reason": "Why."},
        "people.json",
    ],
)
def test_a_rule_that_says_too_little_is_refused(rule: Any) -> None:
    with pytest.raises(Invalid):
        Rule.read(rule)


def test_a_redaction_without_rules_is_refused() -> None:
    with pytest.raises(Invalid):
        Redaction.read("Somebody", [])


def test_rules_that_no_entry_could_hold_are_refused() -> None:
    rules = [{"files": "x", "reason": "é" * 9_000}]
    with pytest.raises(Invalid, match="16,000 bytes"):
        Redaction.read("Somebody", rules)


def test_a_field_of_a_file_that_is_no_json_fails_the_package(tmp_path: Path) -> None:
    incident = packing.full_incident()
    rules = [{"files": "*.txt", "field": "/x", "reason": "Why."}]
    redaction = Redaction.read("Somebody", rules)
    row = exports.of_incident(incident, redaction, by=PERSON, at=LATER)
    packing.seal()
    making.work(now=lambda: LATER)
    made = Export.objects.get(id=row.id)
    assert made.state == Export.State.FAILED
    assert "withhold the whole file" in made.error
