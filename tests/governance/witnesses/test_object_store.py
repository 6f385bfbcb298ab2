"""An object store as a witness: a real web server that checks what it is sent as a store does."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from governance import clock
from governance.ledger import keys, notes
from governance.ledger.models import Checkpoint
from governance.witnesses import registry, signature_v4
from governance.witnesses.contract import Receipt, Unwitnessed
from governance.witnesses.signature_v4 import Account
from tests.live.web import Asked, WebServer

pytestmark = pytest.mark.django_db
ACCOUNT = Account("WRITER", "a-key-that-only-writes-there", "eu-central-1")


@pytest.fixture(autouse=True)
def configured(web: WebServer, settings: Settings) -> None:
    settings.WITNESS_STORE_URL = f"{web.url}/bucket/bylaw checkpoints/"
    settings.WITNESS_STORE_KEY_ID, settings.WITNESS_STORE_KEY = ACCOUNT.id, ACCOUNT.key
    settings.WITNESS_STORE_REGION = ACCOUNT.region


def give(checkpoint: Checkpoint) -> Receipt:
    return registry.configured()["store"].witness.take(checkpoint, at=clock.now())


def admitted(asked: Asked, account: Account = ACCOUNT) -> bool:
    """Whether a store would take it: signed by this account over what arrived."""
    signed = asked.headers["authorization"]
    names = signed.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    given = {name: asked.headers[name] for name in names if not name.startswith("x-amz-")}
    at = datetime.strptime(asked.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    made = signature_v4.headers(
        asked.method, asked.path, asked.body, given=given, account=account, at=at
    )
    return made["authorization"] == signed and "host" in names


def test_an_object_is_put_by_its_size_and_root(checkpoint: Checkpoint, web: WebServer) -> None:
    give(checkpoint)
    (asked,) = web.asked
    name = f"{checkpoint.size:020d}-{checkpoint.root[:16]}.txt"
    assert (asked.method, asked.path) == ("PUT", f"/bucket/bylaw%20checkpoints/{name}")
    assert notes.trusted(asked.body.decode(), keys.public()).size == checkpoint.size


def test_the_store_can_tell_who_sent_it(checkpoint: Checkpoint, web: WebServer) -> None:
    give(checkpoint)
    (asked,) = web.asked
    assert admitted(asked)
    assert not admitted(asked, Account(ACCOUNT.id, "another-key", ACCOUNT.region))
    assert not admitted(Asked(asked.method, asked.path, asked.headers, asked.body + b"x"))


def test_it_brings_the_checksum_that_a_locked_bucket_wants(
    checkpoint: Checkpoint, web: WebServer
) -> None:
    give(checkpoint)
    (asked,) = web.asked
    digest = hashlib.md5(asked.body, usedforsecurity=False).digest()
    assert asked.headers["content-md5"] == base64.b64encode(digest).decode()


def test_the_version_that_it_gets_is_kept(checkpoint: Checkpoint, web: WebServer) -> None:
    web.headers = {"x-amz-version-id": "3sL4kqtJlcpXroDTDmJ"}
    assert give(checkpoint).said.endswith(", version 3sL4kqtJlcpXroDTDmJ")


def test_that_a_bucket_keeps_no_versions_is_said(checkpoint: Checkpoint, web: WebServer) -> None:
    assert give(checkpoint).said.endswith(", without a version")


def test_what_it_refuses_is_said(checkpoint: Checkpoint, web: WebServer) -> None:
    web.status, web.body = 403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>"
    with pytest.raises(Unwitnessed, match=r"HTTP 403 Forbidden: .*SignatureDoesNotMatch"):
        give(checkpoint)


def test_the_pause_that_it_asks_for_is_passed_on(checkpoint: Checkpoint, web: WebServer) -> None:
    web.status, web.headers = 503, {"retry-after": "60"}
    with pytest.raises(Unwitnessed) as refused:
        give(checkpoint)
    assert refused.value.retry_after == timedelta(minutes=1)


def test_one_that_is_down_is_said_to_be(checkpoint: Checkpoint, web: WebServer) -> None:
    web.stop()
    with pytest.raises(Unwitnessed, match=r"127\.0\.0\.1"):
        give(checkpoint)
    web.start()
