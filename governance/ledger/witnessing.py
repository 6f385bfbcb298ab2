"""What witnesses have of the log, to read."""

from collections.abc import Collection, Mapping, Sequence

from governance.errors import NotFound
from governance.ledger import log
from governance.ledger.models import Witnessed

#: The witness whose receipts are time-stamp tokens.
TIME_STAMPS = "tsa"


def of(sizes: Collection[int]) -> Mapping[int, Sequence[Witnessed]]:
    """Who has which of these checkpoints, by size, in the order of time; without the receipts."""
    rows = Witnessed.objects.filter(checkpoint_id__in=sizes, state=Witnessed.State.DONE)
    found: dict[int, list[Witnessed]] = {size: [] for size in sizes}
    for row in rows.defer("receipt", "certificates").order_by("at"):
        found[row.checkpoint_id].append(row)
    return found


def time_stamp(size: int) -> Witnessed:
    """The time-stamp of a checkpoint: `receipt` is the authority's answer (RFC 3161) as it came.
    Raises NotFound."""
    rows = Witnessed.objects.filter(checkpoint_id=size, state=Witnessed.State.DONE)
    found = rows.filter(witness=TIME_STAMPS).first()
    if found is None:
        raise NotFound(f"The checkpoint of {log.in_words(size)} has no time-stamp.")
    return found


def first_time_stamp(least: int) -> Witnessed | None:
    """The earliest that covers so many entries, so the closest that the time of the last of them
    can be bounded from above; None while there is none."""
    rows = Witnessed.objects.filter(witness=TIME_STAMPS, state=Witnessed.State.DONE)
    return rows.filter(checkpoint_id__gte=least).order_by("checkpoint_id").first()
