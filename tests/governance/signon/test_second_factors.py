"""One's own second factors: set up, removed, and asked for where the roles need one."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from governance import clock
from governance.accounts import factors
from governance.accounts.models import User
from governance.errors import Conflict
from governance.ledger import ledger
from governance.ledger.models import Entry
from tests.governance.signon import people
from tests.governance.signon.people import code, give_codes, is_in, second_step, sign_in, someone
from tests.incidents.admin.desk import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    someone()
    sign_in(client := Client())
    return client


def again(client: Client) -> None:
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def set_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    again(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="totp-secret">([A-Z2-7]+)<', page)
    assert secret
    monkeypatch.setattr(people, "SECRET", secret[1])
    client.post(reverse("mfa_activate_totp"), {"code": code()})


def kinds() -> list[str]:
    return sorted(Authenticator.objects.values_list("type", flat=True))


def test_setting_one_up_asks_for_the_password_first(browser: Client) -> None:
    answer = browser.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_codes_are_set_up_with_recovery_codes_and_both_are_on_record(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(browser, monkeypatch)
    assert kinds() == ["recovery_codes", "totp"]
    assert Entry.objects.filter(verb="second_factor.added").count() == 2


def test_a_recovery_code_lets_in_once(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(browser, monkeypatch)
    page = browser.get(reverse("mfa_view_recovery_codes")).content.decode()
    recovery = re.findall(r"\b\d{8}\b", page)[0]
    found = []
    for _ in range(2):
        sign_in(client := Client())
        second_step(client, recovery)
        found.append(is_in(client))
    assert found == [True, False]


def test_removing_it_is_on_record_and_the_recovery_codes_go(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(browser, monkeypatch)
    browser.post(reverse("mfa_deactivate_totp"))
    assert kinds() == []
    assert Entry.objects.filter(verb="second_factor.removed").count() == 1


def test_new_recovery_codes_are_on_record(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(browser, monkeypatch)
    browser.post(reverse("mfa_generate_recovery_codes"))
    assert Entry.objects.filter(verb="second_factor.added").count() == 3


def test_guessing_the_password_of_an_open_session_has_to_wait(browser: Client) -> None:
    address = reverse("account_reauthenticate")
    browser.cookies.pop("bylaw_device", None)
    answers = [browser.post(address, {"password": "not it"}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_an_administrator_takes_away_lost_ones_with_a_reason() -> None:
    user = someone()
    give_codes(user)
    factors.reset(user, by=ledger.system("test"), at=clock.now(), reason="Phone lost.")
    sign_in(client := Client())
    assert is_in(client)
    with pytest.raises(Conflict):
        factors.reset(user, by=ledger.system("test"), at=clock.now(), reason="Again.")


# --- who has to have one -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "role", "wanted"),
    [
        ("optional", "compliance-officer", False),
        ("approvers", "compliance-officer", True),
        ("approvers", "legal-counsel", True),
        ("approvers", "administrator", True),
        ("approvers", "responder", False),
        ("approvers", "auditor", False),
        ("everyone", "reporter", True),
    ],
)
def test_the_setting_says_whose_roles_need_one(
    settings: object, setting: str, role: str, wanted: bool
) -> None:
    settings.SECOND_FACTOR = setting  # type: ignore[attr-defined]
    assert factors.wanted(someone(role)) == wanted


def test_superusers_are_approvers(settings: object) -> None:
    settings.SECOND_FACTOR = "approvers"  # type: ignore[attr-defined]
    user = someone()
    User.objects.filter(id=user.id).update(is_superuser=True)
    user.refresh_from_db()
    assert factors.wanted(user)


@pytest.mark.parametrize("address", ["/", "/incidents/incident/", "/password_change/"])
def test_without_it_the_console_leads_to_where_it_is_set_up(
    browser: Client, settings: object, address: str
) -> None:
    settings.SECOND_FACTOR = "everyone"  # type: ignore[attr-defined]
    assert browser.get(address)["Location"] == "/account/"


def test_without_it_the_api_says_what_to_do(browser: Client, settings: object) -> None:
    settings.SECOND_FACTOR = "everyone"  # type: ignore[attr-defined]
    answer = browser.get("/api/v1/incidents")
    assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-needed")


def test_the_page_to_set_it_up_opens(browser: Client, settings: object) -> None:
    settings.SECOND_FACTOR = "everyone"  # type: ignore[attr-defined]
    assert "Your roles need a second factor" in browser.get("/account/").content.decode()


def test_with_it_everything_opens(settings: object) -> None:
    settings.SECOND_FACTOR = "everyone"  # type: ignore[attr-defined]
    give_codes(someone())
    sign_in(client := Client())
    second_step(client, code())
    assert is_in(client)
