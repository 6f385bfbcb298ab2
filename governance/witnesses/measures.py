"""How far the witnesses are behind. One that is set up no more is not waited for."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet

from governance.heartbeat.measures import Tally
from governance.ledger.models import Witnessed
from governance.witnesses import registry


def due_since(*, at: datetime) -> Mapping[str, datetime | None]:
    """`witnessed`: since when the witness that waits longest is owed a checkpoint, however often it
    was tried: what it has not got, it cannot attest."""
    owed = _owed().order_by("due_at")
    return {"witnessed": owed.values_list("due_at", flat=True).first()}


def put_off() -> Mapping[str, int]:
    return {"witnessed": _owed().filter(retry_at__isnull=False).count()}


def tallies(*, at: datetime) -> Iterable[Tally]:
    last = {
        name: Witnessed.objects.filter(witness=name, state=Witnessed.State.DONE)
        .order_by("-checkpoint_id")
        .values_list("checkpoint_id", flat=True)
        .first()
        for name in registry.configured()
    }
    counts = {name: size or 0 for name, size in last.items()}
    yield Tally("witnessed_entries", "The size of its last checkpoint.", "witness", counts)


def _owed() -> QuerySet[Witnessed]:
    return Witnessed.objects.filter(
        state=Witnessed.State.OWED, witness__in=list(registry.configured())
    )
