from datetime import timedelta

from celery import shared_task

from governance import clock
from governance.access import reads, refusals
from governance.heartbeat import heartbeat


@shared_task(name="access.tell")
def tell() -> None:
    """Put on record who was refused, and forget which reads have their entries."""
    at = clock.now()
    while refusals.tell(at=at) >= refusals.BATCH:
        heartbeat.record("access.tell", at=clock.now())
    reads.forget(before=at - timedelta(hours=2))
    heartbeat.record("access.tell", at=clock.now())
