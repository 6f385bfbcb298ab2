"""How far sealing is behind."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from governance.heartbeat.measures import Tally
from governance.ledger.models import Checkpoint, Unsealed


def due_since(*, at: datetime) -> Mapping[str, datetime | None]:
    """`entries`: committed and not sealed. By their ids, which grow with time."""
    return {
        "entries": Unsealed.objects.order_by("entry_id").values_list("since", flat=True).first()
    }


def put_off() -> Mapping[str, int]:
    return {}


def tallies(*, at: datetime) -> Iterable[Tally]:
    sealed = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
    counts = {"sealed": sealed or 0, "unsealed": Unsealed.objects.count()}
    yield Tally("ledger_entries", "Entries of the audit trail.", "state", counts)
