"""What the doors do when a reading cannot be put on record, and how the trail shows readings."""

from typing import Any

import pytest
from django.db import OperationalError

from governance import clock
from governance.access import reads
from incidents import correspondence
from incidents.models import Incident, Submission
from incidents.stages.attaching import Upload
from tests import factory
from tests.incidents.admin.desk import Desk, desk, rows, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    at = clock.now()
    factory.install()
    return factory.submit(factory.breach(at), at=at)


@pytest.fixture
def locked(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(reads, "_write", refuse)


@pytest.fixture
def auditor() -> Desk:
    return desk("auditor")


@pytest.mark.usefixtures("locked")
class TestLocked:
    def test_an_incident_opens_all_the_same(self, incident: Incident, auditor: Desk) -> None:
        assert auditor.page("incidents_incident", incident.id).status_code == 200
        assert factory.get(factory.client(), f"incidents/{incident.id}").status_code == 200

    def test_lists_and_the_first_page_open_all_the_same(self, auditor: Desk) -> None:
        assert auditor.list("incidents_incident").status_code == 200
        assert auditor.client.get("/").status_code == 200
        assert factory.get(factory.client(), "incidents").status_code == 200

    def test_a_raw_submission_is_not_shown(self, auditor: Desk) -> None:
        page = auditor.page("incidents_submission", Submission.objects.get().id)
        assert page.status_code == 503
        assert "could not be put on record" in text(page)
        assert "The answer was false." not in text(page)

    def test_a_raw_submission_is_not_given_out(self) -> None:
        answer = factory.get(factory.client(), f"submissions/{Submission.objects.get().id}")
        assert (answer.status_code, answer.json()["code"]) == (503, "read-not-recorded")
        assert "The answer was false." not in answer.content.decode()

    def test_a_file_is_not_given_out(self, incident: Incident) -> None:
        upload = Upload("log.txt", "text/plain", b"a log")
        added, _ = correspondence.attach(incident, upload, by=factory.PERSON, at=clock.now())
        answer = factory.get(factory.client(), f"attachments/{added.id}")
        assert (answer.status_code, answer.json()["code"]) == (503, "read-not-recorded")

    @pytest.mark.parametrize("path", ["policies/export", "policies/export.zip"])
    def test_no_copy_of_the_policies_leaves(self, path: str) -> None:
        assert factory.get(factory.client(), path).status_code == 503


def test_a_file_that_is_opened_again_in_the_hour_has_one_entry(incident: Incident) -> None:
    upload = Upload("log.txt", "text/plain", b"a log")
    added, _ = correspondence.attach(incident, upload, by=factory.PERSON, at=clock.now())
    caller = factory.client()
    for _ in range(3):
        factory.get(caller, f"attachments/{added.id}")
    found = factory.get(caller, "ledger/entries", verb="attachment.read").json()["results"]
    assert len(found) == 1


@pytest.mark.parametrize(("readings", "shown"), [("true", {True}), ("false", {False})])
def test_the_trail_can_be_had_with_and_without_readings(
    incident: Incident, readings: str, shown: set[bool]
) -> None:
    caller = factory.client()
    factory.get(caller, f"incidents/{incident.id}")
    found = factory.get(caller, "ledger/entries", readings=readings).json()["results"]
    verbs = [each["record"]["verb"] for each in found]
    assert {verb.endswith((".read", ".listed")) for verb in verbs} == shown


@pytest.mark.parametrize(
    ("query", "shown"),
    [({}, {True, False}), ({"readings": "only"}, {True}), ({"readings": "without"}, {False})],
)
def test_the_console_shows_the_trail_with_and_without_readings(
    incident: Incident, auditor: Desk, query: dict[str, str], shown: set[bool]
) -> None:
    auditor.page("incidents_incident", incident.id)
    found = rows(auditor.list("ledger_entry", **query))
    assert {entry.verb.endswith((".read", ".listed")) for entry in found} == shown


def test_the_timeline_of_an_incident_leaves_readings_out(incident: Incident) -> None:
    caller = factory.client()
    factory.get(caller, f"incidents/{incident.id}")
    timeline = factory.get(caller, f"incidents/{incident.id}").json()["timeline"]
    assert "incident.read" not in {each["verb"] for each in timeline}
