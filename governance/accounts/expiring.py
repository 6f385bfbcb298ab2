"""Telling whoever made a key, once, that it is about to end."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from governance import canonical
from governance.accounts import people
from governance.accounts.models import ApiKey
from governance.ledger import ledger
from governance.outbox import outbox

BY: Final = ledger.system("keys")
NOTICE: Final = timedelta(days=14)
_ROLE: Final = "administrator"


def soon(*, at: datetime) -> QuerySet[ApiKey]:
    """Living keys that end within two weeks, of which nobody has been told."""
    return ApiKey.objects.filter(
        revoked_at__isnull=True,
        warned_at__isnull=True,
        expires_at__gt=at,
        expires_at__lte=at + NOTICE,
    )


def warn(*, at: datetime) -> int:
    """One letter for each key in the last two weeks and the last quarter of its life, to its maker,
    else to the administrators; returns how many keys."""
    with transaction.atomic():
        found = soon(at=at).select_for_update(skip_locked=True)
        rows = [key for key in found if at >= key.expires_at - _life(key) / 4]
        for key in rows:
            outbox.enqueue([_letter(key, to) for to in _addresses(key)], by=BY, at=at)
            event = ledger.Event("api_key.expiring", "api_key", key.id)
            ledger.append(event, by=BY, at=at)
        ApiKey.objects.filter(id__in=[key.id for key in rows]).update(warned_at=at)
    return len(rows)


def _life(key: ApiKey) -> timedelta:
    return key.expires_at - key.created_at


def _addresses(key: ApiKey) -> list[str]:
    found = people.address(key.created_by)
    return [found] if found else people.addresses([_ROLE])[_ROLE]


def _letter(key: ApiKey, to: str) -> outbox.Draft:
    because = (
        f"The API key “{key.name}” ({key.prefix}) ends at {key.expires_at:%Y-%m-%d %H:%M} UTC."
    )
    url = settings.PUBLIC_URL + reverse("admin:accounts_apikey_change", args=[key.id])
    to_do = (
        "From then on every call with it is refused. What to do: rotate it, and give the tool its "
        f"new secret while the old one still lets in; or let it end. {url}"
    )
    return outbox.Draft(
        key=f"api_key:{key.id}:{key.expires_at:%Y%m%d%H%M}:email:{canonical.digest(to)}",
        channel="email",
        destination=to,
        subject=f"An API key ends soon: {key.name}",
        text=f"{because}\n\n{to_do}\n",
        because=because,
    )
