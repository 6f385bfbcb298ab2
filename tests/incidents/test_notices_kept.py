"""What the database itself refuses about notices, their texts and files, whoever asks."""

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from governance import ids
from governance.ledger.ledger import Actor
from incidents import notices
from incidents.models import FileContent, Notice
from tests import factory
from tests.factory import AT
from tests.incidents import noticing
from tests.incidents.noticing import approved, counsel, draft, edit, file, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    noticing.install()


def refused(sql: str, *given: object) -> str:
    with (
        pytest.raises(DatabaseError) as raised,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, given)
    return str(raised.value)


def sign(notice: Notice, person: Actor, *, digest: str = "") -> str:
    """The refusal of an approval written past every function."""
    signed = digest or notices.current(notice).digest
    return refused(
        "UPDATE incidents_notice SET state='approved', approved_by=%s, approved_at=now(), "
        "approved_digest=%s WHERE id=%s",
        str(person),
        signed,
        notice.id,
    )


def test_an_editor_does_not_approve() -> None:
    notice = submitted(edit(draft(), by=counsel()))
    assert "does not approve it" in sign(notice, counsel())


def test_whoever_is_on_the_list_without_a_text_does_not_approve() -> None:
    """Whoever asked for the review wrote nothing, and is an editor all the same."""
    assert "notice_editor_never_approves" in sign(submitted(by=counsel()), counsel())


def test_an_editor_is_not_taken_off_the_list() -> None:
    notice = submitted()
    sql = "UPDATE incidents_notice SET editors=ARRAY['user:1'] WHERE id=%s"
    assert "stays its editor" in refused(sql, notice.id)


def test_who_lacks_the_role_does_not_approve() -> None:
    other = factory.person("other", "compliance-officer")
    assert "nobody who may" in sign(submitted(), other)


def test_no_other_bytes_are_approved() -> None:
    assert "not of the present text" in sign(submitted(), counsel(), digest="0" * 64)


def test_an_unsubmitted_draft_is_not_approved() -> None:
    assert "does not go from draft to approved" in sign(draft(), counsel())


def test_a_program_does_not_approve() -> None:
    assert "nobody who may" in sign(submitted(), Actor("system", "sweep"))


def test_an_approved_text_is_not_exchanged() -> None:
    notice = approved()
    sql = "UPDATE incidents_notice SET revision=2 WHERE id=%s"
    assert "is a draft without approval" in refused(sql, notice.id)


def test_the_wanted_role_is_not_changed_under_a_text() -> None:
    sql = "UPDATE incidents_notice SET approval_role='' WHERE id=%s"
    assert "is a draft without approval" in refused(sql, draft().id)


def test_it_does_not_leave_unapproved() -> None:
    sql = "UPDATE incidents_notice SET state='filed', left_at=now() WHERE id=%s"
    assert "notice_leaves_approved" in refused(sql, draft().id)


def test_what_left_stays_as_it_was() -> None:
    sql = "UPDATE incidents_notice SET sent_to='x' WHERE id=%s"
    assert "kept as it was" in refused(sql, file(approved()).id)


def test_a_notice_is_not_born_approved() -> None:
    notice = draft()
    names = [field.column for field in Notice._meta.concrete_fields]
    values = ["'approved'" if name == "state" else name for name in names]
    values[names.index("id")] = f"'{ids.new()}'"
    sql = (
        f"INSERT INTO incidents_notice ({', '.join(names)}) "  # noqa: S608 - our own columns
        f"SELECT {', '.join(values)} FROM incidents_notice WHERE id=%s"
    )
    assert "begins as a draft" in refused(sql, notice.id)


def test_a_stage_has_one_live_notice() -> None:
    notice = draft()
    again = Notice(clock=notice.clock, duty=notice.duty, incident=notice.incident)
    again.editors, again.drafted_at = ["user:1"], AT
    with pytest.raises(DatabaseError, match="notice_one_live"), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.parametrize("table", ["notice", "noticerevision", "attachment", "filecontent"])
def test_nothing_is_deleted(table: str) -> None:
    notice = draft()
    noticing.enclose(notice)
    assert "is refused" in refused(f"DELETE FROM incidents_{table}")  # noqa: S608
    connection.check_constraints()  # else the open transaction is what stands in the way
    assert "is refused" in refused(f"TRUNCATE incidents_{table} CASCADE")


@pytest.mark.parametrize(
    ("table", "column"),
    [("noticerevision", "body"), ("attachment", "name"), ("filecontent", "sha256")],
)
def test_texts_and_files_stay_as_they_were(table: str, column: str) -> None:
    noticing.enclose(draft())
    said = refused(f"UPDATE incidents_{table} SET {column}='x'")  # noqa: S608
    assert "is refused" in said or "is kept as it was" in said


def test_a_text_is_not_slipped_in() -> None:
    notice = submitted()
    text = notices.current(notice)
    text.pk, text._state.adding, text.number = ids.new(), True, 2
    with pytest.raises(DatabaseError, match="not that of a draft"), transaction.atomic():
        text.save(force_insert=True)


def test_a_file_is_kept_under_its_own_digest_only() -> None:
    other = hashlib.sha256(b"other").hexdigest()
    content = FileContent(sha256=other, size=4, data=b"this")
    with pytest.raises(DatabaseError, match="file_content_is_its_key"), transaction.atomic():
        content.save(force_insert=True)


def test_an_unapproved_clock_has_its_reason() -> None:
    clock = noticing.clock()
    sql = "UPDATE incidents_clock SET unapproved=true WHERE id=%s"
    assert "clock_unapproved_has_its_reason" in refused(sql, clock.id)
