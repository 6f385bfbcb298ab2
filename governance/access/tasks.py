from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_ready
from django.db import Error, connection

from governance import clock
from governance.access import attempts, deployment, reads, refusals
from governance.heartbeat import heartbeat

logs = structlog.get_logger(__name__)


@shared_task(name="access.tell")
def tell() -> None:
    """Put on record who was refused; forget which reads have their entries, and old tries."""
    at = clock.now()
    while refusals.tell(at=at) >= refusals.BATCH:
        heartbeat.record("access.tell", at=clock.now())
    reads.forget(before=at - timedelta(hours=2))
    attempts.forget(before=at - timedelta(days=1))
    heartbeat.record("access.tell", at=clock.now())


@worker_ready.connect
def note_start(**_: Any) -> None:
    """Before the first task. Without a database there is nothing to do either, so a worker starts
    all the same."""
    try:
        deployment.record("worker", at=clock.now())
    except Error as error:
        logs.error("deployment.unrecorded", error=str(error))
    finally:
        connection.close()  # children of this process are forked without one
