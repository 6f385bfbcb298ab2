"""Signing in by password, and what somebody learns who cannot."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from governance import clock
from governance.access import refusals
from governance.access.models import Attempt, Refusal
from governance.accounts.models import User
from governance.ledger.models import Entry
from tests.governance.signon.people import code, give_codes, is_in, second_step, sign_in, someone

pytestmark = pytest.mark.django_db


def shown(name: str) -> str:
    """The page after a wrong password, without what differs each time."""
    page = sign_in(Client(), name=name, password="not it").content.decode()
    return re.sub(r'value="[^"]{64}"', "", page).replace(name, "NAME")


def test_the_page_that_was_asked_for_opens_after_signing_in() -> None:
    someone()
    answer = sign_in(Client(), next="/incidents/incident/")
    assert (answer.status_code, answer["Location"]) == (302, "/incidents/incident/")


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/x", "javascript:1"])
def test_no_other_site_is_led_to(elsewhere: str) -> None:
    someone()
    assert sign_in(Client(), next=elsewhere)["Location"] == "/"


def test_an_unknown_name_and_a_wrong_password_look_the_same() -> None:
    someone()
    assert "do not fit together" in shown("someone")
    assert shown("someone") == shown("nobody-has-this")


def test_a_closed_account_looks_like_a_wrong_password() -> None:
    User.objects.filter(id=someone().id).update(is_active=False)
    answer = sign_in(client := Client())
    assert "do not fit together" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("name", ["someone", "nobody-has-this"])
def test_after_five_tries_the_next_one_waits_whoever_is_meant(name: str) -> None:
    someone()
    answers = [sign_in(Client(), name=name, password="not it") for _ in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) in {1, 2}


def test_while_it_waits_the_right_password_is_not_looked_at() -> None:
    someone()
    for _ in range(5):
        sign_in(Client(), password="not it")
    sign_in(client := Client())
    assert not is_in(client)


def test_once_it_has_waited_the_right_password_lets_in() -> None:
    someone()
    for _ in range(5):
        sign_in(Client(), password="not it")
    Attempt.objects.update(until=clock.now() - timedelta(seconds=1))
    sign_in(client := Client())
    assert is_in(client)


def test_strangers_cannot_keep_a_person_out_of_a_browser_that_is_known() -> None:
    someone()
    sign_in(own := Client())
    own.post("/logout/")
    for _ in range(7):
        sign_in(Client(), password="not it")
    sign_in(own)
    assert is_in(own)


def test_the_mark_of_a_known_browser_is_of_no_use_for_another_account() -> None:
    someone()
    someone(name="other")
    sign_in(thief := Client())
    thief.post("/logout/")
    answers = [sign_in(thief, name="other", password="not it") for _ in range(6)]
    assert answers[-1].status_code == 429


def test_many_names_from_one_address_wait_as_well() -> None:
    answers = [sign_in(Client(), name=f"name{n}", password="not it") for n in range(31)]
    assert [answers[29].status_code, answers[30].status_code] == [200, 429]


def test_that_somebody_had_to_wait_is_counted() -> None:
    user = someone()
    for _ in range(6):
        sign_in(Client(), password="not it")
    assert Refusal.objects.get(because="too many tries").object_id == str(user.id)


def test_what_lets_in_is_in_the_entry() -> None:
    someone()
    sign_in(Client())
    assert '"methods":["password"]' in Entry.objects.get(verb="person.signed_in").body


def test_a_get_signs_nobody_out() -> None:
    someone()
    sign_in(client := Client())
    client.get("/logout/")
    assert is_in(client)


# --- the second step -----------------------------------------------------------------------------


def test_who_has_a_second_factor_is_not_in_by_password_alone() -> None:
    give_codes(someone())
    answer = sign_in(client := Client())
    assert answer["Location"] == "/login/step/"
    assert not is_in(client)
    assert not Entry.objects.filter(verb="person.signed_in").exists()


def test_the_code_of_the_app_lets_in() -> None:
    give_codes(someone())
    sign_in(client := Client(), next="/incidents/incident/")
    assert second_step(client, code())["Location"] == "/incidents/incident/"
    assert is_in(client)
    assert '"methods":["password","totp"]' in Entry.objects.get(verb="person.signed_in").body


def test_a_wrong_code_lets_nobody_in_and_is_counted() -> None:
    user = give_codes(someone()).user
    sign_in(client := Client())
    second_step(client, "000000")
    assert not is_in(client)
    found = Refusal.objects.get()
    assert (found.object_id, found.because) == (str(user.id), "wrong second factor")


def test_a_code_lets_in_once() -> None:
    """At another web process, too, which does not share the memory of the first."""
    give_codes(someone())
    used = code()
    sign_in(first := Client())
    second_step(first, used)
    cache.clear()
    sign_in(second := Client())
    second_step(second, used)
    assert (is_in(first), is_in(second)) == (True, False)


def test_guessing_codes_has_to_wait() -> None:
    give_codes(someone())
    sign_in(client := Client())
    answers = [second_step(client, f"00000{n}").status_code for n in range(6)]
    assert answers == [200] * 5 + [429]


def test_the_secret_of_the_app_is_not_stored_in_the_clear() -> None:
    stored = give_codes(someone())
    stored.refresh_from_db()
    assert "JBSWY3DP" not in str(stored.data)


def test_without_a_password_there_is_no_second_step() -> None:
    give_codes(someone())
    client = Client()
    assert second_step(client, code())["Location"].startswith("/login/")
    assert not is_in(client)


def test_refusals_are_told_without_what_was_typed() -> None:
    give_codes(someone())
    sign_in(client := Client())
    second_step(client, "123123")
    refusals.tell(at=clock.now() + timedelta(minutes=5))
    assert not Entry.objects.filter(body__contains="123123").exists()
