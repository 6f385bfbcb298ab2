"""An event `ledger.checkpoint` to a program elsewhere, signed as other events are (Standard
Webhooks 1.0). Address and key stand in the environment, not among the endpoints in the database:
who has the database must not be able to turn its witness away."""

from datetime import datetime
from typing import Final

from django.conf import settings

from governance import canonical, http
from governance.connectors.webhook import answers, signatures
from governance.ledger.models import Checkpoint
from governance.witnesses.contract import Receipt, Unwitnessed

_SECONDS: Final = 10.0


class Webhook:
    def __init__(self, url: str, key: bytes) -> None:
        self._url = url
        self._key = key

    def take(self, checkpoint: Checkpoint, *, at: datetime) -> Receipt:
        body = canonical.text(_event(checkpoint, at)).encode()
        id_ = f"checkpoint-{checkpoint.size}-{checkpoint.root[:16]}"  # the same a second time
        headers = {
            "content-type": "application/json",
            **signatures.headers(id_, at, body, [self._key]),
        }
        try:
            answer = http.post(
                self._url, body=body, headers=headers, timeout=_SECONDS, limit=1000, cut=True
            )
        except (http.Refused, http.Unreachable) as error:
            raise Unwitnessed(error.message) from error
        if refusal := answers.judge(answer.status, answer.headers, answer.body, at=at):
            raise Unwitnessed(str(refusal), retry_after=refusal.retry_after)
        return Receipt(f"HTTP {answer.status}")


def configured() -> Webhook | None:
    if not settings.WITNESS_WEBHOOK_URL:
        return None
    return Webhook(settings.WITNESS_WEBHOOK_URL, settings.WITNESS_WEBHOOK_KEY)


def _event(checkpoint: Checkpoint, at: datetime) -> dict[str, object]:
    data = {
        "size": checkpoint.size,
        "root": checkpoint.root,
        "signed_at": checkpoint.at,
        "note": checkpoint.text,
    }
    return {"type": "ledger.checkpoint", "timestamp": at, "data": data}
