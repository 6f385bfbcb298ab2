"""An object store that speaks S3: an object for each checkpoint. Let its bucket keep versions and
lock them (write once); then not even the account that writes there can take one back."""

import base64
import hashlib
from datetime import datetime
from typing import Final

from django.conf import settings

from governance import http
from governance.connectors.webhook import answers
from governance.ledger.models import Checkpoint
from governance.witnesses import signature_v4
from governance.witnesses.contract import Receipt, Unwitnessed
from governance.witnesses.signature_v4 import Account

_SECONDS: Final = 10.0


class ObjectStore:
    """`url` is that of the bucket, with what the names of the objects are to begin with."""

    def __init__(self, url: str, account: Account) -> None:
        self._url = url
        self._account = account

    def take(self, checkpoint: Checkpoint, *, at: datetime) -> Receipt:
        name = f"{checkpoint.size:020d}-{checkpoint.root[:16]}.txt"
        body = checkpoint.text.encode()
        try:
            url = http.check(self._url + name)
            given = {
                "host": url.netloc.decode("ascii"),
                "content-type": "text/plain; charset=utf-8",
                # A bucket with a lock takes nothing without a checksum.
                "content-md5": _base64(hashlib.md5(body, usedforsecurity=False).digest()),
            }
            headers = signature_v4.headers(
                "PUT",
                url.raw_path.decode("ascii"),
                body,
                given=given,
                account=self._account,
                at=at,
            )
            answer = http.put(
                str(url), body=body, headers=headers, timeout=_SECONDS, limit=1000, cut=True
            )
        except (http.Refused, http.Unreachable) as error:
            raise Unwitnessed(error.message) from error
        if refusal := answers.judge(answer.status, answer.headers, answer.body, at=at):
            raise Unwitnessed(str(refusal), retry_after=refusal.retry_after)
        return Receipt(f"Kept as {name}, {_version(answer)}")


def configured() -> ObjectStore | None:
    if not settings.WITNESS_STORE_URL:
        return None
    account = Account(
        settings.WITNESS_STORE_KEY_ID, settings.WITNESS_STORE_KEY, settings.WITNESS_STORE_REGION
    )
    return ObjectStore(settings.WITNESS_STORE_URL, account)


def _version(answer: http.Answer) -> str:
    """Without one, the bucket keeps no versions: what is there can be written over."""
    version = answer.headers.get("x-amz-version-id", "")
    return f"version {version}" if version else "without a version"


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
