from celery import shared_task

from governance import clock
from governance.heartbeat import heartbeat
from governance.ledger import sequencer


@shared_task(name="ledger.seal")
def seal() -> None:
    while sequencer.seal(at=clock.now()) >= sequencer.BATCH:
        heartbeat.record("ledger.seal", at=clock.now())
    heartbeat.record("ledger.seal", at=clock.now())
