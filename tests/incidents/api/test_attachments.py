"""Files over REST."""

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from rest_framework.test import APIClient

from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_REPORT, PERSONAL_READ
from governance.ledger.models import Entry
from incidents.models import Attachment, FileContent, Incident
from tests import factory
from tests.factory import get, post
from tests.incidents import noticing

pytestmark = pytest.mark.django_db
HTML = b"<script>alert(1)</script>"


@pytest.fixture
def incident() -> Incident:
    noticing.install()
    return noticing.submit()


@pytest.fixture
def caller(incident: Incident) -> APIClient:
    return factory.client()


def upload(
    caller: APIClient, incident: Incident, data: bytes = HTML, name: str = "a.html", **more: str
) -> Any:
    file = SimpleUploadedFile(name, data, "text/html")
    path = f"/api/v1/incidents/{incident.reference}/attachments"
    return caller.post(path, {"file": file, **more})


def encoded(data: bytes, **more: str) -> dict[str, str]:
    return {"name": "a.txt", "content": base64.b64encode(data).decode(), **more}


def test_a_form_adds_a_file(caller: APIClient, incident: Incident) -> None:
    answer = upload(caller, incident)
    assert answer.status_code == 201
    assert answer.json()["size"] == len(HTML)
    assert caller.get(answer["Location"]).content == HTML


def test_json_with_base64_adds_a_file(caller: APIClient, incident: Incident) -> None:
    body = encoded(b"\x00\xff", media_type="image/png")
    found = post(caller, f"incidents/{incident.reference}/attachments", body).json()
    assert (found["name"], found["media_type"], found["size"]) == ("a.txt", "image/png", 2)


def test_the_same_again_is_the_same(caller: APIClient, incident: Incident) -> None:
    first, second = upload(caller, incident), upload(caller, incident)
    assert (second.status_code, second.json()["id"]) == (200, first.json()["id"])


def test_a_file_is_kept_by_the_browser_and_never_shown(
    caller: APIClient, incident: Incident
) -> None:
    key = upload(caller, incident, name="größe \u202eexe.html").json()["id"]
    answer = caller.get(f"/api/v1/attachments/{key}", headers={"Accept": "text/html"})
    assert (
        answer["Content-Disposition"] == "attachment; filename*=UTF-8''gr%C3%B6%C3%9Fe%20exe.html"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"


def test_reading_a_file_is_on_record(caller: APIClient, incident: Incident) -> None:
    key = upload(caller, incident).json()["id"]
    get(caller, f"attachments/{key}")
    entry = Entry.objects.get(verb="attachment.read")
    assert (entry.object_id, entry.incident_id) == (key, incident.id)


def test_a_path_in_a_name_leads_nowhere(caller: APIClient, incident: Incident) -> None:
    body = encoded(b"x") | {"name": "../../etc/cron.d/x"}
    found = post(caller, f"incidents/{incident.reference}/attachments", body).json()
    assert found["name"] == "x"


def test_a_file_beyond_the_limit_is_413(
    caller: APIClient, incident: Incident, settings: Settings
) -> None:
    settings.ATTACHMENT_LIMIT = 10
    answer = upload(caller, incident)
    assert (answer.status_code, answer.json()["code"]) == (413, "file-too-large")
    assert not FileContent.objects.exists()


def test_a_body_far_beyond_it_is_not_even_read(
    caller: APIClient, incident: Incident, settings: Settings
) -> None:
    settings.ATTACHMENT_LIMIT = 10
    assert upload(caller, incident, data=b"x" * 70_000).status_code == 413


def test_a_file_larger_than_other_bodies_is_taken(caller: APIClient, incident: Incident) -> None:
    body = encoded(b"x" * 3_000_000)
    answer = post(caller, f"incidents/{incident.reference}/attachments", body)
    assert (answer.status_code, answer.json()["size"]) == (201, 3_000_000)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "a", "content": "not base64!"}, 422),
        ({"name": "a"}, 422),
        ({"name": "a", "content": ""}, 422),
        ({"name": "a", "content": "eA==", "path": "/etc"}, 422),
        ({"name": "a", "content": "eA==", "purpose": "bribe"}, 422),
        ({"name": "a", "content": "eA==", "notice": str(factory.PERSON.id)}, 404),
        ({"name": "a", "content": "eA==", "clock": str(factory.PERSON.id)}, 404),
    ],
)
def test_what_is_not_understood_is_refused(
    caller: APIClient, incident: Incident, body: dict[str, str], status: int
) -> None:
    answer = post(caller, f"incidents/{incident.reference}/attachments", body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert not Attachment.objects.exists()


def test_a_form_without_a_file_is_refused(caller: APIClient, incident: Incident) -> None:
    path = f"/api/v1/incidents/{incident.reference}/attachments"
    other = SimpleUploadedFile("a", b"x")
    assert caller.post(path, {"document": other}).status_code == 422


def test_a_notice_of_another_incident_is_not_found(caller: APIClient, incident: Incident) -> None:
    foreign = noticing.draft()
    assert upload(caller, incident, notice=str(foreign.id)).status_code == 404


def test_files_of_an_incident_are_listed(caller: APIClient, incident: Incident) -> None:
    upload(caller, incident)
    found = get(caller, f"incidents/{incident.reference}/attachments").json()
    assert [each["name"] for each in found] == ["a.html"]


def test_an_auditor_reads_and_adds_nothing(caller: APIClient, incident: Incident) -> None:
    key = upload(caller, incident).json()["id"]
    auditor = factory.client(INCIDENTS_READ, PERSONAL_READ)
    assert get(auditor, f"attachments/{key}").status_code == 200
    assert upload(auditor, incident, name="b").status_code == 403


def test_a_reporter_reads_none(caller: APIClient, incident: Incident) -> None:
    key = upload(caller, incident).json()["id"]
    assert get(factory.client(INCIDENTS_REPORT), f"attachments/{key}").status_code == 403
    assert APIClient().get(f"/api/v1/attachments/{key}").status_code == 401


def test_an_unknown_file_is_404(caller: APIClient) -> None:
    assert get(caller, f"attachments/{factory.PERSON.id}").status_code == 404
