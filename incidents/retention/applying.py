"""Erasing what has been kept long enough: a batch at a time, each incident in a transaction of its
own, so that it may die at any moment and goes on where it was. Each leaves an entry that says what
went, how much of it, by which rule, and since when it was over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from governance import canonical, ids
from governance.ledger import erasures, ledger
from governance.ledger.erasures import Named, Order, Subject
from incidents import erasure, legal_holds
from incidents.erasable import submissions
from incidents.errors import OnHold
from incidents.models import Erasure, Incident
from incidents.retention import periods, schedule
from incidents.retention.periods import REJECTED, Class, Periods
from incidents.retention.schedule import Keeping

log = structlog.get_logger(__name__)
RETENTION: Final = ledger.system("retention")
VERB: Final = "retention.applied"
#: Of one class in one round, those that fail included.
_TRIED: Final = 1_000


def run(*, at: datetime, limit: int = 50) -> int:
    """Erase up to `limit` incidents' classes that are over, and as many rejected submissions;
    returns how many. Raises Invalid for a file of periods that cannot be used; then nothing goes.
    """
    found = periods.read(settings.RETENTION_PERIODS)
    done = _rejected(found.of(REJECTED), at=at, limit=limit)
    for kept in schedule.classes(found):
        due = schedule.due(kept, found, at=at).values_list("id", flat=True)
        ended = (_alone(id_, kept, found, at=at) for id_ in list(due[:_TRIED]))
        done += sum(islice(filter(None, ended), limit))
    return done


def _alone(id_: UUID, kept: Class, found: Periods, *, at: datetime) -> bool:
    """One that fails does not keep the others from their turn."""
    try:
        return _end(id_, kept, found, at=at)
    except OnHold:
        return False  # placed meanwhile
    except Exception:
        log.exception("retention.failed", incident=str(id_), kept=kept.id)
        return False


def _end(id_: UUID, kept: Class, found: Periods, *, at: datetime) -> bool:
    """Whether it was still due, now that it is held."""
    with transaction.atomic():
        legal_holds.wait()
        incident = schedule.due(kept, found, at=at).filter(id=id_).first()
        if incident is None:
            return False
        keeping = next(each for each in schedule.of(incident, found) if each.kept == kept)
        because = f"Kept {keeping.period} from when the incident was closed: {keeping.why}"
        order = Order(_ground(keeping), because=because, more={"class": kept.id})
        erased = erasure.erase(incident, kept.parts, order, by=RETENTION, at=at)
        _note(incident, kept, order, erased, at=at)
        ledger.append(_applied(incident, keeping, erased), by=RETENTION, at=at)
    return True


def _ground(keeping: Keeping) -> str:
    return keeping.law.citation if keeping.law is not None else "The organisation's own period."


def _note(
    incident: Incident, kept: Class, order: Order, erased: Mapping[str, int], *, at: datetime
) -> None:
    Erasure.objects.create(
        id=ids.new(),
        incident=incident,
        what=list(kept.parts),
        kept_class=kept.id,
        ground=order.ground[:1000],
        reason=order.because,
        requested_at=at,
        requested_by=str(RETENTION),
        state=Erasure.State.DONE,
        decided_at=at,
        erased=dict(erased),
    )


def _applied(incident: Incident, keeping: Keeping, erased: Mapping[str, int]) -> ledger.Event:
    until = keeping.until
    return ledger.Event(
        VERB,
        "incident",
        incident.id,
        incident.id,
        after={
            "class": keeping.kept.id,
            "period": str(keeping.period),
            "over_since": canonical.instant(until) if until is not None else None,
            "erased": dict(erased),
        },
        because=keeping.why,
    )


def _rejected(kept: Class, *, at: datetime, limit: int) -> int:
    """One transaction and one entry for the batch."""
    with transaction.atomic():
        legal_holds.wait()
        rows = schedule.due_rejected(kept, at=at).select_for_update(skip_locked=True, no_key=True)
        named = [submissions.named(row) for row in rows.defer("body")[:limit]]
        because = f"Kept {kept.ours} from when they came in: {kept.because}"
        order = Order("The organisation's own period.", because=because, more={"class": kept.id})
        subject = Subject("retention", kept.id)
        return erasures.erase(subject, named, _empty, order, by=RETENTION, at=at)


def _empty(named: Sequence[Named]) -> None:
    submissions.empty(str(each["id"]) for each in named)
