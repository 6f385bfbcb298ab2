from celery import shared_task

from governance import clock
from governance.heartbeat import heartbeat
from policies import feeds as fetching
from policies import impacts as waiting


@shared_task(name="policies.impacts")
def impacts() -> None:
    """One slice of work, so that sweeps are never kept waiting for long."""
    waiting.work()
    heartbeat.record("policies.impacts", at=clock.now())


@shared_task(name="policies.feeds")
def feeds() -> None:
    """Ask one on-call feed that is due."""
    fetching.work(now=clock.now)
    heartbeat.record("policies.feeds", at=clock.now())
