"""What is gone or changed without an erasure on record is found."""

import pytest
from django.db import connection, transaction

from governance.outbox.models import Message
from incidents.erasable import faults
from incidents.erasable.faults import Fault
from incidents.models import FileContent, Incident, Submission
from tests.incidents.erasing import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    story.install()
    return story.incident()


def tamper(statement: str) -> None:
    """As who owns the database and takes the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_nothing_is_missing_of_what_is_there(incident: Incident) -> None:
    assert list(faults.missing()) == []


def test_nothing_is_missing_of_what_was_erased_on_record(incident: Incident) -> None:
    story.erased(incident)
    assert list(faults.missing()) == []


def test_a_changed_body_is_found(incident: Incident) -> None:
    tamper("UPDATE incidents_submission SET body = 'x'")
    key = str(Submission.objects.get().id)
    assert list(faults.missing()) == [Fault("incidents_submission", key, "altered")]


def test_a_body_that_was_marked_without_record_is_found(incident: Incident) -> None:
    tamper("UPDATE incidents_submission SET body = '', salt = '[erased]'")
    key = str(Submission.objects.get().id)
    assert list(faults.missing()) == [Fault("incidents_submission", key, "missing")]


def test_bytes_that_went_without_record_are_found(incident: Incident) -> None:
    digest = FileContent.objects.order_by("sha256")[0].sha256
    tamper(f"UPDATE incidents_filecontent SET data = '' WHERE sha256 = '{digest}'")  # noqa: S608
    assert list(faults.missing()) == [Fault("incidents_filecontent", digest, "missing")]


def test_a_changed_message_is_found(incident: Incident) -> None:
    message = Message.objects.order_by("id")[0]
    Message.objects.filter(id=message.id).update(text="Something else.")
    assert list(faults.missing()) == [Fault("outbox_message", str(message.id), "altered")]


def test_a_message_that_was_marked_without_record_is_found(incident: Incident) -> None:
    message = Message.objects.order_by("id")[0]
    Message.objects.filter(id=message.id).update(text="[erased]", salt="[erased]")
    assert list(faults.missing()) == [Fault("outbox_message", str(message.id), "missing")]
