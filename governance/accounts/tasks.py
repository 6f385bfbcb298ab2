from celery import shared_task

from governance import clock
from governance.accounts import expiring
from governance.heartbeat import heartbeat


@shared_task(name="accounts.keys")
def keys() -> None:
    """Tell of keys that end soon."""
    expiring.warn(at=clock.now())
    heartbeat.record("accounts.keys", at=clock.now())
