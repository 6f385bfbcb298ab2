from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from governance.accounts.models import User
from governance.mailcatcher import store

MAIL = (
    b"Subject: Due <b>soon</b>\r\nTo: legal@example.org\r\nMessage-ID: <1@bylaw>\r\n"
    b"\r\nSubmit & sign.\r\n"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def caught(settings: Settings, tmp_path: Path) -> str:
    settings.MAIL_CATCHER_DIR = tmp_path
    return store.keep(tmp_path, MAIL)


@pytest.fixture
def staff(client: Client) -> Client:
    person = User.objects.create(username="officer", is_staff=True)
    client.force_login(person)
    return client


def test_the_list_shows_subject_recipient_and_id_of_each_message(
    staff: Client, caught: str
) -> None:
    page = staff.get("/mail/").content.decode()
    assert "Due &lt;b&gt;soon&lt;/b&gt;" in page
    assert "legal@example.org" in page
    assert "&lt;1@bylaw&gt;" in page
    assert f"/mail/{caught}/" in page


def test_a_message_shows_its_text_and_nothing_of_it_as_markup(staff: Client, caught: str) -> None:
    page = staff.get(f"/mail/{caught}/").content.decode()
    assert "Submit &amp; sign." in page
    assert "<b>soon" not in page


@pytest.mark.parametrize("name", ["..%2Fsecret-key", "nothing", "0" * 20])
def test_a_message_that_was_not_caught_is_not_found(staff: Client, caught: str, name: str) -> None:
    assert staff.get(f"/mail/{name}/").status_code == 404


@pytest.mark.parametrize("address", ["/mail/", f"/mail/{'0' * 20}-abcdef01/"])
def test_a_stranger_is_sent_to_the_login(client: Client, caught: str, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/")


def test_there_is_no_page_where_no_catcher_runs(staff: Client, settings: Settings) -> None:
    settings.MAIL_CATCHER_DIR = None
    assert staff.get("/mail/").status_code == 404


def test_the_pages_are_for_reading_only(staff: Client, caught: str) -> None:
    assert staff.post("/mail/").status_code == 405


BOTH = (
    b"Subject: Due\r\nTo: legal@example.org\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nIn words.\r\n"
    b'--b\r\nContent-Type: text/html\r\n\r\n<p onclick="x()">In colour.</p>\r\n--b--\r\n'
)


def test_a_message_of_two_parts_shows_both(
    staff: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MAIL_CATCHER_DIR = tmp_path
    page = staff.get(f"/mail/{store.keep(tmp_path, BOTH)}/").content.decode()
    assert "In words." in page
    assert "&lt;p onclick=&quot;x()&quot;&gt;In colour.&lt;/p&gt;" in page


def test_the_html_of_a_message_is_shown_where_it_can_neither_run_nor_fetch(
    staff: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MAIL_CATCHER_DIR = tmp_path
    page = staff.get(f"/mail/{store.keep(tmp_path, BOTH)}/").content.decode()
    assert 'sandbox srcdoc="&lt;meta http-equiv=&quot;Content-Security-Policy&quot;' in page
    assert "<p onclick" not in page


def test_a_message_of_words_only_has_no_frame(staff: Client, caught: str) -> None:
    assert "<iframe" not in staff.get(f"/mail/{caught}/").content.decode()
