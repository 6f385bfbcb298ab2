from celery import shared_task

from governance import clock
from governance.heartbeat import heartbeat
from governance.ledger import sequencer, verifications


@shared_task(name="ledger.seal")
def seal() -> None:
    while sequencer.seal(at=clock.now()) >= sequencer.BATCH:
        heartbeat.record("ledger.seal", at=clock.now())
    heartbeat.record("ledger.seal", at=clock.now())


@shared_task(name="ledger.verify")
def verify() -> None:
    """One slice of the oldest verification that waits."""
    verifications.work(now=clock.now)
    heartbeat.record("ledger.verify", at=clock.now())
