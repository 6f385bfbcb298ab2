"""What others add to a package lands in its place, and check.py follows it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pytest
from django.db import connection

from governance import canonical, ids
from governance.ledger import log
from governance.ledger.models import Checkpoint, Entry, Witnessed
from governance.witnesses import tokens
from incidents.evidence import additions
from incidents.evidence.additions import Held
from incidents.models import Incident
from tests import factory
from tests.factory import AT
from tests.incidents.evidence import packing
from tests.incidents.evidence.packing import Checked, Unpacked
from tests.live import time_stamps
from tests.live.time_stamps import TimeStampAuthority

pytestmark = pytest.mark.django_db
SALT: Final = bytes(range(32))
VALUE: Final = canonical.text("A name, in clear")


def committed(incident: Incident) -> Entry:
    """An entry of the incident that names a value only by its commitment."""
    digest = hashlib.sha256(SALT + VALUE.encode()).hexdigest()
    record = {
        "id": ids.new(),
        "at": AT,
        "actor": "system:test",
        "verb": "test.written",
        "object": {"kind": "test", "id": "1"},
        "incident": incident.id,
        "before": None,
        "after": None,
        "reason": "",
        "request": "",
        "personal": {"reporter": f"sha256:{digest}"},
    }
    body = canonical.text(record)
    row = Entry(id=record["id"], at=AT, actor="system:test", verb="test.written")
    row.object_kind, row.object_id, row.incident_id = "test", "1", incident.id
    row.body, row.digest = body, canonical.digest(body)
    row.save(force_insert=True)
    return row


def packed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, erased: bool = False) -> Unpacked:
    factory.install()
    incident = factory.submit(factory.breach())
    entry = committed(incident)

    def personal(entries: Sequence[Entry]) -> Iterable[Held]:
        if entry in entries and not erased:
            yield Held(entry.id, "reporter", SALT, VALUE)

    monkeypatch.setattr(additions, "personal", personal)
    return packing.unpack(packing.pack(incident, tmp_path), tmp_path / "unpacked")


def check(of: Unpacked) -> Checked:
    return packing.check(of.root, "--key", packing.verifier())


def test_a_value_held_apart_stands_beside_its_entry(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = packed(monkeypatch, tmp_path)
    said = found.json("data/incidents/*/personal/*.json")
    assert (said["name"], said["salt"], said["text"]) == ("reporter", SALT.hex(), VALUE)
    assert "1 value held apart from the entries" in check(found).said


def test_another_value_is_not_the_one_that_the_entry_commits_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = packed(monkeypatch, tmp_path)
    found.change(
        "data/incidents/*/personal/*.json", lambda before: before.replace(b"clear", b"other")
    )
    packing.reseal(found)
    assert "is not the value that its entry commits to" in check(found).said


def test_an_erased_value_leaves_proofs_that_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = packed(monkeypatch, tmp_path, erased=True)
    assert not list(found.root.glob("data/incidents/*/personal"))
    assert "WRONG" not in check(found).said


@pytest.fixture
def tsa(tmp_path: Path) -> TimeStampAuthority:
    return TimeStampAuthority(tmp_path / "tsa")


def stamp(checkpoint: Checkpoint, tsa: TimeStampAuthority, *, over: bytes = b"") -> None:
    """As if the authority had been given the checkpoint, or had stamped something else."""
    answer = tsa.reply(tokens.ask(over or checkpoint.text.encode()).as_bytes())
    Witnessed.objects.create(
        witness="tsa",
        checkpoint=checkpoint,
        state="done",
        due_at=AT,
        at=AT,
        receipt=answer,
        certificates=tsa.root.read_text(),
    )


def stamped(tsa: TimeStampAuthority, tmp_path: Path, *, over: bytes = b"") -> Unpacked:
    """An incident, a stamp that covers it, more entries, and then the package."""
    incident = packing.full_incident()
    packing.seal()
    covering = log.latest()
    assert covering is not None
    stamp(covering, tsa, over=over)
    factory.submit(factory.breach())
    packing.seal()
    return packing.unpack(packing.pack_sealed(incident, tmp_path), tmp_path / "unpacked")


def test_a_time_stamp_comes_with_the_checkpoint_that_it_is_over(
    tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    found = stamped(tsa, tmp_path)
    size = found.path("data/log/time-stamps/*.tsr").stem
    note = found.path(f"data/log/checkpoints/{size}.txt")
    said = time_stamps.verified(found.path("data/log/time-stamps/*.tsr"), note, root=tsa.root)
    assert said.stdout == "Verification: OK\n"
    assert f'"old":{size}' in found.text("data/log/consistency.jsonl")


def test_with_the_authority_nothing_is_left_unchecked(
    tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    found = stamped(tsa, tmp_path)
    more = ("--key", packing.verifier(), "--authority", str(tsa.root))
    said = packing.check(found.root, *more)
    assert "entries were there before" in said.said
    assert said.code == 0, said.said


def test_without_the_authority_a_time_stamp_is_not_claimed_to_be_checked(
    tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    said = check(stamped(tsa, tmp_path)).said
    assert "NOT CHECKED  1 time-stamps: give the authority's root certificates" in said


def test_a_time_stamp_over_something_else_is_found(tsa: TimeStampAuthority, tmp_path: Path) -> None:
    found = stamped(tsa, tmp_path, over=b"another note")
    said = packing.check(found.root, "--key", packing.verifier(), "--authority", str(tsa.root))
    assert "openssl does not verify it" in said.said
    assert said.code == 1


def test_a_time_stamp_of_another_authority_is_found(
    tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    found = stamped(tsa, tmp_path)
    other = TimeStampAuthority(tmp_path / "other")
    said = packing.check(found.root, "--key", packing.verifier(), "--authority", str(other.root))
    assert "openssl does not verify it" in said.said


def test_nothing_but_what_is_read_is_written(package: Unpacked) -> None:
    """Collecting an incident changes no row of it: the package of a closed one can be made."""
    incident = Incident.objects.get()
    packing.seal()
    with connection.execute_wrapper(_refuse_writes):
        packing.picture.take(incident.id)


def _refuse_writes(execute: object, sql: str, *rest: object) -> object:
    assert sql.split()[0] in {"SELECT", "SAVEPOINT", "RELEASE", "SET"}, sql
    return execute(sql, *rest)  # type: ignore[operator]


def test_the_copy_of_an_entry_is_exactly_the_body(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = packed(monkeypatch, tmp_path)
    lines = found.text("data/incidents/*/entries.jsonl").splitlines()
    held = [each for each in lines if json.loads(each)["verb"] == "test.written"]
    assert held == list(Entry.objects.filter(verb="test.written").values_list("body", flat=True))


def test_a_real_reason_of_a_person_is_held_apart_and_checked(package: Unpacked) -> None:
    assert list(package.root.glob("data/incidents/*/personal/*-reason.json"))
    count = len(list(package.root.glob("data/**/personal/*.json")))
    assert f"{count} values held apart" in check(package).said
    assert "We know more." in package.text("data/incidents/*/timeline.txt")
