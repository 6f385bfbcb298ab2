"""Signatures for object stores, by the example that is published with the standard."""

from datetime import UTC, datetime

import pytest

from governance.witnesses import signature_v4
from governance.witnesses.signature_v4 import Account

#: "Examples: Signature Calculations", PUT Object, of the API reference of Amazon S3.
EXAMPLE = Account("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
AT = datetime(2013, 5, 24, tzinfo=UTC)
GIVEN = {
    "date": "Fri, 24 May 2013 00:00:00 GMT",
    "host": "examplebucket.s3.amazonaws.com",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
}


def signature(
    path: str = "/test%24file.text",
    body: bytes = b"Welcome to Amazon S3.",
    account: Account = EXAMPLE,
    at: datetime = AT,
) -> str:
    made = signature_v4.headers("PUT", path, body, given=GIVEN, account=account, at=at)
    return made["authorization"].rpartition("Signature=")[2]


RIGHT = "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"


def test_the_published_example_is_signed_as_published() -> None:
    assert signature() == RIGHT


@pytest.mark.parametrize(
    "changed",
    [
        {"path": "/test%24file.txt"},
        {"body": b"Welcome to Amazon S4."},
        {"account": Account(EXAMPLE.id, EXAMPLE.key[::-1], EXAMPLE.region)},
        {"account": Account(EXAMPLE.id, EXAMPLE.key, "eu-central-1")},
        {"at": datetime(2013, 5, 25, tzinfo=UTC)},
    ],
)
def test_a_signature_is_for_one_request_alone(changed: dict[str, object]) -> None:
    assert signature(**changed) != RIGHT  # type: ignore[arg-type]


def test_every_header_that_is_sent_is_signed() -> None:
    made = signature_v4.headers("PUT", "/", b"", given=GIVEN, account=EXAMPLE, at=AT)
    names = ";".join(sorted(made.keys() - {"authorization"}))
    assert f"SignedHeaders={names}," in made["authorization"]
