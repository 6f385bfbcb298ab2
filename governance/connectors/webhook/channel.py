"""Events as signed POST requests (Standard Webhooks 1.0), through the guarded way out."""

from django.conf import settings

from governance import clock, http, vault
from governance.connectors.contract import DeliveryError, Parcel
from governance.connectors.webhook import answers, endpoints, signatures
from governance.connectors.webhook.models import WebhookEndpoint


class WebhookChannel:
    """A parcel's destination is the name of an endpoint, looked up for every attempt: whoever
    corrects an address has corrected what waits, too."""

    def deliver(self, parcel: Parcel) -> str:
        endpoint = _endpoint(parcel)
        at, body = clock.now(), parcel.payload.encode()
        try:
            secrets = endpoints.signing_secrets(endpoint, at=at)
        except vault.Unreadable as error:
            raise DeliveryError(error.message, permanent=False, ours=True) from error
        headers = {
            "content-type": "application/json",
            **signatures.headers(str(parcel.id), at, body, secrets),
        }
        try:
            answer = http.post(
                endpoint.url,
                body=body,
                headers=headers,
                timeout=min(http.SECONDS, settings.OUTBOX_SEND_SECONDS),
                limit=1000,
                cut=True,
            )
        except http.Refused as error:
            raise DeliveryError(error.message, permanent=True) from error
        except http.Unreachable as error:
            raise DeliveryError(error.message, permanent=False, reach="destination") from error
        if refusal := answers.judge(answer.status, answer.headers, answer.body, at=at):
            raise refusal
        return f"HTTP {answer.status}"

    def close(self) -> None:
        """Each exchange has a connection of its own."""


def _endpoint(parcel: Parcel) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.filter(name=parcel.destination).first()
    if found is None:
        raise DeliveryError(
            f"There is no webhook endpoint {parcel.destination!r}.", permanent=True, ours=True
        )
    if not found.active:
        raise DeliveryError(f"The webhook endpoint {found.name} is disabled.", permanent=True)
    if not parcel.payload:
        raise DeliveryError("This message has nothing for a program to read.", permanent=True)
    return found
