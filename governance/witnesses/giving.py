"""Giving checkpoints to their witnesses. Rows are the schedule: each witness is owed one checkpoint
at a time, at each attempt the newest, until it has confirmed one. Those that hand over from one
signing key to the next are not left out.

Nothing is locked while somebody outside is waited for. A process that dies in between leaves the
row owed, and the witness is given a checkpoint again.
"""

import random
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import QuerySet

from governance.ledger import log
from governance.ledger.models import Checkpoint, SigningKey, Witnessed
from governance.outbox import backoff
from governance.witnesses import alarms, registry
from governance.witnesses.contract import Receipt, Unwitnessed
from governance.witnesses.registry import Configured

logs = structlog.get_logger(__name__)


def due(*, at: datetime) -> Sequence[str]:
    """The witnesses to be given something now: their interval is over and the log has grown, or an
    attempt failed and its pause is over."""
    newest = log.latest()
    if newest is None:
        return []
    return [name for name, each in registry.configured().items() if _due(name, each, newest, at=at)]


def give(name: str, *, now: Callable[[], datetime]) -> bool:
    """Give one witness what it is due; returns whether it took it. For one process at a time
    (turns.alone): it looks anew whether there is anything to give."""
    at, each = now(), registry.configured()[name]
    row = _begin(name, each, at=at)
    if row is None:
        return False
    try:
        receipt = each.witness.take(row.checkpoint, at=at)
    except Unwitnessed as error:
        _put_off(row, error, at=now())
        return False
    except Exception as error:  # a fault of ours: it must not keep the other witnesses waiting
        logs.exception("ledger.witness_broken", witness=name)
        _put_off(row, Unwitnessed(f"{type(error).__name__}: {error}"), at=now())
        return False
    return _confirm(row, receipt, at=now())


def _due(name: str, each: Configured, newest: Checkpoint, *, at: datetime) -> bool:
    owed = Witnessed.objects.filter(witness=name, state=Witnessed.State.OWED).first()
    if owed is not None:
        return owed.retry_at is None or owed.retry_at <= at
    last = _last(name)
    if last is None or last.at is None:
        return True
    return last.checkpoint_id < newest.size and last.at + each.every <= at


def _begin(name: str, each: Configured, *, at: datetime) -> Witnessed | None:
    """The row of the attempt that begins; None where nothing is due any more."""
    with transaction.atomic():
        newest = log.latest()
        if newest is None or not _due(name, each, newest, at=at):
            return None
        owed = Witnessed.objects.filter(witness=name, state=Witnessed.State.OWED)
        row = owed.first() or Witnessed(witness=name, due_at=at)
        row.checkpoint = _handover(name, newest) or newest
        row.attempts += 1
        row.save()
    return row


def _handover(name: str, newest: Checkpoint) -> Checkpoint | None:
    """The first checkpoint beyond what the witness has that another key signed, too: who verifies
    what comes after it needs that one."""
    last = _last(name)
    if last is None:
        return None
    fresh = SigningKey.objects.filter(
        announced__leaf__index__gte=last.checkpoint_id, announced__leaf__index__lt=newest.size
    )
    index = fresh.order_by("announced__leaf__index").values_list("announced__leaf__index").first()
    if index is None:
        return None
    return Checkpoint.objects.filter(size__gt=index[0]).order_by("size").first()


def _last(name: str) -> Witnessed | None:
    """The largest that it has confirmed."""
    rows = Witnessed.objects.filter(witness=name, state=Witnessed.State.DONE)
    return rows.order_by("-checkpoint_id").first()


def _confirm(row: Witnessed, receipt: Receipt, *, at: datetime) -> bool:
    with transaction.atomic():
        confirmed = _held(row).update(
            state=Witnessed.State.DONE,
            at=at,
            retry_at=None,
            last_error="",
            said=_printable(receipt.said)[:500],
            receipt=receipt.token,
            certificates=receipt.certificates,
            gen_time=receipt.gen_time,
            accuracy=receipt.accuracy,
        )
        if confirmed and row.told_at is not None:
            alarms.recovered(row, at=at)
    return bool(confirmed)


def _put_off(row: Witnessed, error: Unwitnessed, *, at: datetime) -> None:
    spread = random.random()  # noqa: S311 - jitter, no secret
    row.retry_at = at + backoff.wait(row.attempts, spread=spread, asked=error.retry_after)
    row.last_error = _printable(str(error))[:2000]
    logs.warning("ledger.unwitnessed", witness=row.witness, error=row.last_error)
    with transaction.atomic():
        tell = alarms.due(row, at=at)
        row.told_at = at if tell else row.told_at
        changed = _held(row).update(
            retry_at=row.retry_at, last_error=row.last_error, told_at=row.told_at
        )
        if changed and tell:
            alarms.tell(row, at=at)


def _held(row: Witnessed) -> QuerySet[Witnessed]:
    """The row, if this attempt is still the last: whoever made another has counted it."""
    return Witnessed.objects.filter(id=row.id, state=Witnessed.State.OWED, attempts=row.attempts)


def _printable(words: str) -> str:
    """What another system said, without characters that a database refuses or a terminal obeys."""
    return "".join(each if each.isprintable() else " " for each in words)
