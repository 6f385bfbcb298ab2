"""API keys in the console."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from governance import clock
from governance.accounts import keys
from governance.accounts.models import ApiKey
from governance.ledger import ledger, readings
from governance.ledger.models import Entry
from tests.incidents.admin.desk import Desk, desk, said, text

KEYS = "accounts_apikey"
SYSTEM = ledger.system("test")


@pytest.fixture
def now(db: None) -> datetime:
    return clock.now()


@pytest.fixture
def root(db: None) -> Desk:
    return desk(administrator=True)


def new_key(root: Desk, **changes: Any) -> Any:
    given = {"name": "Chat gateway", "scopes": ["incidents:report"], "days": "30", **changes}
    return root.client.post(reverse(f"admin:{KEYS}_add"), given)


def test_a_new_key_is_shown_and_works(root: Desk, now: datetime) -> None:
    answer = new_key(root)
    plain = answer.context["plain"]
    assert plain in text(answer)
    found = keys.find(plain, at=clock.now())
    assert found is not None
    assert found.scopes == ["incidents:report"]


def test_nobody_makes_a_key_that_may_do_more(db: None) -> None:
    answer = new_key(desk("responder"), scopes=["ledger:read"])
    assert answer.status_code == 403
    assert not ApiKey.objects.exists()


def test_the_form_offers_what_its_reader_may(db: None) -> None:
    shown = text(desk("responder").client.get(reverse(f"admin:{KEYS}_add")))
    assert "incidents:respond" in shown
    assert "ledger:read" not in shown


def test_a_responder_sees_the_own_keys_and_no_others(root: Desk) -> None:
    responder = desk("responder")
    new_key(root, name="Theirs")
    new_key(responder, name="Mine")
    assert "Theirs" not in text(responder.list(KEYS))
    assert "Mine" in text(responder.list(KEYS))
    theirs = ApiKey.objects.get(name="Theirs")
    assert responder.page(KEYS, theirs.id).status_code == 404


def test_a_new_key_is_not_kept_by_the_browser(root: Desk) -> None:
    assert "no-store" in new_key(root)["Cache-Control"]


def test_a_new_key_is_never_shown_again(root: Desk) -> None:
    secret = new_key(root).context["plain"].split("_", 2)[2]
    key = ApiKey.objects.get()
    assert secret not in text(root.page(KEYS, key.id)) + text(root.list(KEYS))


def test_a_new_key_leaves_an_entry(root: Desk) -> None:
    new_key(root)
    assert Entry.objects.get(verb="api_key.created").actor == root.actor


@pytest.mark.parametrize("changes", [{"scopes": []}, {"days": "0"}, {"days": "367"}, {"name": ""}])
def test_a_key_that_does_not_fit_is_refused(root: Desk, changes: dict[str, Any]) -> None:
    assert new_key(root, **changes).status_code == 422
    assert not ApiKey.objects.exists()


def test_revoking_a_key_ends_it(root: Desk) -> None:
    plain = new_key(root).context["plain"]
    key = ApiKey.objects.get()
    assert root.act(KEYS, key.id, "revoke", reason="Lost laptop.").status_code == 302
    assert keys.find(plain, at=clock.now()) is None
    assert readings.of(Entry.objects.get(verb="api_key.revoked")).reason == "Lost laptop."


def test_a_revoked_key_is_not_revoked_again(root: Desk, now: datetime) -> None:
    new_key(root)
    key = ApiKey.objects.get()
    keys.revoke(key, by=SYSTEM, at=now)
    answer = root.act(KEYS, key.id, "revoke", reason="Again.")
    assert "no longer possible" in said(answer)[0]


def test_without_keys_it_says_what_to_do(root: Desk) -> None:
    assert "A tool needs one to report incidents" in text(root.list(KEYS))
