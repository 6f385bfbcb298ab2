"""Telling the administrators, once, of a witness that has taken nothing for long, and on record
when it takes something again."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse

from governance import canonical
from governance.accounts import people
from governance.ledger import keys, ledger
from governance.ledger.models import Witnessed
from governance.outbox import dead_letters, outbox
from governance.witnesses import registry

BY: Final = ledger.system("witnesses")
_ROLE: Final = "administrator"


def due(row: Witnessed, *, at: datetime) -> bool:
    patience = timedelta(seconds=settings.WITNESS_PATIENCE_SECONDS)
    return row.told_at is None and at - row.due_at >= patience


def tell(row: Witnessed, *, at: datetime) -> None:
    """In the caller's transaction, which also notes that they are told. Those who take no mail at
    present are left out, unless that is everybody."""
    holders = people.addresses([_ROLE])[_ROLE]
    told = sorted(set(holders) - dead_letters.unreachable("email", holders) or holders)
    outbox.enqueue([_draft(row, address) for address in told], by=BY, at=at)
    after = {"witness": row.witness, "since": row.due_at, "error": row.last_error[:500]}
    _record("ledger.witness_failing", row, {**after, "told": told}, at=at)


def recovered(row: Witnessed, *, at: datetime) -> None:
    """In the transaction that confirms what it was given."""
    after = {"witness": row.witness, "since": row.due_at, "checkpoint": row.checkpoint_id}
    _record("ledger.witness_recovered", row, after, at=at)


def _record(verb: str, row: Witnessed, after: dict[str, object], *, at: datetime) -> None:
    origin = row.checkpoint.text.partition("\n")[0]
    ledger.append(ledger.Event(verb, keys.LOG, origin[:64], after=after), by=BY, at=at)


def _draft(row: Witnessed, address: str) -> outbox.Draft:
    title = registry.title(row.witness)
    because = (
        f"The witness “{title}” has taken no checkpoint of the audit trail since "
        f"{row.due_at:%Y-%m-%d %H:%M} UTC: {row.last_error[:200]}"
    )
    url = settings.PUBLIC_URL + reverse("admin:ledger_checkpoint_changelist")
    to_do = (
        "Until it does, nobody there could tell if the trail since then were rewritten. What to "
        "do: see to it that the witness can be reached, or correct its BYLAW_WITNESS settings. It "
        f"gets the newest checkpoint as soon as it takes one: {url}"
    )
    return outbox.Draft(
        key=f"witness:{row.id}:email:{canonical.digest(address)}",
        channel="email",
        destination=address,
        subject=f"Witness of the audit trail: {title} takes nothing",
        text=f"{because}\n\n{to_do}\n",
        because=because,
    )
