from datetime import timedelta
from typing import Final

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from governance import clock
from governance.heartbeat import heartbeat
from governance.outbox.tasks import deliver
from incidents import sweep as sweeping
from incidents.evidence import making
from incidents.retention import applying

log = structlog.get_logger(__name__)
#: After this long a task leaves what is still due to the next tick: it has a time limit.
PATIENCE: Final = timedelta(minutes=1)


@shared_task(name="incidents.sweep")
def sweep() -> None:
    """Act on everything due, batch by batch."""
    more, until = True, clock.now() + PATIENCE
    while more:
        at = clock.now()
        done = sweeping.run(at=at)
        more = done.more and at < until
        if not done.failed:  # else readiness says that the sweep has not finished
            heartbeat.record("incidents.sweep", at=clock.now())
        if done.spoke:
            _nudge()


@shared_task(name="incidents.retention")
def retain() -> None:
    """Erase what has been kept long enough, batch by batch."""
    until = clock.now() + PATIENCE
    while applying.run(at=clock.now()) and clock.now() < until:
        heartbeat.record("incidents.retention", at=clock.now())
    heartbeat.record("incidents.retention", at=clock.now())


@shared_task(name="evidence.exports")
def exports() -> None:
    """One slice of work on evidence packages, so that sweeps are never kept waiting for long."""
    making.work()
    making.expire(at=clock.now())
    heartbeat.record("evidence.exports", at=clock.now())


def _nudge() -> None:
    """Have messages delivered now instead of at the next tick. The tick comes all the same, so a
    nudge that is lost costs that second."""
    try:
        deliver.apply_async(retry=False)
    except OperationalError as error:
        log.warning("sweep.nudge_lost", error=str(error))
