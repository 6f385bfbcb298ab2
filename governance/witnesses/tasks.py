from celery import shared_task

from governance import clock, turns
from governance.heartbeat import heartbeat
from governance.witnesses import giving


@shared_task(name="ledger.witness")
def witness() -> None:
    """Give every witness what it is due, each in a turn of its own, so that deliveries wait for
    none longer than for one."""
    for name in giving.due(at=clock.now()):
        with turns.taken() as mine, turns.alone(f"ledger.witness:{name}") as alone:
            if mine and alone:
                giving.give(name, now=clock.now)
    heartbeat.record("ledger.witness", at=clock.now())
