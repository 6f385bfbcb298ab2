"""The whole log verifies after an erasure; what is gone or changed without one is named."""

from pathlib import Path
from typing import Any

import pytest

from governance.ledger.models import PersonalData
from governance.ledger.verification import course
from governance.outbox.models import Message
from incidents.models import Attachment, FileContent, Incident, NoticeRevision, Submission
from tests.governance.ledger import logs
from tests.governance.ledger.logs import unhindered
from tests.incidents.erasing import story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEYS = tmp_path / "keys"


@pytest.fixture
def incident() -> Incident:
    story.install()
    found = story.incident()
    logs.seal()
    return found


def found() -> list[tuple[str, str]]:
    logs.seal()
    return [(each.code, each.where) for each in course.run(course.begin()).kept]


def test_before_an_erasure_nothing_is_wrong(incident: Incident) -> None:
    assert found() == []


def test_after_one_nothing_is_wrong_either(incident: Incident) -> None:
    story.erased(incident)
    assert found() == []


@pytest.mark.parametrize("part", story.ALL)
def test_nor_after_one_of_a_part(incident: Incident, part: str) -> None:
    story.erased(incident, part)
    assert found() == []


def test_a_personal_value_that_went_otherwise_is_named(incident: Incident) -> None:
    row = PersonalData.objects.order_by("id")[0]
    unhindered("DELETE FROM ledger_personaldata WHERE id = %s", row.id)
    assert found() == [("erasure-unrecorded", f"entry {row.entry_id}, {row.name}")]


def test_a_personal_value_that_was_changed_is_named(incident: Incident) -> None:
    row = PersonalData.objects.order_by("id")[0]
    unhindered("UPDATE ledger_personaldata SET value = '\"x\"' WHERE id = %s", row.id)
    assert found() == [("personal-changed", f"entry {row.entry_id}, {row.name}")]


def test_a_changed_body_is_named(incident: Incident) -> None:
    unhindered("UPDATE incidents_submission SET body = 'x'")
    assert found() == [("submission-changed", f"submission {Submission.objects.get().id}")]


def test_a_body_that_was_marked_without_record_is_named(incident: Incident) -> None:
    unhindered("UPDATE incidents_submission SET body = '', salt = '[erased]'")
    assert found() == [("erasure-unrecorded", f"submission {Submission.objects.get().id}")]


def test_bytes_that_went_without_record_are_named(incident: Incident) -> None:
    row = Attachment.objects.order_by("id")[0]
    unhindered("UPDATE incidents_filecontent SET data = '' WHERE sha256 = %s", row.content_id)
    assert found() == [("erasure-unrecorded", f"attachment {row.id}")]
    assert FileContent.objects.exclude(data=b"").exists()


def test_a_text_that_was_marked_without_record_is_named(incident: Incident) -> None:
    row = NoticeRevision.objects.order_by("number")[0]
    unhindered("UPDATE incidents_noticerevision SET body = '[erased]' WHERE id = %s", row.id)
    assert found() == [("notice-changed", f"notice {row.notice_id}, text {row.number}")]


def test_a_changed_message_is_named(incident: Incident) -> None:
    message = Message.objects.order_by("id")[0]
    Message.objects.filter(id=message.id).update(text="Something else.")
    assert found() == [("message-changed", f"message {message.id}")]


def test_a_message_that_was_marked_without_record_is_named(incident: Incident) -> None:
    message = Message.objects.order_by("id")[0]
    Message.objects.filter(id=message.id).update(text="[erased]", salt="[erased]")
    assert found() == [("erasure-unrecorded", f"message {message.id}")]
