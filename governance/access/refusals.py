"""Who was not let in, counted by the minute: one entry says how often, when the minute is over.

A name that nobody has, and a key that never was, are counted together and named nowhere: what
people type into the field for the name may be a password. So an attack costs at most an entry a
minute for each account or key that there is, and one for all others.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import Error, connection, transaction

from governance.access.models import Refusal
from governance.access.patience import briefly
from governance.ledger import ledger

logs = structlog.get_logger(__name__)
DOORKEEPER: Final = ledger.system("access")
UNKNOWN: Final = "unknown"
WINDOW: Final = timedelta(minutes=1)
#: Told in one transaction.
BATCH: Final = 1000

_COUNT: Final = """
INSERT INTO access_refusal (verb, object_kind, object_id, because, minute, times)
VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (verb, object_kind, object_id, because, minute)
DO UPDATE SET times = access_refusal.times + 1
"""


def count(verb: str, object_kind: str, object_id: object, *, because: str, at: datetime) -> None:
    """One more. Whoever was refused stays so, even if it cannot be counted; that is logged."""
    minute = at.replace(second=0, microsecond=0)
    try:
        with briefly(), connection.cursor() as cursor:
            # All strangers share a row: none may wait for the disk while the next one waits for it.
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute(_COUNT, [verb, object_kind, str(object_id), because, minute])
    except Error as error:
        logs.error("refusal.uncounted", verb=verb, object=str(object_id), error=str(error))


def tell(*, at: datetime) -> int:
    """Write the entries of the minutes that are over; returns how many."""
    with transaction.atomic():
        over = Refusal.objects.filter(minute__lte=at - WINDOW).order_by("minute", "id")
        rows = list(over.select_for_update(skip_locked=True)[:BATCH])
        ledger.append_all((_event(row) for row in rows), by=DOORKEEPER, at=at)
        Refusal.objects.filter(id__in=[row.id for row in rows]).delete()
    return len(rows)


def _event(row: Refusal) -> ledger.Event:
    after = {
        "times": row.times,
        "because": row.because,
        "since": row.minute,
        "until": row.minute + WINDOW,
    }
    return ledger.Event(row.verb, row.object_kind, row.object_id, after=after)
