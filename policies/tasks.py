from celery import shared_task

from governance import clock
from governance.heartbeat import heartbeat
from policies import impacts as waiting


@shared_task(name="policies.impacts")
def impacts() -> None:
    """One slice of work, so that sweeps are never kept waiting for long."""
    waiting.work()
    heartbeat.record("policies.impacts", at=clock.now())
