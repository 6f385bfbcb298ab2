"""Signing on at the organisation's provider, a real one over loopback."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from pytest_django import Settings

from governance.accounts.models import User
from governance.ledger.models import Entry
from tests.governance.signon.people import code, give_codes, is_in, second_step, someone
from tests.live.identity import CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db
CLAIMS: Final = {"sub": "4711", "email": "someone@example.org", "email_verified": True}


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    found = Provider()
    found.start()
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
    settings.OIDC_ISSUER, settings.OUTBOUND_ALLOW = found.url, [found.web.name]
    yield found
    found.stop()


def sign_on(provider: Provider, client: Client, **claims: Any) -> Any:
    """All the way there and back; what the browser gets in the end."""
    left = client.post("/login/provider/", {"next": "/incidents/incident/"})
    return client.get(provider.agree(left["Location"], CLAIMS | claims))


def comes_in(provider: Provider, **claims: Any) -> bool:
    sign_on(provider, client := Client(), **claims)
    return is_in(client)


def test_whoever_has_the_verified_address_comes_in(provider: Provider) -> None:
    user = someone(email="Someone@example.org")
    answer = sign_on(provider, client := Client())
    assert answer["Location"] == "/incidents/incident/"
    assert is_in(client)
    assert '"methods":["oidc"]' in Entry.objects.get(verb="person.signed_in").body
    assert Entry.objects.get(verb="person.identity_bound").object_id == str(user.id)


def test_once_bound_the_subject_counts_and_not_the_address(provider: Provider) -> None:
    someone(email="someone@example.org")
    assert comes_in(provider)
    assert comes_in(provider, email="married@example.org", email_verified=False)
    assert not comes_in(provider, sub="4712", email="married@example.org")


def test_nothing_of_the_claims_is_kept(provider: Provider) -> None:
    someone(email="someone@example.org")
    comes_in(provider, phone_number="+49 30 1234")
    assert SocialAccount.objects.get().extra_data == {}


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@example.org"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": ""},
    ],
)
def test_whoever_is_not_known_gets_neither_in_nor_an_account(
    provider: Provider, claims: dict[str, Any]
) -> None:
    someone(email="someone@example.org")
    assert not comes_in(provider, **claims)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_an_address_that_two_people_have_is_nobodys(provider: Provider) -> None:
    someone(email="someone@example.org")
    someone(name="twin", email="someone@example.org")
    assert not comes_in(provider)


def test_a_closed_account_stays_closed(provider: Provider) -> None:
    someone(email="someone@example.org")
    assert comes_in(provider)
    User.objects.update(is_active=False)
    assert not comes_in(provider)


def test_a_second_factor_of_ours_is_asked_for_after_it(provider: Provider) -> None:
    give_codes(someone(email="someone@example.org"))
    sign_on(provider, client := Client())
    assert not is_in(client)
    second_step(client, code())
    assert is_in(client)


def test_a_token_that_another_signed_lets_nobody_in(provider: Provider) -> None:
    someone(email="someone@example.org")
    provider.signs_with = rsa.generate_private_key(65537, 2048)
    assert not comes_in(provider)


def test_a_token_for_another_client_lets_nobody_in(provider: Provider) -> None:
    someone(email="someone@example.org")
    provider.audience = "another"
    assert not comes_in(provider)


def test_an_expired_token_lets_nobody_in(provider: Provider) -> None:
    someone(email="someone@example.org")
    assert not comes_in(provider, exp=1_700_000_000)


def test_a_provider_of_another_name_lets_nobody_in(provider: Provider) -> None:
    someone(email="someone@example.org")
    began = Client()
    left = began.post("/login/provider/")["Location"]
    provider.issuer = "https://other.example.org"
    began.get(provider.agree(left, CLAIMS))
    assert not is_in(began)


def test_claims_about_somebody_else_let_nobody_in(provider: Provider) -> None:
    someone(email="someone@example.org")
    provider.told = {"sub": "another"}
    assert not comes_in(provider)


def test_a_state_of_another_browser_lets_nobody_in(provider: Provider) -> None:
    someone(email="someone@example.org")
    left = Client().post("/login/provider/")["Location"]
    Client().get(provider.agree(left, CLAIMS))
    client = Client()
    client.get(provider.agree(left, CLAIMS))
    assert not is_in(client)


def test_a_provider_at_a_private_address_that_is_not_allowed_is_not_asked(
    provider: Provider, settings: Settings
) -> None:
    settings.OUTBOUND_ALLOW = []
    answer = Client().post("/login/provider/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    assert provider.web.asked == []


def test_where_none_is_set_up_there_is_none() -> None:
    assert Client().post("/login/provider/").status_code == 404
    assert "provider-form" not in Client().get("/login/").content.decode()


def test_where_a_claim_gives_the_roles_they_are_taken_each_time(
    provider: Provider, settings: Settings
) -> None:
    user = someone("auditor", email="someone@example.org")
    settings.OIDC_ROLES_CLAIM = "groups"
    assert comes_in(provider, groups=["responder", "staff"])
    user.refresh_from_db()
    assert (user.roles, user.is_superuser) == (["responder"], False)
    assert Entry.objects.filter(verb="person.access_changed", actor="system:oidc").exists()


def test_without_such_a_setting_no_claim_gives_a_role(provider: Provider) -> None:
    user = someone("auditor", email="someone@example.org")
    comes_in(provider, roles=["administrator"], groups=["administrator"])
    user.refresh_from_db()
    assert user.roles == ["auditor"]


@pytest.mark.parametrize("process", ["connect", "redirect"])
def test_nothing_but_signing_in_is_done_with_it(provider: Provider, process: str) -> None:
    someone(email="someone@example.org")
    client = Client()
    left = client.post(f"/login/provider/?process={process}", {"process": process})
    if left.status_code == 302 and "code_challenge" in left["Location"]:
        client.get(provider.agree(left["Location"], CLAIMS))
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
