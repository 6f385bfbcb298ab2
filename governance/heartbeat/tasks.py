from celery import shared_task

from governance import clock
from governance.heartbeat import deadman as switch
from governance.heartbeat import heartbeat


@shared_task(name="governance.deadman")
def deadman() -> None:
    """Tell the watcher outside that all is well, if it is."""
    switch.ping(now=clock.now)
    heartbeat.record("governance.deadman", at=clock.now())
