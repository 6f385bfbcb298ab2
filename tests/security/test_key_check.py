"""What a wrong key costs is the same whatever is wrong with it, so that nobody learns from the time
it takes which part was right. The work is counted; a clock says nothing on a busy machine."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from governance import clock
from governance.accounts import keys
from governance.accounts.models import ApiKey
from tests import factory

pytestmark = pytest.mark.django_db


def unknown() -> str:
    return "bylaw_00000000_" + "x" * 43


def wrong_secret() -> str:
    return factory.key()[:-4] + "xxxx"


def first_sign_wrong() -> str:
    scheme, prefix, secret = factory.key().split("_", 2)
    return f"{scheme}_{prefix}_{'b' if secret[0] == 'a' else 'a'}{secret[1:]}"


def revoked() -> str:
    plain = factory.key()
    key = ApiKey.objects.get(prefix=plain.split("_")[1])
    keys.revoke(key, by=factory.PERSON, at=clock.now())
    return plain


def expired() -> str:
    plain = factory.key()
    at = clock.now() - timedelta(seconds=1)
    ApiKey.objects.filter(prefix=plain.split("_")[1]).update(expires_at=at)
    return plain


WRONG: Final[tuple[Callable[[], str], ...]] = (
    unknown,
    wrong_secret,
    first_sign_wrong,
    revoked,
    expired,
)


def work(plain: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What one call with the key does: statements, hashes, comparisons, and how long what is
    compared is."""
    done: dict[str, Any] = {"hashes": 0, "compared": []}
    compare, digest = hmac.compare_digest, hashlib.sha256

    def comparing(one: Any, other: Any) -> bool:
        done["compared"].append((len(one), len(other)))
        return compare(one, other)

    def hashing(*args: Any, **kwargs: Any) -> Any:
        done["hashes"] += 1
        return digest(*args, **kwargs)

    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as asked:
        patch.setattr(keys.hmac, "compare_digest", comparing)
        patch.setattr(keys.hashlib, "sha256", hashing)
        answer = APIClient().get("/api/v1/me", headers={"Authorization": f"Bearer {plain}"})
    assert answer.status_code == 401
    return done | {"queries": len(asked)}


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return work(unknown(), monkeypatch)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda each: each.__name__)
def test_a_wrong_key_takes_as_much_as_every_other(
    wrong: Callable[[], str], usual: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert work(wrong(), monkeypatch) == usual


def test_what_is_compared_is_hashed_and_compared_in_constant_time(usual: dict[str, Any]) -> None:
    """With the secret of now and with the one before, each of which alone would tell."""
    assert usual["hashes"] >= 1
    assert len(usual["compared"]) == 2
    assert all(one == other == 64 for one, other in usual["compared"])


@pytest.mark.parametrize("wrong", WRONG, ids=lambda each: each.__name__)
def test_every_wrong_key_is_told_the_same(wrong: Callable[[], str]) -> None:
    answers = []
    for plain in (unknown(), wrong()):
        answer = APIClient().get("/api/v1/me", headers={"Authorization": f"Bearer {plain}"})
        answers.append({**answer.json(), "instance": ""})
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "bylaw_",
        "bylaw__",
        "bylaw__x",
        "bylaw_%_x",
        "bylaw_' OR 1=1--_x",
        "x" * 100_000,
        "bylaw_" + "0" * 100_000 + "_x",
        "\xff\xfe",
        "bylaw_00000000_\udcff".encode("utf-8", "surrogateescape").decode("latin-1"),
    ],
    ids=lambda each: each[:12] + str(len(each)),
)
def test_what_is_no_key_at_all_is_refused(plain: str) -> None:
    answer = APIClient().get("/api/v1/me", headers={"Authorization": f"Bearer {plain}"})
    assert answer.status_code == 401


def test_a_prefix_alone_is_no_key() -> None:
    scheme, prefix, _ = factory.key().split("_", 2)
    for plain in (f"{scheme}_{prefix}", f"{scheme}_{prefix}_", f"{scheme}_{prefix}_{'0' * 64}"):
        answer = APIClient().get("/api/v1/me", headers={"Authorization": f"Bearer {plain}"})
        assert answer.status_code == 401


def test_the_digest_of_a_key_is_not_the_key() -> None:
    """Whoever reads the table cannot call with what stands there."""
    key = ApiKey.objects.get(prefix=factory.key().split("_")[1])
    plain = f"bylaw_{key.prefix}_{key.digest}"
    answer = APIClient().get("/api/v1/me", headers={"Authorization": f"Bearer {plain}"})
    assert answer.status_code == 401


def test_two_keys_at_once_are_none() -> None:
    headers = {"Authorization": f"Bearer {factory.key()}, Bearer {factory.key()}"}
    assert APIClient().get("/api/v1/me", headers=headers).status_code == 401
