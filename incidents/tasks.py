from celery import shared_task

from governance import clock
from governance.heartbeat import heartbeat
from incidents import sweep as sweeping


@shared_task(name="incidents.sweep")
def sweep() -> None:
    """Act on everything due, batch by batch."""
    while sweeping.run(at=clock.now()):
        heartbeat.record("incidents.sweep", at=clock.now())
    heartbeat.record("incidents.sweep", at=clock.now())
