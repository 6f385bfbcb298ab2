"""Personal values are held apart from entries, go on record only, and are missed otherwise."""

import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from governance import canonical
from governance.ledger import commitments, erasures, ledger, log, merkle, readings, sequencer, tiles
from governance.ledger.models import Entry, PersonalData
from governance.ledger.verification import last_words

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
INCIDENT = UUID("01890000-0000-7000-8000-000000000001")
BY = ledger.Actor("user", "u-1")
SUBJECT = erasures.Subject("incident", INCIDENT, INCIDENT)
ORDER = erasures.Order("GDPR Art. 17(1)(a)", "The data subject asked.")
WORDS = "Ms Example called."


def written(**personal: object) -> Entry:
    event = ledger.Event("thing.changed", "thing", "17", INCIDENT, reason=WORDS, personal=personal)
    return ledger.append(event, by=BY, at=AT)[0]


def erase(entry: Entry) -> int:
    rows = PersonalData.objects.filter(entry=entry)
    return erasures.erase_values(rows, SUBJECT, ORDER, by=BY, at=AT)


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def tamper(statement: str) -> None:
    """As who owns the database and takes the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_what_a_person_wrote_is_not_in_the_entry() -> None:
    entry = written(name="Example.pdf")
    assert WORDS not in entry.body
    assert "Example" not in entry.body


def test_the_entry_commits_to_salt_and_canonical_value() -> None:
    entry = written(to={"b": 1, "a": "é"})
    row = PersonalData.objects.get(entry=entry, name="to")
    committed = json.loads(entry.body)["personal"]["to"]
    own = hashlib.sha256(bytes.fromhex(row.salt) + '{"a":"é","b":1}'.encode()).hexdigest()
    assert (len(row.salt), committed) == (64, f"sha256:{own}")


def test_equal_values_have_different_commitments() -> None:
    one, other = (json.loads(written().body)["personal"]["reason"] for _ in range(2))
    assert one != other


def test_the_words_of_a_program_stay_in_the_entry() -> None:
    event = ledger.Event("thing.changed", "thing", "17", because="The rule says so.")
    (entry,) = ledger.append(event, by=BY, at=AT)
    assert readings.of(entry).reason == "The rule says so."
    assert not PersonalData.objects.exists()


def test_a_reading_has_the_value_that_is_there() -> None:
    reading = readings.of(written(items={"a": 1}))
    assert (reading.reason, reading.personal["items"].value) == (WORDS, {"a": 1})


def test_a_reading_says_what_was_erased() -> None:
    entry = written()
    erase(entry)
    reading = readings.of(Entry.objects.get(id=entry.id))
    assert (reading.reason, reading.personal["reason"].erased) == ("[erased]", True)


def test_many_entries_are_read_with_one_more_query(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    for _ in range(5):
        written()
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert {each.reason for each in readings.read(Entry.objects.all())} == {WORDS}


def test_an_entry_from_before_there_were_personal_values_reads_as_it_was() -> None:
    body = canonical.text({"reason": "Old."})
    entry = Entry.objects.create(at=AT, actor="user:u-1", verb="a.b", body=body, digest="0" * 64)
    assert readings.of(entry).reason == "Old."


def test_an_erasure_names_what_went_and_on_what_ground() -> None:
    entry = written()
    erase(entry)
    found = json.loads(Entry.objects.get(verb=erasures.VERB).body)
    commitment = json.loads(entry.body)["personal"]["reason"]
    named = {"entry": str(entry.id), "name": "reason", "commitment": commitment}
    assert found["after"] == {"ground": "GDPR Art. 17(1)(a)", "erased": [named]}


def test_value_and_salt_are_gone() -> None:
    entry = written()
    assert erase(entry) == 1
    assert not PersonalData.objects.filter(entry=entry).exists()


def test_many_values_take_several_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasures, "BATCH", 2)
    entry = written(a=1, b=2, c=3, d=4)
    assert erase(entry) == 5
    assert Entry.objects.filter(verb=erasures.VERB).count() == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_personaldata SET value = '\"x\"'",
        "DELETE FROM ledger_personaldata",
        "TRUNCATE ledger_personaldata",
    ],
)
def test_the_database_keeps_a_personal_value(statement: str) -> None:
    written()
    with pytest.raises(IntegrityError, match=r"kept as|is refused"):
        run(statement)


def test_an_erasure_lets_go_of_nothing_that_its_entry_does_not_name() -> None:
    first, other = written(), written()
    named = [{"entry": str(first.id), "name": "reason", "commitment": "sha256:" + "0" * 64}]
    with (
        pytest.raises(IntegrityError, match="until an erasure names it"),
        transaction.atomic(),
        erasures.erasing(SUBJECT, named, ORDER, by=BY, at=AT),
    ):
        PersonalData.objects.filter(entry=other).delete()


def test_the_leave_ends_with_the_block() -> None:
    entry = written()
    commitment = json.loads(entry.body)["personal"]["reason"]
    with transaction.atomic():
        with erasures.erasing(SUBJECT, [{"commitment": commitment}], ORDER, by=BY, at=AT):
            pass
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonalData.objects.filter(entry=entry).delete()


def test_nothing_is_missing_while_all_is_there() -> None:
    written(a=1)
    assert list(erasures.missing()) == []


def test_nothing_is_missing_that_was_erased_on_record() -> None:
    erase(written(a="\u0000 text", b='"'))
    assert list(erasures.missing()) == []


def test_a_value_that_went_without_an_erasure_is_missing() -> None:
    entry = written()
    tamper("DELETE FROM ledger_personaldata")
    commitment = json.loads(entry.body)["personal"]["reason"]
    assert list(erasures.missing()) == [erasures.Fault(entry.id, "reason", commitment, "missing")]


def test_an_erasure_of_another_value_does_not_excuse_it() -> None:
    entry, other = written(), written()
    erase(other)
    tamper("DELETE FROM ledger_personaldata")
    assert [(each.entry, each.fault) for each in erasures.missing()] == [
        (entry.id, "missing"),
        *[(each.id, "missing") for each in Entry.objects.filter(verb=erasures.VERB)],
    ]


def test_a_changed_value_is_found() -> None:
    entry = written()
    tamper("UPDATE ledger_personaldata SET value = '\"x\"'")
    assert [(each.entry, each.fault) for each in erasures.missing()] == [(entry.id, "altered")]


def test_a_value_that_no_entry_commits_to_is_found() -> None:
    entry = written()
    made = commitments.make(b'"x"')
    PersonalData.objects.create(entry=entry, name="more", value='"x"', salt=made.salt)
    assert [(each.name, each.fault) for each in erasures.missing()] == [("more", "foreign")]


def test_a_value_that_was_changed_can_be_erased_and_that_is_on_record() -> None:
    entry = written()
    tamper("UPDATE ledger_personaldata SET value = '\"x\"'")
    assert erase(entry) == 1
    assert "found" in json.loads(Entry.objects.get(verb=erasures.VERB).body)["after"]["erased"][0]


def test_sealed_entries_are_proven_after_an_erasure_as_before() -> None:
    entry = written()
    sequencer.seal(at=AT)
    before = log.latest()
    erase(entry)
    sequencer.seal(at=AT)
    proof = log.inclusion(Entry.objects.get(id=entry.id))
    root = bytes.fromhex(proof.checkpoint.root)
    merkle.check_inclusion(proof.hash, proof.index, proof.checkpoint.size, proof.path, root)
    assert before is not None
    assert log.follows(before.text)


def test_an_erasure_that_fails_leaves_everything() -> None:
    entry = written()
    with transaction.atomic():
        erase(entry)
        transaction.set_rollback(True)
    assert readings.of(Entry.objects.get(id=entry.id)).reason == WORDS


# --- long ones -----------------------------------------------------------------------------------


def test_an_entry_that_would_be_too_long_for_the_log_commits_to_its_states() -> None:
    after = {"text": "ä" * 40_000}
    event = ledger.Event("thing.changed", "thing", "1", before={"text": ""}, after=after)
    with transaction.atomic():
        (entry,) = ledger.append(event, by=BY, at=AT)
    record = json.loads(entry.body)
    assert len(entry.body.encode()) < tiles.LONGEST
    assert (record["before"], record["after"]) == (None, None)
    assert set(record["personal"]) == {"before", "after"}
    assert readings.of(entry).record["after"] == after


def test_one_that_just_fits_is_left_as_it_is() -> None:
    with transaction.atomic():
        event = ledger.Event("thing.changed", "thing", "1", after={"text": "a" * 65_000})
        (entry,) = ledger.append(event, by=BY, at=AT)
    assert len(json.loads(entry.body)["after"]["text"]) == 65_000


def test_very_many_values_go_with_as_many_entries_as_the_log_can_hold() -> None:
    event = ledger.Event("thing.changed", "thing", "17", INCIDENT, reason=WORDS)
    ledger.append_all([event] * 450, by=BY, at=AT)
    rows = PersonalData.objects.filter(incident_id=INCIDENT)
    assert erasures.erase_values(rows, SUBJECT, ORDER, by=BY, at=AT) == 450
    assert not rows.filter(name="reason").exclude(entry__verb=erasures.VERB).exists()
    said = Entry.objects.filter(verb=erasures.VERB)
    assert all(len(each.body.encode()) < tiles.LONGEST for each in said)
    assert list(erasures.missing()) == []


def test_the_last_words_on_an_object_may_be_long_ones() -> None:
    after = {"stage": "initial", "text": "a" * 70_000}
    ledger.append(ledger.Event("thing.changed", "thing", "17", after=after), by=BY, at=AT)
    assert last_words.of("thing", ["17"], having="stage") == {"17": after}
