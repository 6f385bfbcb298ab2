"""The zone in which a person sees times: chosen on the account's page, and nowhere else."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from governance.accounts import preferences
from governance.accounts.models import User
from governance.console import fields, times
from governance.ledger.models import Entry
from tests.governance.signon.people import sign_in, someone

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BERLIN, BRUSSELS, NEPAL = (
    ZoneInfo(name) for name in ("Europe/Berlin", "Europe/Brussels", "Asia/Kathmandu")
)


@pytest.fixture
def user() -> User:
    return someone()


@pytest.fixture
def browser(user: User) -> Client:
    client = Client()
    sign_in(client)
    return client


def choose(browser: Client, zone: str) -> Any:
    return browser.post("/account/zone/", {"zone": zone}, follow=True)


def test_a_person_chooses_a_zone(browser: Client, user: User) -> None:
    assert "Times are shown in Europe/Berlin" in choose(browser, "Europe/Berlin").content.decode()
    user.refresh_from_db()
    assert user.zone == "Europe/Berlin"


def test_the_choice_is_on_record(browser: Client, user: User) -> None:
    choose(browser, "Europe/Berlin")
    entry = Entry.objects.get(verb="person.zone_chosen")
    assert (entry.actor, entry.object_id) == (f"user:{user.id}", str(user.id))
    assert '"before":{"zone":"UTC"}' in entry.body


def test_the_same_choice_again_is_not(browser: Client) -> None:
    choose(browser, "Europe/Berlin")
    choose(browser, "Europe/Berlin")
    assert Entry.objects.filter(verb="person.zone_chosen").count() == 1


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Etc/GMT+5"])
def test_another_zone_is_refused(browser: Client, user: User, zone: str) -> None:
    assert "There is no time zone" in choose(browser, zone).content.decode()
    user.refresh_from_db()
    assert user.zone == ""


def test_pages_show_times_in_it(browser: Client) -> None:
    assert " CET</time>" not in browser.get("/account/").content.decode()
    choose(browser, "Africa/Algiers")  # the same all year
    assert " CET</time>" in browser.get("/account/").content.decode()


def test_it_is_over_with_the_request(browser: Client) -> None:
    choose(browser, "Europe/Berlin")
    assert times.zone() is UTC


def test_a_zone_that_the_system_forgot_reads_as_utc() -> None:
    assert str(preferences.zone_of(User(zone="Europe/Atlantis"))) == "UTC"


def test_a_time_names_the_zone_of_the_reader() -> None:
    with times.seen_in(BERLIN):
        assert times.here(NOON) == "2026-11-22 13:00 CET"
    with times.seen_in(NEPAL):
        assert times.here(NOON) == "2026-11-22 17:45 UTC+0545"


def test_the_legal_zone_stands_beside_it() -> None:
    with times.seen_in(NEPAL):
        found = times.both(NOON, "Europe/Brussels")
    assert "Sun 2026-11-22 13:00 Europe/Brussels" in found
    assert "2026-11-22 17:45 UTC+0545" in found


def test_the_legal_zone_stands_alone_where_it_is_the_same() -> None:
    with times.seen_in(BRUSSELS):
        assert "<time" not in times.both(NOON, "Europe/Brussels")


def test_what_is_entered_is_read_in_it() -> None:
    field = fields.InstantField(label="When")
    with times.seen_in(BERLIN):
        assert field.clean("2026-11-22T13:00") == NOON
        assert field.prepare_value(NOON).hour == 13
        assert str(field.label) == "When (Europe/Berlin)"
