"""Files of an incident."""

import hashlib

import pytest
from pytest_django import Settings

from governance.errors import Invalid, NotFound
from governance.ledger.models import Entry
from incidents import correspondence, notices
from incidents.errors import TooLarge, WrongState
from incidents.models import Attachment, FileContent, Incident
from incidents.stages.attaching import Upload
from tests.factory import AT, HOUR, change, verbs
from tests.incidents import noticing
from tests.incidents.noticing import approved, draft, edit, enclose, file, writer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    noticing.install()


def attach(incident: Incident, data: bytes = b"a log", name: str = "log.txt") -> Attachment:
    upload = Upload(name, "text/plain; charset=utf-8", data)
    added, _ = correspondence.attach(incident, upload, by=writer(), at=AT + HOUR)
    return added


def test_a_file_is_kept_byte_for_byte_under_its_digest() -> None:
    added = attach(noticing.submit())
    assert added.content_id == hashlib.sha256(b"a log").hexdigest()
    assert bytes(FileContent.objects.get().data) == b"a log"
    assert (added.media_type, added.added_by) == ("text/plain", str(writer()))


def test_the_same_bytes_are_stored_once_for_all_incidents() -> None:
    for name in ("one.txt", "two.txt"):
        attach(noticing.submit(), name=name)
    assert (Attachment.objects.count(), FileContent.objects.count()) == (2, 1)


def test_the_same_file_again_adds_nothing() -> None:
    incident = noticing.submit()
    assert attach(incident).id == attach(incident).id
    assert verbs(incident).count("attachment.added") == 1


def test_no_path_comes_with_a_name() -> None:
    assert attach(noticing.submit(), name="../../etc/passwd").name == "passwd"


def test_a_file_beyond_the_limit_is_refused(settings: Settings) -> None:
    settings.ATTACHMENT_LIMIT = 4
    with pytest.raises(TooLarge, match="at most 4 bytes"):
        attach(noticing.submit())
    assert not FileContent.objects.exists()


def test_a_file_of_exactly_the_limit_is_kept(settings: Settings) -> None:
    settings.ATTACHMENT_LIMIT = 5
    assert attach(noticing.submit()).content.size == 5


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(Invalid, match="is empty"):
        attach(noticing.submit(), data=b"")


def test_a_closed_incident_takes_no_file() -> None:
    incident = noticing.submit()
    incident.duties.update(state="fulfilled")
    change(incident, "closed")
    with pytest.raises(WrongState):
        attach(incident)


def test_who_reads_a_file_is_recorded() -> None:
    added = attach(noticing.submit())
    assert correspondence.open_file(added, by=writer(), at=AT + HOUR) == b"a log"
    entry = Entry.objects.get(verb="attachment.read")
    assert (entry.actor, entry.object_id) == (str(writer()), str(added.id))


# --- with a notice -----------------------------------------------------------------------------


def test_what_is_enclosed_is_part_of_the_text_with_its_digest() -> None:
    notice = draft()
    added = enclose(notice)
    notice.refresh_from_db()
    text = notices.paper(notices.current(notice)).document
    assert f"- a.pdf (6 bytes, SHA-256 {added.content_id})" in text
    assert notice.revision == 2


def test_enclosing_a_file_ends_an_approval() -> None:
    notice = approved()
    enclose(notice)
    notice.refresh_from_db()
    assert (notice.state, notice.approved_by) == ("draft", "")


def test_what_is_enclosed_stays_so_unless_said_otherwise() -> None:
    notice = draft()
    added = enclose(notice)
    notice.refresh_from_db()
    kept = edit(notice, "Other words.")
    assert [each["id"] for each in notices.current(kept).enclosures] == [str(added.id)]
    assert notices.current(edit(kept, "Other words.", enclosures=[])).enclosures == []


def test_refreshing_keeps_what_is_enclosed() -> None:
    notice = draft()
    enclose(notice)
    notice.refresh_from_db()
    fresh = correspondence.refresh(notice, seen=2, by=writer(), at=AT + HOUR)
    assert len(notices.current(fresh).enclosures) == 1


def test_a_file_of_another_incident_is_not_enclosed() -> None:
    foreign = attach(noticing.submit())
    with pytest.raises(NotFound, match="no attachment"):
        edit(draft(), enclosures=[foreign.id])


def test_nothing_is_enclosed_once_it_left() -> None:
    notice = file(approved())
    with pytest.raises(WrongState):
        enclose(notice)
    assert not Attachment.objects.exists()
