"""Administrators are told, once, of a witness that takes nothing for long."""

import pytest

from governance.accounts.models import User
from governance.ledger.models import Entry, Witnessed
from governance.outbox.models import Message
from tests import factory
from tests.factory import AT, HOUR, MINUTE
from tests.governance.witnesses import sealed
from tests.governance.witnesses.sealed import DOWN, Scripted, give, seal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def administrators() -> None:
    for name in ("one", "two"):
        factory.person(name, "administrator")
        User.objects.filter(username=name).update(email=f"{name}@example.org")


@pytest.fixture
def down(witness: Scripted) -> Scripted:
    """Since AT."""
    witness.fails = DOWN
    seal()
    give("file")
    return witness


def test_within_its_patience_nobody_is_told(down: Scripted) -> None:
    give("file", AT + HOUR - MINUTE)
    assert Message.objects.count() == 0


def test_each_administrator_is_told_since_when_and_why(down: Scripted) -> None:
    give("file", AT + HOUR)
    told = Message.objects.order_by("destination")
    assert [each.destination for each in told] == ["one@example.org", "two@example.org"]
    assert "since 2026-11-23 08:00 UTC: It is down." in told[0].text


def test_they_are_told_once(down: Scripted) -> None:
    for hours in range(1, 6):
        give("file", AT + hours * HOUR)
    assert Message.objects.count() == 2
    assert Entry.objects.filter(verb="ledger.witness_failing").count() == 1


def test_that_they_are_told_is_an_entry(down: Scripted) -> None:
    give("file", AT + HOUR)
    entry = Entry.objects.get(verb="ledger.witness_failing")
    for said in ("It is down.", "one@example.org", '"witness":"file"'):
        assert said in entry.body


def test_so_is_that_it_takes_something_again(down: Scripted) -> None:
    give("file", AT + HOUR)
    down.fails = None
    assert give("file", AT + 2 * HOUR)
    entry = Entry.objects.get(verb="ledger.witness_recovered")
    assert f'"checkpoint":{sealed.done()[0].checkpoint_id}' in entry.body


def test_of_one_that_nobody_was_told_of_nothing_is_said(down: Scripted) -> None:
    down.fails = None
    give("file", AT + MINUTE)
    assert not Entry.objects.filter(verb__startswith="ledger.witness").exists()


def test_when_it_fails_again_later_they_are_told_again(down: Scripted) -> None:
    give("file", AT + HOUR)
    down.fails = None
    give("file", AT + 2 * HOUR)
    down.fails = DOWN
    seal(AT + 3 * HOUR)
    give("file", AT + 3 * HOUR)
    give("file", AT + 4 * HOUR)
    assert Message.objects.count() == 4


def test_where_there_is_nobody_to_tell_it_is_on_record_all_the_same(down: Scripted) -> None:
    User.objects.update(email="")
    give("file", AT + HOUR)
    assert Entry.objects.filter(verb="ledger.witness_failing").exists()
    assert Witnessed.objects.get().told_at == AT + HOUR
