"""The console's frame: its menu, signing in, and one's own password."""

import pytest
from django.test import Client
from django.urls import reverse

from governance.accounts.models import User
from governance.ledger.models import Entry
from tests.incidents.admin.desk import PASSWORD, Desk, desk, person, text

pytestmark = pytest.mark.django_db
FRESH = "seven-other-words-in-one-row"


def known(user: User) -> User:
    """The same person with PASSWORD under the hash that the console checks."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def change_password(who: Desk, *, old: str) -> int:
    given = {"old_password": old, "new_password1": FRESH, "new_password2": FRESH}
    return who.client.post(reverse("admin:password_change"), given).status_code


def test_ones_own_new_password_leaves_an_entry() -> None:
    responder = Desk(known(person("responder")))
    assert change_password(responder, old=PASSWORD) == 302
    entry = Entry.objects.get(verb="person.password_changed")
    assert (entry.actor, entry.object_id) == (responder.actor, str(responder.user.id))


def test_a_refused_new_password_leaves_none() -> None:
    assert change_password(desk("responder"), old="something else") == 200
    assert not Entry.objects.filter(verb="person.password_changed").exists()


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("responder", ["Deadline board", "API keys"], ["Audit trail", "People", "Teams"]),
        ("auditor", ["Deadline board", "Audit trail"], ["API keys"]),
        ("reporter", [], ["Deadline board", "Audit trail", "API keys"]),
    ],
)
def test_the_menu_offers_what_the_viewer_may_open(
    role: str, shown: list[str], hidden: list[str]
) -> None:
    page = text(desk(role).client.get(reverse("admin:index")))
    assert all(title in page for title in shown)
    assert not any(title in page for title in hidden)


def test_signing_in_leads_to_the_first_page() -> None:
    someone = known(person("responder"))
    answer = Client().post(
        reverse("admin:login"), {"username": someone.username, "password": PASSWORD}
    )
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:index"))
