"""Webhook endpoints: making, changing, rotating, disabling. A secret is shown once, to whoever made
it; neither the audit trail nor a log ever holds one, nor an address, which may carry a token."""

import re
import secrets as randomness
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Q

from governance import http, ids, vault
from governance.connectors.webhook import signatures
from governance.connectors.webhook.models import WebhookEndpoint, WebhookSecret
from governance.errors import Conflict, Invalid, NotFound
from governance.ledger import ledger

#: As policies write names.
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
OVERLAP: Final = timedelta(hours=24)
LONGEST_OVERLAP: Final = timedelta(days=7)


def find(name: str) -> WebhookEndpoint:
    """Raises NotFound."""
    found = None if "\0" in name else WebhookEndpoint.objects.filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no webhook endpoint {name[:80]!r}.")
    return found


def create(
    *, name: str, url: str, description: str = "", by: ledger.Actor, at: datetime
) -> tuple[WebhookEndpoint, str]:
    """An endpoint with its secret, which cannot be had again. Raises Invalid for a name or an
    address that cannot be used, Conflict for a name that is taken."""
    if not _NAME.fullmatch(name):
        raise Invalid("A name has small letters, digits, - and _ only, as policies write names.")
    _check(url)
    endpoint = WebhookEndpoint(
        name=name, url=url, description=description, created_by=str(by), created_at=at
    )
    try:
        with transaction.atomic():
            endpoint.save(force_insert=True)
            plain = _new_secret(endpoint, at=at)
            after = {"name": name, **_told(endpoint)}
            ledger.append(_event("created", endpoint, after=after), by=by, at=at)
    except IntegrityError:
        raise Conflict(f"There is a webhook endpoint {name} already.") from None
    return endpoint, plain


def change(
    endpoint: WebhookEndpoint,
    *,
    url: str | None = None,
    description: str | None = None,
    by: ledger.Actor,
    at: datetime,
) -> WebhookEndpoint:
    """Give it another address or description; what is not given stays, and so does the secret.
    Raises Invalid."""
    if url is not None:
        _check(url)
    with transaction.atomic():
        found = _locked(endpoint)
        before, old = _told(found), found.url
        found.url = found.url if url is None else url
        found.description = found.description if description is None else description
        moved, after = found.url != old, _told(found)
        if moved or after != before:
            found.save(update_fields=["url", "description"])
            after = {**after, "address_changed": moved}
            ledger.append(_event("changed", found, before=before, after=after), by=by, at=at)
    return found


def rotate(
    endpoint: WebhookEndpoint, *, overlap: timedelta = OVERLAP, by: ledger.Actor, at: datetime
) -> str:
    """A new secret, returned once. Until `overlap` is over the one before signs as well, so that
    the receiver can change over in between; then it is no more. Raises Invalid."""
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Invalid("The old secret can sign for no time at all up to seven days.")
    with transaction.atomic():
        found = _locked(endpoint)
        found.secrets.filter(ends_at__isnull=True).update(ends_at=at + overlap)
        found.secrets.filter(ends_at__lte=at).delete()
        plain = _new_secret(found, at=at)
        after = {"old_secret_ends_at": at + overlap}
        ledger.append(_event("rotated", found, after=after), by=by, at=at)
    return plain


def disable(endpoint: WebhookEndpoint, *, by: ledger.Actor, at: datetime) -> None:
    """Send it nothing: messages to it become undeliverable, and people are told so."""
    _switch(endpoint, active=False, verb="disabled", by=by, at=at)


def enable(endpoint: WebhookEndpoint, *, by: ledger.Actor, at: datetime) -> None:
    _switch(endpoint, active=True, verb="enabled", by=by, at=at)


def signing_secrets(endpoint: WebhookEndpoint, *, at: datetime) -> Sequence[bytes]:
    """Those that sign at `at`, the newest first. Raises vault.Unreadable."""
    living = endpoint.secrets.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    return [_unsealed(secret) for secret in living.order_by("-id")]


def tested(endpoint: WebhookEndpoint, *, by: ledger.Actor, at: datetime) -> None:
    """Record that somebody had a test event sent, in that transaction. Raises Conflict."""
    if not endpoint.active:
        raise Conflict(f"The webhook endpoint {endpoint.name} is disabled; enable it to test it.")
    ledger.append(_event("tested", endpoint), by=by, at=at)


def _switch(
    endpoint: WebhookEndpoint, *, active: bool, verb: str, by: ledger.Actor, at: datetime
) -> None:
    with transaction.atomic():
        other = WebhookEndpoint.objects.filter(id=endpoint.id).exclude(active=active)
        if not other.update(active=active):
            raise Conflict(f"The webhook endpoint {endpoint.name} is {verb} already.")
        ledger.append(_event(verb, endpoint), by=by, at=at)
    endpoint.active = active


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return WebhookEndpoint.objects.select_for_update().get(id=endpoint.id)


def _new_secret(endpoint: WebhookEndpoint, *, at: datetime) -> str:
    secret = WebhookSecret(id=ids.new(), endpoint=endpoint, created_at=at)
    plain = randomness.token_bytes(signatures.SECRET_BYTES)
    secret.sealed = vault.seal(plain, place=_place(secret))
    secret.save(force_insert=True)
    return signatures.written(plain)


def _unsealed(secret: WebhookSecret) -> bytes:
    return vault.unseal(bytes(secret.sealed), place=_place(secret))


def _place(secret: WebhookSecret) -> str:
    return f"webhook:{secret.endpoint_id}:{secret.id}"


def _check(url: str) -> None:
    try:
        http.check(url)
    except http.Refused as error:
        raise Invalid(error.message) from None
    if len(url) > 2000 or "#" in url:
        raise Invalid("An address has at most 2,000 characters and no fragment (#).")


def _told(endpoint: WebhookEndpoint) -> dict[str, object]:
    """What the audit trail may hold of it."""
    return {"host": _host(endpoint.url), "description": endpoint.description}


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _event(
    verb: str,
    endpoint: WebhookEndpoint,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> ledger.Event:
    return ledger.Event(
        f"webhook_endpoint.{verb}", "webhook_endpoint", endpoint.id, before=before, after=after
    )
