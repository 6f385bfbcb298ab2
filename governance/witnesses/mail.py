"""A mail to somebody outside, such as an auditor's mailbox. It goes the way of every message:
whether it arrived is the outbox's to find out, and undeliverable ones are told of."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from governance import canonical, english
from governance.ledger import ledger, log
from governance.ledger.models import Checkpoint
from governance.outbox import outbox
from governance.witnesses.contract import Receipt

_BY: Final = ledger.system("witnesses")
_TEXT: Final = """\
The audit trail of {url} had {entries} on {at:%Y-%m-%d at %H:%M} UTC. Keep this mail: should
the trail be rewritten later, its checkpoints will not go on from this one.

The signed checkpoint, from its first line to the last (C2SP tlog-checkpoint):

{note}"""
_BECAUSE: Final = "This address is a witness of the audit trail (BYLAW_WITNESS_MAIL)."


class Mail:
    def __init__(self, addresses: list[str]) -> None:
        self._addresses = addresses

    def take(self, checkpoint: Checkpoint, *, at: datetime) -> Receipt:
        drafts = [_draft(checkpoint, each) for each in self._addresses]
        with transaction.atomic():
            outbox.enqueue(drafts, by=_BY, at=at)
        return Receipt(f"{english.counted(len(drafts), 'mail')} handed to the outbox")


def configured() -> Mail | None:
    return Mail(settings.WITNESS_MAIL) if settings.WITNESS_MAIL else None


def _draft(checkpoint: Checkpoint, address: str) -> outbox.Draft:
    entries = log.in_words(checkpoint.size)
    return outbox.Draft(
        key=f"checkpoint:{checkpoint.size}:{checkpoint.root[:16]}:{canonical.digest(address)}",
        channel="email",
        destination=address,
        subject=f"Checkpoint of the audit trail: {entries}",
        text=_TEXT.format(
            url=settings.PUBLIC_URL, entries=entries, at=checkpoint.at, note=checkpoint.text
        ),
        because=_BECAUSE,
    )
