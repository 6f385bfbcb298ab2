from celery import shared_task

from governance import clock
from governance.heartbeat import heartbeat
from governance.outbox import outbox, turns

BATCH = 50


@shared_task(name="outbox.deliver")
def deliver() -> None:
    """Send what is due, batch by batch, until nothing is, or until the next tick's turn: a task has
    a time limit, and to be killed in the middle of a letter sends it twice."""
    with turns.taken() as mine:
        if mine:
            _deliver()


def _deliver() -> None:
    until = clock.now() + outbox.PATIENCE
    while messages := outbox.claim(at=clock.now(), limit=BATCH):
        outbox.deliver(messages, now=clock.now)
        heartbeat.record("outbox.deliver", at=(at := clock.now()))
        if at >= until:
            return
    heartbeat.record("outbox.deliver", at=clock.now())
