"""Where somebody is signed in: shown, ended, and over when it is time."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from governance import clock
from governance.accounts import people, sessions
from governance.accounts.models import Session, User
from governance.ledger import ledger
from governance.ledger.models import Entry
from tests.governance.signon.people import is_in, sign_in, someone
from tests.incidents.admin.desk import PASSWORD

pytestmark = pytest.mark.django_db
BY = ledger.system("test")


@pytest.fixture
def user() -> User:
    return someone()


@pytest.fixture
def browser(user: User) -> Client:
    return signed_in()


def signed_in() -> Client:
    client = Client(headers={"User-Agent": "Lynx/2.9"})
    sign_in(client)
    return client


def change_access(user: User, *, active: bool) -> None:
    people.change_access(
        user, roles=user.roles, active=active, administrator=False, by=BY, at=clock.now()
    )


def test_a_person_sees_where_the_account_is_used(browser: Client) -> None:
    page = browser.get("/account/").content.decode()
    assert all(part in page for part in ("Lynx/2.9", "127.0.0.1", "password", "this one"))


def test_a_person_ends_another_session_of_the_own_account(browser: Client) -> None:
    other = signed_in()
    newest = Session.objects.latest("started_at")
    browser.post(reverse("account_end_session", args=[newest.id]))
    assert (is_in(browser), is_in(other)) == (True, False)
    assert Entry.objects.get(verb="session.ended").object_id == str(newest.id)


def test_nobody_ends_a_session_of_somebody_else(browser: Client) -> None:
    someone(name="other")
    sign_in(other := Client(), name="other")
    theirs = Session.objects.get(person__username="other")
    browser.post(reverse("account_end_session", args=[theirs.id]))
    assert is_in(other)


def test_all_others_are_ended_at_once(browser: Client) -> None:
    others = [signed_in(), signed_in()]
    browser.post(reverse("account_end_others"))
    assert [is_in(each) for each in (browser, *others)] == [True, False, False]


def test_a_closed_account_has_no_session_left(user: User, browser: Client) -> None:
    change_access(user, active=False)
    change_access(user, active=True)
    assert not is_in(browser)


def test_another_password_ends_every_session(user: User, browser: Client) -> None:
    people.set_password(user, "seven-other-words-in-one-row", by=BY, at=clock.now())
    assert not is_in(browser)
    assert not sessions.living(user, at=clock.now()).exists()


def test_ones_own_new_password_ends_all_but_the_own_session(user: User, browser: Client) -> None:
    other, fresh = signed_in(), "seven-other-words-in-one-row"
    given = {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh}
    browser.post(reverse("admin:password_change"), given)
    assert (is_in(browser), is_in(other)) == (True, False)
    assert sessions.living(user, at=clock.now()).count() == 1


def test_signing_out_ends_the_session(user: User, browser: Client) -> None:
    browser.post("/logout/")
    assert Session.objects.get().ended_because == "signed out"


@pytest.mark.parametrize(
    ("column", "age", "because"),
    [("last_used_at", "SESSION_IDLE", "idle"), ("started_at", "SESSION_LIFE", "too old")],
)
def test_a_session_is_over_when_it_is_idle_or_old(
    browser: Client, column: str, age: str, because: str
) -> None:
    Session.objects.update(**{column: clock.now() - getattr(settings, age)})
    assert not is_in(browser)
    assert Session.objects.get().ended_because == because


def test_a_session_that_is_used_goes_on(browser: Client) -> None:
    Session.objects.update(last_used_at=clock.now() - settings.SESSION_IDLE + timedelta(minutes=1))
    assert is_in(browser)
    assert clock.now() - Session.objects.get().last_used_at < timedelta(minutes=1)


def test_an_ended_session_opens_nothing_of_the_api(user: User, browser: Client) -> None:
    sessions.end_all(user.id, by=BY, at=clock.now(), because="ended")
    assert browser.get("/api/v1/me").status_code == 401


def test_a_session_without_a_row_gets_one_and_can_be_ended(user: User) -> None:
    client = Client()
    client.force_login(user)
    assert is_in(client)
    sessions.end(Session.objects.get(), by=BY, at=clock.now())
    assert not is_in(client)


def test_the_address_is_what_our_own_proxy_saw(user: User, settings: object) -> None:
    settings.PROXIES = 1  # type: ignore[attr-defined]
    client = Client(headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    sign_in(client)
    assert Session.objects.get().address == "198.51.100.7"


def test_without_a_proxy_what_the_client_says_of_its_address_counts_for_nothing(user: User) -> None:
    sign_in(Client(headers={"X-Forwarded-For": "203.0.113.9"}))
    assert Session.objects.get().address == "127.0.0.1"
