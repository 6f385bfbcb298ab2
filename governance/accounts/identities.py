"""Which person an identity of the organisation's provider belongs to."""

from datetime import datetime

from governance.accounts.models import User
from governance.ledger import ledger


def owner(email: str) -> User | None:
    """The one open account with this address; None where there is none, or more than one."""
    if not email:
        return None
    found = list(User.objects.filter(email__iexact=email, is_active=True)[:2])
    return found[0] if len(found) == 1 else None


def note_bound(person: User, issuer: str, *, by: ledger.Actor, at: datetime) -> None:
    """In the transaction that binds it."""
    event = ledger.Event("person.identity_bound", "person", person.id, after={"issuer": issuer})
    ledger.append(event, by=by, at=at)
