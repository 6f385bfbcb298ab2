"""A key's next secret, and who is told that a key ends."""

from datetime import timedelta
from typing import Final

import pytest

from governance.accounts import expiring, keys
from governance.accounts.models import ApiKey, User
from governance.errors import Conflict, Invalid
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry
from governance.outbox.models import Message
from tests import factory
from tests.factory import AT

pytestmark = pytest.mark.django_db
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


def made(*, days: int = 90, by: Actor = factory.PERSON) -> tuple[ApiKey, str]:
    return keys.mint(
        name="monitor", scopes=["incidents:report"], by=by, expires_at=AT + days * DAY, at=AT
    )


def rotated(key: ApiKey, *, overlap: timedelta = HOUR, at: object = AT) -> str:
    return keys.rotate(key, overlap=overlap, expires_at=AT + 90 * DAY, by=factory.PERSON, at=AT)


def test_the_new_secret_lets_in_as_the_same_key() -> None:
    key, plain = made()
    new = rotated(key)
    assert keys.find(new, at=AT) == key
    assert new != plain
    assert new.split("_")[1] == key.prefix


@pytest.mark.parametrize(("after", "lets_in"), [(0.9, True), (1.0, False), (50.0, False)])
def test_the_old_secret_lets_in_until_the_overlap_is_over(after: float, lets_in: bool) -> None:
    key, old = made()
    rotated(key)
    assert bool(keys.find(old, at=AT + after * HOUR)) == lets_in


def test_without_an_overlap_the_old_secret_is_over_at_once() -> None:
    key, old = made()
    rotated(key, overlap=timedelta())
    assert keys.find(old, at=AT) is None


def test_the_old_secret_never_lets_in_for_longer_than_it_would_have() -> None:
    key, old = made(days=1)
    rotated(key, overlap=7 * DAY)
    assert keys.find(old, at=AT + DAY) is None


def test_of_two_rotations_only_the_last_old_secret_lets_in() -> None:
    key, first = made()
    second = rotated(key)
    rotated(key)
    assert (keys.find(first, at=AT), keys.find(second, at=AT)) == (None, key)


def test_revoking_ends_both_secrets() -> None:
    key, old = made()
    new = rotated(key)
    keys.revoke(key, by=factory.PERSON, at=AT)
    assert (keys.find(old, at=AT), keys.find(new, at=AT)) == (None, None)


def test_no_secret_is_stored_or_told() -> None:
    key, old = made()
    new = rotated(key)
    stored = str(ApiKey.objects.filter(id=key.id).values().get())
    told = "".join(Entry.objects.values_list("body", flat=True))
    assert not [each for each in (old, new) if each.split("_", 2)[2] in stored + told]


def test_a_rotation_is_on_record() -> None:
    key, _ = made()
    rotated(key)
    assert Entry.objects.get(verb="api_key.rotated").object_id == str(key.id)


def test_an_ended_key_is_not_rotated() -> None:
    key, _ = made()
    keys.revoke(key, by=factory.PERSON, at=AT)
    with pytest.raises(Conflict):
        rotated(key)


def test_an_overlap_has_a_bound() -> None:
    with pytest.raises(Invalid):
        rotated(made()[0], overlap=8 * DAY)


# --- keys that end soon --------------------------------------------------------------------------


@pytest.fixture
def maker() -> Actor:
    who = factory.person("maker", "responder")
    User.objects.filter(username="maker").update(email="maker@example.org")
    return who


@pytest.mark.parametrize(
    ("days", "left", "told"), [(90, 15, 0), (90, 14, 1), (20, 6, 0), (20, 5, 1), (90, 0, 0)]
)
def test_its_maker_is_told_before_a_key_ends(maker: Actor, days: int, left: int, told: int) -> None:
    made(days=days, by=maker)
    assert expiring.warn(at=AT + (days - left) * DAY) == told
    assert Message.objects.filter(destination="maker@example.org").count() == told


def test_nobody_is_told_twice(maker: Actor) -> None:
    made(by=maker)
    assert [expiring.warn(at=AT + (80 + n) * DAY) for n in range(2)] == [1, 0]


def test_after_a_rotation_the_next_end_is_told(maker: Actor) -> None:
    key, _ = made(by=maker)
    expiring.warn(at=AT + 80 * DAY)
    later = AT + 80 * DAY
    keys.rotate(key, overlap=HOUR, expires_at=later + 90 * DAY, by=maker, at=later)
    assert expiring.warn(at=later + 80 * DAY) == 1
    assert Message.objects.count() == 2


def test_of_a_key_without_a_maker_the_administrators_are_told() -> None:
    factory.person("boss", "administrator")
    User.objects.filter(username="boss").update(email="boss@example.org")
    made(by=Actor("system", "command-line"))
    expiring.warn(at=AT + 80 * DAY)
    assert Message.objects.get().destination == "boss@example.org"


def test_of_a_revoked_key_nobody_is_told(maker: Actor) -> None:
    keys.revoke(made(by=maker)[0], by=maker, at=AT)
    assert expiring.warn(at=AT + 80 * DAY) == 0
