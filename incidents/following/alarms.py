"""Telling whoever made a subscription that it is paused; nobody has to find out by its silence."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from governance import canonical, ids
from governance.accounts import people
from governance.ledger import ledger
from governance.ledger.ledger import Actor
from governance.outbox import outbox
from incidents.models import Subscription

_ADMINISTRATOR: Final = "administrator"


def tell(subscription: Subscription, *, by: Actor, at: datetime) -> None:
    """In the transaction that pauses it. Where its maker has no address, or is no person, the
    administrators are told."""
    drafts = [_draft(subscription, address) for address in _addresses(subscription)]
    outbox.enqueue(drafts, by=by, at=at)


def _addresses(subscription: Subscription) -> list[str]:
    kind, _, key = subscription.created_by.partition(":")
    maker = people.address(people.behind(ledger.Actor(kind, key)))  # type: ignore[arg-type]  # stored from one
    return [maker] if maker else people.addresses([_ADMINISTRATOR])[_ADMINISTRATOR]


def _draft(subscription: Subscription, address: str) -> outbox.Draft:
    name = subscription.endpoint.name
    because = f"The subscription of the webhook endpoint {name} is paused: "
    because += subscription.paused_because
    url = reverse("admin:incidents_subscription_change", args=[subscription.id])
    to_do = (
        "Nothing is lost: once the receiver takes events again, have it go on, and it is told of "
        f"everything since: {settings.PUBLIC_URL}{url}"
    )
    return outbox.Draft(
        key=f"subscription:{subscription.id}:{ids.new()}:{canonical.digest(address)}",
        channel="email",
        destination=address,
        subject=f"Paused: events for {name}",
        text=f"{because}\n\n{to_do}\n",
        because=because,
    )
