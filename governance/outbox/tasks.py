from datetime import timedelta
from typing import Final

from celery import shared_task

from governance import clock, turns
from governance.heartbeat import heartbeat
from governance.outbox import outbox

BATCH = 50
#: With the one message that is being sent then, shorter than settings lets a job stand still.
PATIENCE: Final = timedelta(seconds=10)


@shared_task(name="outbox.deliver")
def deliver() -> None:
    """Send what is due, batch by batch, until nothing is, or until the next tick's turn: a task has
    a time limit, and to be killed in the middle of a letter sends it twice."""
    with turns.taken() as mine:
        if mine:
            _deliver()


def _deliver() -> None:
    until = (at := clock.now()) + PATIENCE
    while at < until and (messages := outbox.claim(at=at, limit=BATCH)):
        outbox.deliver(messages, now=clock.now, until=until)
        at = clock.now()
    heartbeat.record("outbox.deliver", at=clock.now())
