"""Answers under Idempotency-Keys: of several requests with one key, one is done.

The row of a key is inserted first, in the transaction of what is asked for. A second request waits
at the unique index until the first is over: then it finds the answer, or, where the first came to
nothing, is itself the first. A process that dies takes row and deed with it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import psycopg
from django.conf import settings
from django.db import OperationalError, connection

from governance.errors import Conflict, Invalid
from governance.idempotency.models import Answer

#: How long a request waits for another one with its key, in PostgreSQL's words.
PATIENCE: Final = "3s"
_INSERT: Final = """
INSERT INTO idempotency_answer (actor, key, request, at, headers)
VALUES (%s, %s, %s, %s, '{}') ON CONFLICT DO NOTHING
"""


class KeyReused(Invalid):
    """An Idempotency-Key came back with another request."""

    code = "idempotency-key-reused"


class InProgress(Conflict):
    """The same request is being done at this moment."""

    code = "in-progress"


class NotKept(Conflict):
    """The request was done, and its answer may not be kept any longer."""

    code = "answer-not-kept"


def take(actor: str, key: str, request: str, *, at: datetime) -> Answer | None:
    """The answer to an earlier request with this key; None where this is the first, which `keep`s
    its own in the same transaction. Raises KeyReused where the earlier one asked for something
    else, InProgress where it is not over in time."""
    own = Answer.objects.filter(actor=actor, key=key)
    own.filter(at__lte=at - period()).delete()
    if _insert(actor, key, request, at):
        return None
    earlier = own.first()
    if earlier is None:
        raise InProgress("The answer under this key has just run out; send the request again.")
    if earlier.request != request:
        raise KeyReused(
            "This Idempotency-Key was used for another request. Use a new key for what is new; "
            "send the very same to retry."
        )
    return earlier


def keep(
    actor: str, key: str, *, status: int, headers: Mapping[str, str], body: str | None
) -> None:
    own = Answer.objects.filter(actor=actor, key=key)
    own.update(status=status, headers=dict(headers), body=body)


def blank() -> None:
    """Forget what was answered, and not that it was: personal data are being erased, and an answer
    may hold some. All of them go, for they are of one day, and which holds what is not known."""
    Answer.objects.filter(body__isnull=False).update(body=None)


def expire(*, at: datetime) -> int:
    """Delete what is kept no longer."""
    return Answer.objects.filter(at__lte=at - period()).delete()[0]


def period() -> timedelta:
    return timedelta(hours=settings.IDEMPOTENCY_HOURS)


def _insert(actor: str, key: str, request: str, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        try:
            cursor.execute(_INSERT, [actor, key, request, at])
        except OperationalError as error:
            if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise InProgress(
                    "The same request is being done at this moment; send it again for its answer."
                ) from error
            raise
        new = bool(cursor.rowcount)
        cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    return new
