"""What signs a package: an in-toto Statement v1 in a DSSE v1 envelope, with Ed25519 (pure).

The signature is over `PAE(type, body)`, so that neither the type nor a byte of the body can be
exchanged, and nothing needs to be serialised anew to check it.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance import canonical
from incidents.evidence.bag import File

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "urn:bylaw:evidence-package:v1"


@dataclass(frozen=True)
class Signed:
    """`text` is the envelope; `pae` are the bytes that were signed."""

    text: bytes
    pae: bytes
    signature: bytes


def statement(files: Iterable[File], predicate: Mapping[str, Any]) -> bytes:
    """About these files, by their digests."""
    subjects = [
        {"name": each.path, "digest": {"sha256": each.sha256, "sha512": each.sha512}}
        for each in files
    ]
    said = {
        "_type": STATEMENT,
        "subject": subjects,
        "predicateType": PREDICATE,
        "predicate": predicate,
    }
    return canonical.text(said).encode()


def sign(body: bytes, key: Ed25519PrivateKey, *, key_id: str) -> Signed:
    signed = pae(PAYLOAD_TYPE, body)
    signature = key.sign(signed)
    envelope = {
        "payload": base64.b64encode(body).decode("ascii"),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": key_id, "sig": base64.b64encode(signature).decode("ascii")}],
    }
    return Signed(json.dumps(envelope, sort_keys=True).encode() + b"\n", signed, signature)


def pae(type_: str, body: bytes) -> bytes:
    """DSSE v1, the pre-authentication encoding."""
    named = type_.encode()
    return b"DSSEv1 %d %s %d %s" % (len(named), named, len(body), body)
