"""A time-stamp authority (RFC 3161 over HTTP, 3.4): what a checkpoint signs existed before the time
that it gives. The token is checked before it is kept, against the roots that the operator
trusts."""

from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings

from governance import http
from governance.connectors.webhook import answers
from governance.ledger.models import Checkpoint
from governance.witnesses import tokens
from governance.witnesses.contract import Receipt, Unwitnessed

_SECONDS: Final = 10.0
_LONGEST: Final = 100_000  # bytes; one with a long chain has about ten thousand


class TimeStampAuthority:
    """`roots` is a PEM file with one certificate or more."""

    def __init__(self, url: str, roots: Path) -> None:
        self._url = url
        self._roots = roots

    def take(self, checkpoint: Checkpoint, *, at: datetime) -> Receipt:
        roots = self._trusted()
        note = checkpoint.text.encode()
        asked = tokens.ask(note)
        answer = self._ask(asked.as_bytes(), at=at)
        try:
            token = tokens.check(answer, note, asked=asked, roots=roots, at=at)
        except tokens.Untrusted as error:
            raise Unwitnessed(str(error)) from error
        return Receipt(
            said=f"Stamped by {urlsplit(self._url).hostname}",
            token=token.answer,
            certificates=token.certificates,
            gen_time=token.gen_time,
            accuracy=token.accuracy,
        )

    def _ask(self, request: bytes, *, at: datetime) -> bytes:
        headers = {
            "content-type": "application/timestamp-query",
            "accept": "application/timestamp-reply",
        }
        try:
            answer = http.post(
                self._url, body=request, headers=headers, timeout=_SECONDS, limit=_LONGEST
            )
        except (http.Refused, http.Unreachable) as error:
            raise Unwitnessed(error.message) from error
        if refusal := answers.judge(answer.status, answer.headers, answer.body, at=at):
            raise Unwitnessed(str(refusal), retry_after=refusal.retry_after)
        return answer.body

    def _trusted(self) -> list[x509.Certificate]:
        try:
            return x509.load_pem_x509_certificates(self._roots.read_bytes())
        except (OSError, ValueError) as error:
            raise Unwitnessed(
                f"The root certificates in {self._roots} cannot be read: {error}"
            ) from error


def configured() -> TimeStampAuthority | None:
    if not settings.WITNESS_TSA_URL:
        return None
    return TimeStampAuthority(settings.WITNESS_TSA_URL, Path(settings.WITNESS_TSA_ROOT))
