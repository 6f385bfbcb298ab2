"""API keys: made once, kept as a hash, ended by time or by hand."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from governance.accounts import keys
from governance.accounts.models import ApiKey
from governance.errors import Conflict, Invalid
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
PERSON = Actor("user", "u-1")


def mint(*scopes: str, expires_at: datetime = AT + DAY) -> tuple[ApiKey, str]:
    wanted = scopes or ("incidents:report",)
    return keys.mint(name="monitor", scopes=wanted, by=PERSON, expires_at=expires_at, at=AT)


def test_a_key_is_found_by_its_plain_text() -> None:
    key, plain = mint()
    assert keys.find(plain, at=AT) == key


def test_only_the_hash_of_the_secret_is_kept() -> None:
    key, plain = mint()
    secret = plain.split("_", 2)[2]
    stored = ApiKey.objects.filter(id=key.id).values().get()
    assert stored["digest"] == hashlib.sha256(secret.encode()).hexdigest()
    assert not [value for value in stored.values() if secret in str(value)]


def test_the_ledger_does_not_hold_the_secret() -> None:
    _, plain = mint()
    secret = plain.split("_", 2)[2]
    assert secret not in Entry.objects.get(verb="api_key.created").body


def test_two_keys_differ() -> None:
    assert mint()[1] != mint()[1]


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain[:-1] + ("A" if plain[-1] != "A" else "B"),
        lambda plain: plain[:-1],
        lambda plain: plain + "x",
        lambda plain: plain.replace("bylaw_", "", 1),
        lambda plain: "x" + plain,
        lambda plain: "bylaw_00000000_" + plain.split("_", 2)[2],
        lambda plain: plain.rpartition("_")[0],
        lambda _: "",
        lambda _: "bylaw__",
    ],
)
def test_another_text_is_no_key(change: Callable[[str], str]) -> None:
    _, plain = mint()
    assert keys.find(change(plain), at=AT) is None


@pytest.mark.parametrize(("after", "live"), [(-1, True), (0, False), (1, False)])
def test_a_key_ends_at_its_instant(after: int, *, live: bool) -> None:
    _, plain = mint()
    at = AT + DAY + timedelta(microseconds=after)
    assert (keys.find(plain, at=at) is not None) is live


def test_a_revoked_key_is_dead_at_once() -> None:
    key, plain = mint()
    keys.revoke(key, by=PERSON, at=AT, reason="leaked")
    assert keys.find(plain, at=AT) is None


def test_a_key_is_revoked_once() -> None:
    key, _ = mint()
    keys.revoke(key, by=PERSON, at=AT)
    with pytest.raises(Conflict, match="revoked already"):
        keys.revoke(key, by=PERSON, at=AT)


def test_making_and_revoking_are_entries() -> None:
    key, _ = mint()
    keys.revoke(key, by=PERSON, at=AT)
    entries = Entry.objects.filter(object_id=str(key.id)).order_by("id")
    assert [entry.verb for entry in entries] == ["api_key.created", "api_key.revoked"]


@pytest.mark.parametrize(
    ("scopes", "expires_at", "words"),
    [
        (["incidents:all"], AT + DAY, "Unknown scopes incidents:all"),
        ([], AT + DAY, "at least one scope"),
        (["incidents:read"], AT, "in the future"),
        (["incidents:read"], AT + 367 * DAY, "within 366 days"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(
    scopes: list[str], expires_at: datetime, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        keys.mint(name="x", scopes=scopes, by=PERSON, expires_at=expires_at, at=AT)


def test_the_database_refuses_a_key_without_a_scope() -> None:
    key, _ = mint()
    with pytest.raises(IntegrityError, match="api_key_has_a_scope"):
        ApiKey.objects.filter(id=key.id).update(scopes=[])


def test_use_is_noted_once_a_minute() -> None:
    key, plain = mint()
    for seconds in (0, 30, 60, 90):
        keys.find(plain, at=AT + timedelta(seconds=seconds))
    key.refresh_from_db()
    assert key.last_used_at == AT + timedelta(seconds=60)
