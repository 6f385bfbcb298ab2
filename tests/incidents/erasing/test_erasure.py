"""Erasing what is personal in an incident: all of it, on record, by two people; nothing else."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from governance.errors import Invalid, NotAllowed
from governance.ledger import erasures, ledger, log, merkle, readings, sequencer
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import erasure, facts, legal_holds, selectors
from incidents.errors import OnHold, WrongState
from incidents.models import (
    Attachment,
    Decision,
    FileContent,
    Incident,
    NoticeRevision,
    Submission,
)
from policies import evaluation
from tests import factory
from tests.factory import AT, HOUR, PERSON
from tests.incidents import noticing
from tests.incidents.erasing import story
from tests.incidents.erasing.story import LATER, NAME

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    story.install()
    return story.incident()


def test_before_it_the_name_stands_in_many_places(incident: Incident) -> None:
    tables = {place.partition(":")[0] for place in story.places()}
    assert len(tables) >= 10, tables


def test_before_it_no_entry_and_no_decision_holds_the_name(incident: Incident) -> None:
    tables = {place.partition(":")[0] for place in story.places()}
    assert not tables & {"ledger_entry", "incidents_decision"}


def test_after_it_the_name_stands_nowhere(incident: Incident) -> None:
    story.erased(incident)
    assert story.places() == []


def test_what_was_not_named_stays(incident: Incident) -> None:
    story.erased(incident, "report")
    incident.refresh_from_db()
    assert NAME not in json.dumps(incident.report)
    assert NAME in bytes(Submission.objects.get().body).decode()


@pytest.mark.parametrize("part", story.ALL)
def test_each_part_goes_by_itself_and_only_once(incident: Incident, part: str) -> None:
    assert story.erased(incident, part).erased[part] > 0
    incident.refresh_from_db()
    assert erasure.preview(incident)[part] == 0


def test_the_request_counts_what_went(incident: Incident) -> None:
    foreseen = erasure.preview(incident)
    assert story.erased(incident).erased == foreseen


def test_everything_still_verifies(incident: Incident, tmp_path: object, settings: object) -> None:
    settings.LEDGER_KEYS = tmp_path  # type: ignore[attr-defined]
    sequencer.seal(at=AT)
    before = log.latest()
    story.erased(incident)
    sequencer.seal(at=LATER)
    assert before is not None
    assert log.follows(before.text)
    for proof in log.inclusions(Entry.objects.filter(incident_id=incident.id)):
        root = bytes.fromhex(proof.checkpoint.root)
        merkle.check_inclusion(proof.hash, proof.index, proof.checkpoint.size, proof.path, root)
    assert list(erasures.missing()) == []


def test_the_decision_is_made_again_from_its_facts_byte_for_byte(incident: Incident) -> None:
    story.erased(incident)
    row = Decision.objects.filter(incident=incident).latest("id")
    release = selectors.release_of(incident)
    again = evaluation.decide(release, json.loads(row.facts), at=row.at)
    assert (again.text, again.digest) == (row.text, row.digest)


def test_the_facts_of_the_incident_decide_as_before(incident: Incident) -> None:
    release = selectors.release_of(incident)
    before = evaluation.decide(release, facts.of_incident(incident, release), at=AT).text
    story.erased(incident)
    incident.refresh_from_db()
    assert evaluation.decide(release, facts.of_incident(incident, release), at=AT).text == before


def test_an_incident_can_still_be_worked_on(incident: Incident) -> None:
    story.erased(incident)
    factory.amend(incident, LATER + HOUR, harms=["death"])
    assert Incident.objects.get().severity == "SEV1"


def test_its_entries_name_each_thing_by_part_and_commitment(incident: Incident) -> None:
    submission = Submission.objects.get()
    story.erased(incident, "submissions")
    after = json.loads(Entry.objects.get(verb=erasures.VERB).body)["after"]
    assert (after["part"], after["ground"]) == ("submissions", story.GROUND)
    (named,) = after["erased"]
    assert named["commitment"] == f"sha256:{submission.body_digest}"


def test_who_asked_and_who_approved_and_why_is_on_record(incident: Incident) -> None:
    row = story.erased(incident)
    asked, approved = Entry.objects.filter(object_id=str(row.id)).order_by("id")
    assert (asked.verb, approved.verb) == ("erasure.requested", "erasure.approved")
    assert (asked.actor, approved.actor) == (str(story.officer()), str(story.second()))
    assert readings.of(asked).reason == "Asked for."


def test_the_reasons_of_an_erasure_outlast_the_next(incident: Incident) -> None:
    row = story.erased(incident)
    story.erased(incident)
    asked = Entry.objects.get(object_id=str(row.id), verb="erasure.requested")
    assert readings.of(asked).reason == "Asked for."


def test_a_notice_that_is_being_written_stays(incident: Incident) -> None:
    draft = factory.submit(factory.breach(incident={"title": "T", "narrative": NAME}))
    notice = noticing.draft(factory.deadline(draft, "notify", "initial"))
    story.erased(draft)
    assert NAME in NoticeRevision.objects.get(notice=notice).body


def test_a_pending_message_stays_whole(incident: Incident) -> None:
    message = Message.objects.filter(incident_id=incident.id)[0]
    Message.objects.filter(id=message.id).update(state="pending", sent_at=None)
    story.erased(incident)
    assert Message.objects.get(id=message.id).text == message.text


# --- files ---------------------------------------------------------------------------------------


def test_bytes_that_another_incident_has_stay(incident: Incident) -> None:
    other = story.incident()
    story.erased(incident)
    assert all(each.data for each in FileContent.objects.all())
    assert not Attachment.objects.filter(incident=incident, name__contains=NAME).exists()
    story.erased(other)
    assert not any(each.data for each in FileContent.objects.all())


def test_bytes_that_were_erased_may_come_anew(incident: Incident) -> None:
    story.erased(incident)
    other = story.incident()
    assert all(each.content.data for each in other.attachments.all())


def test_other_bytes_never_take_their_place(incident: Incident) -> None:
    story.erased(incident)
    with pytest.raises(IntegrityError, match="file_content_is_its_key"), transaction.atomic():
        FileContent.objects.update(data=b"other")


# --- who -----------------------------------------------------------------------------------------


def test_nobody_approves_an_erasure_of_their_own(incident: Incident) -> None:
    row = story.ask(incident)
    with pytest.raises(NotAllowed, match="Another person"):
        erasure.approve(row, note="", by=story.officer(), at=LATER)
    assert story.places()


def test_nor_with_a_key_of_their_own(incident: Incident) -> None:
    row = story.ask(incident)
    with pytest.raises(NotAllowed, match="Another person"):
        erasure.approve(row, note="", by=factory.key_of(story.officer()), at=LATER)


def test_nor_behind_the_back_of_the_program(incident: Incident) -> None:
    row = story.ask(incident)
    with pytest.raises(IntegrityError, match="erasure_takes_two"), transaction.atomic():
        type(row).objects.update(state="done", decided_by=row.requested_by, decided_at=AT)


@pytest.mark.parametrize("role", ["responder", "administrator", "executive", "auditor"])
def test_it_takes_an_officer_or_counsel(incident: Incident, role: str) -> None:
    with pytest.raises(NotAllowed, match="data:erase"):
        erasure.request(
            incident, ["report"], ground="g", reason="r", by=factory.person(role, role), at=LATER
        )


def test_legal_counsel_may(incident: Incident) -> None:
    row = story.ask(incident)
    assert erasure.approve(row, note="", by=story.counsel(), at=LATER).state == "done"


def test_it_needs_a_ground_and_a_reason(incident: Incident) -> None:
    with pytest.raises(Invalid, match="legal ground"):
        erasure.request(incident, ["report"], ground=" ", reason="r", by=story.officer(), at=LATER)


def test_an_unknown_part_is_refused(incident: Incident) -> None:
    with pytest.raises(Invalid, match="Unknown parts"):
        story.ask(incident, "everything")


def test_one_request_at_a_time(incident: Incident) -> None:
    story.ask(incident)
    with pytest.raises(WrongState, match="waits for an approver"):
        story.ask(incident)


def test_a_refused_one_erases_nothing(incident: Incident) -> None:
    before = story.places()
    row = erasure.refuse(story.ask(incident), note="We must keep it.", by=story.second(), at=LATER)
    assert (row.state, len(story.places())) == ("refused", len(before))


def test_a_decided_one_is_not_decided_again(incident: Incident) -> None:
    row = story.erased(incident)
    with pytest.raises(WrongState, match="done already"):
        erasure.refuse(row, note="No.", by=story.second(), at=LATER)


def test_only_who_asked_withdraws(incident: Incident) -> None:
    row = story.ask(incident)
    with pytest.raises(NotAllowed):
        erasure.withdraw(row, note="", by=story.second(), at=LATER)
    assert erasure.withdraw(row, note="", by=story.officer(), at=LATER).state == "withdrawn"


# --- legal hold ----------------------------------------------------------------------------------


def scope(incident: Incident, of: str) -> dict[str, object]:
    return {
        "incident": {"incident": incident},
        "system": {"system": incident.system},
        "everything": {},
    }[of]


@pytest.mark.parametrize("of", ["incident", "system", "everything"])
def test_a_hold_blocks_it_until_it_is_released(incident: Incident, of: str) -> None:
    row = story.ask(incident)
    given = scope(incident, of)
    hold = legal_holds.place(reason="A suit.", by=story.counsel(), at=LATER, **given)  # type: ignore[arg-type]
    with pytest.raises(OnHold, match="legal hold"):
        erasure.approve(row, note="", by=story.second(), at=LATER)
    assert story.places()
    legal_holds.release(hold, reason="Settled.", by=story.counsel(), at=LATER)
    assert erasure.approve(row, note="", by=story.second(), at=LATER).state == "done"


def test_a_hold_of_another_system_blocks_nothing(incident: Incident) -> None:
    legal_holds.place(reason="A suit.", system="other", by=story.counsel(), at=LATER)
    assert story.erased(incident).state == "done"


def test_the_database_refuses_it_too(incident: Incident) -> None:
    legal_holds.place(reason="A suit.", incident=incident, by=story.counsel(), at=LATER)
    subject = erasures.Subject("incident", incident.id, incident.id)
    order = erasures.Order("g", "r")
    with (
        pytest.raises(IntegrityError, match="legal hold"),
        transaction.atomic(),
        erasures.erasing(subject, [], order, by=PERSON, at=LATER),
    ):
        pass


@pytest.mark.parametrize("role", ["responder", "executive", "administrator"])
def test_a_hold_takes_counsel_or_officer(incident: Incident, role: str) -> None:
    with pytest.raises(NotAllowed, match="holds:manage"):
        legal_holds.place(reason="r", by=factory.person(role, role), at=LATER)


def test_a_hold_is_released_once(incident: Incident) -> None:
    hold = legal_holds.place(reason="A suit.", by=story.counsel(), at=LATER)
    legal_holds.release(hold, reason="Settled.", by=story.officer(), at=LATER)
    with pytest.raises(WrongState):
        legal_holds.release(hold, reason="Again.", by=story.officer(), at=LATER)


def test_placing_and_releasing_are_entries_with_their_reasons(incident: Incident) -> None:
    hold = legal_holds.place(reason="A suit.", incident=incident, by=story.counsel(), at=LATER)
    legal_holds.release(hold, reason="Settled.", by=story.officer(), at=LATER)
    found = readings.read(Entry.objects.filter(object_kind="legal_hold").order_by("id"))
    assert [(each.entry.verb, each.reason) for each in found] == [
        ("legal_hold.placed", "A suit."),
        ("legal_hold.released", "Settled."),
    ]


# --- what the database keeps ---------------------------------------------------------------------


TEXTS = {
    "incidents_submission": "body = ''",
    "incidents_moment": "basis = '[erased]'",
    "incidents_momentchoice": "because = '[erased]'",
    "incidents_dispensation": "reason = '[erased]'",
    "incidents_noticerevision": "body = '[erased]'",
    "incidents_attachment": "name = '[erased]'",
    "incidents_filecontent": "data = ''",
    "incidents_decision": "because = '[erased]'",
}


@pytest.mark.parametrize(("table", "change"), TEXTS.items())
def test_nothing_is_marked_as_erased_without_an_erasure(
    incident: Incident, table: str, change: str
) -> None:
    with pytest.raises(IntegrityError, match=r"kept|is refused"):
        run(f"UPDATE {table} SET {change}")  # noqa: S608


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("incidents_moment", "basis = 'Something else.'"),
        ("incidents_moment", "at = now()"),
        ("incidents_noticerevision", "digest = '0'"),
        ("incidents_submission", "body = 'x'"),
        ("incidents_submission", "body_digest = '0'"),
        ("incidents_decision", "facts = '[erased]'"),
        ("incidents_filecontent", "data = 'x'"),
    ],
)
def test_an_erasure_changes_nothing_else(incident: Incident, table: str, change: str) -> None:
    """Not even in rows that its entry names."""
    named = [{"id": key} for key in keys(table)]
    subject = erasures.Subject("incident", incident.id, incident.id)
    order = erasures.Order("g", "r")
    with (
        pytest.raises(IntegrityError, match=r"kept|is refused"),
        transaction.atomic(),
        erasures.erasing(subject, named, order, by=PERSON, at=LATER),
    ):
        run(f"UPDATE {table} SET {change}")  # noqa: S608


def keys(table: str) -> list[str]:
    column = "sha256" if table == "incidents_filecontent" else "id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}::text FROM {table}")  # noqa: S608
        return [key for (key,) in cursor.fetchall()]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_state_that_was_too_long_for_its_entry_stays(incident: Incident) -> None:
    """It holds nothing personal, and a verification needs it."""
    after = {"duties": ["open"] * 9_000}
    event = ledger.Event("incident.looked_at", "incident", incident.id, incident.id, after=after)
    (entry,) = ledger.append(event, by=story.officer(), at=LATER)
    story.erased(incident)
    assert readings.of(Entry.objects.get(id=entry.id)).record["after"] == after
