"""Erasing what an account says of its person: the name goes, the id in the trail stays."""

import json
from typing import Any

import pytest

from governance.accounts import keys, people, saved_views
from governance.accounts.models import ApiKey, User
from governance.errors import NotAllowed
from governance.ledger import erasures, ledger, readings
from governance.ledger.models import Entry
from governance.outbox import dead_letters
from governance.outbox.models import Message
from incidents import erasure, legal_holds
from incidents.errors import OnHold
from tests import factory
from tests.factory import AT
from tests.incidents.erasing import story
from tests.incidents.erasing.story import LATER

pytestmark = pytest.mark.django_db
EMAIL = "jo@example.org"


@pytest.fixture
def user() -> User:
    made = people.create(
        username="jo",
        password="a long pass phrase",
        email=EMAIL,
        roles=["responder"],
        administrator=False,
        by=ledger.system("test"),
        at=AT,
    )
    factory.key_of(ledger.Actor("user", str(made.id)))
    return made


def message(**fields: Any) -> Message:
    given = {"state": "dead", "subject": "S", "text": "T", "because": "B", **fields}
    return Message.objects.create(
        key=f"k:{EMAIL}", channel="email", destination=EMAIL, created_at=AT, due_at=AT, **given
    )


def erased(user: User) -> Any:
    given: dict[str, Any] = {"ground": "GDPR Art. 17(1)(a)", "reason": "Has left.", "at": LATER}
    row = erasure.request_person(user, by=story.officer(), **given)
    return erasure.approve(row, note="", by=story.second(), at=LATER)


def test_name_and_address_are_gone(user: User) -> None:
    erased(user)
    user.refresh_from_db()
    assert (user.username, user.email) == (f"erased-{user.id}", "")


def test_the_account_is_closed(user: User) -> None:
    erased(user)
    user.refresh_from_db()
    assert (user.is_active, user.roles, user.has_usable_password()) == (False, [], False)


def test_what_was_saved_of_lists_says_nothing_any_more(user: User) -> None:
    by = ledger.Actor("user", str(user.id))
    view = saved_views.save(user, "incidents.clock", name="Jo's", query="q=jo", by=by, at=AT)
    erased(user)
    view.refresh_from_db()
    assert (view.name, view.query) == ("erased", "")


def test_the_keys_are_revoked(user: User) -> None:
    assert erased(user).erased["keys"] == 1
    assert not ApiKey.objects.filter(created_by=f"user:{user.id}", revoked_at=None).exists()


def test_what_the_person_did_stays_under_the_id(user: User) -> None:
    actor = ledger.Actor("user", str(user.id))
    ledger.append(ledger.Event("thing.done", "thing", "1"), by=actor, at=AT)
    erased(user)
    assert Entry.objects.get(verb="thing.done").actor == f"user:{user.id}"


def test_the_address_goes_from_messages_and_from_the_trail(user: User) -> None:
    sent = message()
    dead_letters.mark_escalated(sent, told=[EMAIL], by=ledger.system("test"), at=AT)
    erased(user)
    sent.refresh_from_db()
    assert (sent.destination, sent.text) == ("[erased]", "[erased]")
    told = readings.of(Entry.objects.get(verb="message.escalated")).personal["told"]
    assert told.erased


def test_an_erased_message_is_not_sent_again(user: User) -> None:
    sent = message()
    erased(user)
    assert (
        dead_letters.replay_all(Message.objects.filter(id=sent.id), by=factory.PERSON, at=AT) == 0
    )


def test_the_address_stands_in_no_entry(user: User) -> None:
    erased(user)
    assert not Entry.objects.filter(body__contains=EMAIL).exists()
    assert not Entry.objects.filter(body__contains='"jo"').exists()


def test_it_is_on_record_by_whom_and_on_what_ground(user: User) -> None:
    row = erased(user)
    entry = Entry.objects.filter(verb=erasures.VERB, object_id=str(user.id)).earliest("id")
    after = json.loads(entry.body)["after"]
    assert (after["ground"], after["asked_by"]) == (row.ground, row.requested_by)
    assert entry.actor == str(story.second())


def test_nothing_is_missing_after_it(user: User) -> None:
    erased(user)
    assert list(erasures.missing()) == []


def test_it_takes_two(user: User) -> None:
    given: dict[str, Any] = {"ground": "g", "reason": "r", "at": LATER}
    row = erasure.request_person(user, by=story.officer(), **given)
    with pytest.raises(NotAllowed):
        erasure.approve(row, note="", by=story.officer(), at=LATER)
    user.refresh_from_db()
    assert user.username == "jo"


def test_a_hold_on_everything_blocks_it(user: User) -> None:
    legal_holds.place(reason="A suit.", by=story.counsel(), at=LATER)
    with pytest.raises(OnHold):
        erased(user)


def test_the_key_does_not_open_any_more(user: User) -> None:
    at = factory.clock.now()
    by = ledger.Actor("user", str(user.id))
    _, plain = keys.mint(
        name="n", scopes=["ledger:read"], by=by, expires_at=at + factory.HOUR, at=at
    )
    assert keys.find(plain, at=at) is not None
    erased(user)
    assert keys.find(plain, at=at) is None
