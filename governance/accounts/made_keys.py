"""The keys that stand behind a person: made by that person, or with such a key. They go on working
when the account is closed or may do less, until somebody ends them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from governance.accounts import keys
from governance.accounts.models import ApiKey, User
from governance.errors import NotFound
from governance.ledger import ledger


def living(person: User, *, at: datetime) -> Sequence[ApiKey]:
    """Those that still let in, oldest first; one query for each generation of keys."""
    found: dict[UUID, ApiKey] = {}
    makers = {f"user:{person.id}"}
    while makers:
        made = ApiKey.objects.filter(created_by__in=makers).exclude(id__in=found)
        fresh = list(made.select_related("team"))
        found |= {key.id: key for key in fresh}
        makers = {f"api_key:{key.prefix}" for key in fresh}
    let_in = (key for key in found.values() if key.revoked_at is None and key.expires_at > at)
    return sorted(let_in, key=lambda key: key.id)


def beyond(key: ApiKey, person: User) -> Sequence[str]:
    """What the key may do and the person may not, organisation-wide."""
    return sorted(frozenset(key.scopes) - person.scopes)


def revoke(
    person: User, chosen: Iterable[UUID], *, by: ledger.Actor, at: datetime, reason: str
) -> None:
    """End these of the person's keys, in the transaction that is open. Raises NotFound for one that
    is none of them."""
    known = {key.id: key for key in living(person, at=at)}
    for id_ in dict.fromkeys(chosen):
        if id_ not in known:
            raise NotFound(f"{person.username} has made no living key {id_}.")
        keys.revoke(known[id_], by=by, at=at, reason=reason)
