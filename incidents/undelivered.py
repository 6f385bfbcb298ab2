"""Undeliverable messages, as the sweep finds them: somebody is told of each, once."""

from datetime import datetime
from typing import Final

import structlog
from django.db import transaction

from governance.ledger import ledger
from governance.outbox.models import Message
from incidents import selectors
from incidents.models import Incident
from incidents.stages import calling, dead_letters, escalation

log = structlog.get_logger(__name__)
BATCH: Final = 200


def tell(*, by: ledger.Actor, at: datetime) -> int:
    """Tell a person of each undeliverable message, once; returns of how many. Where the incident's
    people cannot be found out, the administrators are told; a message that fails altogether stays
    for next time."""
    told = 0
    with transaction.atomic():
        for message, incident in dead_letters.claim(limit=BATCH):
            try:
                with transaction.atomic():
                    _tell_of(message, incident, by=by, at=at)
            except Exception:
                log.exception("sweep.dead_letter_failed", message_id=str(message.id))
                continue
            told += 1
    return told


def _tell_of(
    message: Message, incident: Incident | None, *, by: ledger.Actor, at: datetime
) -> None:
    try:
        with transaction.atomic():
            _tell_responsible(message, incident, by=by, at=at)
    except Exception:
        log.exception("sweep.dead_letter_without_people", message_id=str(message.id))
        dead_letters.tell_administrators(message, by=by, at=at)
    dead_letters.close(message, by=by, at=at)


def _tell_responsible(
    message: Message, incident: Incident | None, *, by: ledger.Actor, at: datetime
) -> None:
    if incident is None:
        dead_letters.tell_administrators(message, by=by, at=at)
        return
    release = selectors.release_of(incident)
    call = dead_letters.call(message, incident, release=release, at=at)
    calling.tell([call], release=release, by=by, at=at)
    step = dead_letters.lost_step(message, incident)
    if step is not None:
        escalation.skip_wait(incident, step=step, at=at)
