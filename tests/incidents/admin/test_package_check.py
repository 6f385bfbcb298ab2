"""Having a package checked at the console."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from governance.ledger.models import Entry
from incidents.evidence import inspection
from tests.incidents.admin.desk import Desk, desk, text

pytestmark = pytest.mark.django_db
URL = "/incidents/export/check/"


@pytest.fixture
def auditor() -> Desk:
    return desk("auditor")


def package(name: str = "<b>.zip", files: dict[str, bytes] | None = None) -> SimpleUploadedFile:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for each, content in (files or {"bag/bagit.txt": b"none"}).items():
            made.writestr(each, content)
    return SimpleUploadedFile(name, written.getvalue())


def bring(of: Desk, **given: Any) -> Any:
    return of.client.post(URL, {"package": package(), **given})


def test_the_list_of_packages_leads_there(auditor: Desk) -> None:
    assert f'href="{URL}"' in text(auditor.list("incidents_export"))
    assert reverse("admin:incidents_export_check") == URL


def test_the_page_says_what_it_does_not_prove(auditor: Desk) -> None:
    assert "What this does not prove" in text(auditor.client.get(URL))


def test_a_file_is_checked_and_the_result_explained(auditor: Desk) -> None:
    shown = text(bring(auditor))
    assert "This is not what was signed." in shown
    assert "does not say BagIt-Version: 1.0" in shown
    assert Entry.objects.filter(verb="evidence.checked", actor=auditor.actor).exists()


def test_names_within_the_file_are_shown_as_text(auditor: Desk) -> None:
    found = bring(auditor, package=package(files={"../<script>x": b""}))
    assert b"<script>x" not in found.content
    assert "<script>x" in text(found)


def test_no_file_is_a_mistake_in_the_form(auditor: Desk) -> None:
    found = auditor.client.post(URL, {})
    assert (found.status_code, Entry.objects.filter(verb="evidence.checked").count()) == (422, 0)


def test_a_wrong_key_is_said_and_nothing_is_checked(auditor: Desk) -> None:
    found = bring(auditor, keys="no-key")
    assert found.status_code == 422
    assert "no Ed25519 verifier key" in text(found)


def test_too_much_is_refused_before_it_is_read(
    auditor: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "LARGEST", -(1 << 20))
    found = bring(auditor)
    assert found.status_code == 413
    assert found.wsgi_request._read_started is False


def test_a_form_from_elsewhere_is_refused(auditor: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(auditor.user)
    assert client.post(URL, {"package": package()}).status_code == 403
    assert not Entry.objects.filter(verb="evidence.checked").exists()


def test_who_may_not_have_packages_may_not_have_them_checked() -> None:
    assert bring(desk("responder")).status_code == 403
