"""One event to one endpoint: what is said, and how it is handed over. Touches no database, so that
several may be asked at once in threads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.conf import settings
from django.urls import reverse

from governance import canonical, http
from governance.connectors.contract import DeliveryError
from governance.connectors.webhook import answers, signatures
from incidents.changes import Change

#: Of the event's own shape; another one is announced before it comes.
VERSION: Final = 1
#: Shorter than a notice's: whoever follows is not to keep others waiting.
SECONDS: Final = 5.0


@dataclass(frozen=True)
class Receiver:
    url: str
    secrets: Sequence[bytes]


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt. `error` None: it was taken."""

    change: Change
    at: datetime
    milliseconds: int
    status: int | None
    error: DeliveryError | None


def body(change: Change) -> bytes:
    """The event, by Standard Webhooks: `type`, `timestamp`, and thin `data` that says where more is
    to be had by those who may read it."""
    incident = change.incident
    reference = incident.reference if incident is not None else None
    data = {
        "version": VERSION,
        "id": change.id,
        "at": change.at,
        "verb": change.verb,
        "kind": change.kind,
        "object": change.object_id,
        "actor": change.actor_kind,
        "incident": reference,
        "system": incident.system if incident is not None else None,
        "drill": incident is not None and incident.drill,
        "was": dict(change.was),
        "now": dict(change.now),
        "url": settings.PUBLIC_URL + reverse("incident", args=[reference]) if reference else None,
    }
    event = {"type": change.verb, "timestamp": change.at, "data": data}
    return canonical.text(event).encode()


def tell(
    changes: Sequence[Change], receiver: Receiver, *, at: datetime, patience: timedelta
) -> list[Outcome]:
    """Hand over one after the other until one is not taken or `patience` is over. `at` is the
    present: each attempt is stamped with it and the time that has gone by since."""
    began, outcomes = monotonic(), list[Outcome]()
    for change in changes:
        gone = timedelta(seconds=monotonic() - began)
        if outcomes and gone >= patience:
            break
        outcome = _attempt(change, receiver, at=at + gone)
        outcomes.append(outcome)
        if outcome.error is not None:
            break
    return outcomes


def _attempt(change: Change, receiver: Receiver, *, at: datetime) -> Outcome:
    began = monotonic()

    def outcome(status: int | None, error: DeliveryError | None) -> Outcome:
        return Outcome(change, at, round((monotonic() - began) * 1000), status, error)

    return _sent(body(change), str(change.id), receiver, outcome, at=at)


def _sent(
    event: bytes,
    id_: str,
    receiver: Receiver,
    outcome: Callable[[int | None, DeliveryError | None], Outcome],
    *,
    at: datetime,
) -> Outcome:
    headers = {
        "content-type": "application/json",
        **signatures.headers(id_, at, event, receiver.secrets),
    }
    try:
        answer = http.post(
            receiver.url, body=event, headers=headers, timeout=SECONDS, limit=1000, cut=True
        )
    except (http.Refused, http.Unreachable) as error:
        permanent = isinstance(error, http.Refused)
        return outcome(None, DeliveryError(error.message, permanent=permanent))
    return outcome(answer.status, answers.judge(answer.status, answer.headers, answer.body, at=at))
