from datetime import timedelta
from typing import Final

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from governance import clock, turns
from governance.heartbeat import heartbeat
from governance.outbox import outbox
from governance.outbox.tasks import deliver
from incidents import sweep as sweeping
from incidents.evidence import making
from incidents.figures import counting, keeping
from incidents.following import publishing
from incidents.retention import applying

log = structlog.get_logger(__name__)
#: After this long a task leaves what is still due to the next tick: it has a time limit.
PATIENCE: Final = timedelta(minutes=1)
#: The same for telling subscribers.
PUBLISHING: Final = timedelta(seconds=5)


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
    keeping.forget(before=clock.now() - keeping.KEPT)
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


@shared_task(name="incidents.figures")
def figures() -> None:
    """One slice of counting what somebody wants to see, or will."""
    keeping.keep_fresh(at=clock.now())
    counting.work()
    heartbeat.record("incidents.figures", at=clock.now())


@shared_task(name="incidents.publish")
def publish() -> None:
    """Tell subscribers of changes, round by round, as long as no notice is due: those come first,
    and while others speak to mail servers this waits."""
    with turns.taken(leaving=1) as mine:
        if mine:
            _publish()
    heartbeat.record("incidents.publish", at=clock.now())


def _publish() -> None:
    until = (at := clock.now()) + PUBLISHING
    publishing.forget(before=at - publishing.KEPT)
    while at < until and not outbox.due(at=at).exists() and publishing.run(at=at):
        at = clock.now()


def _nudge() -> None:
    """Have messages delivered now instead of at the next tick. The tick comes all the same, so a
    nudge that is lost costs that second."""
    try:
        deliver.apply_async(retry=False)
    except OperationalError as error:
        log.warning("sweep.nudge_lost", error=str(error))
