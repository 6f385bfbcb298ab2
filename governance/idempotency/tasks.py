from celery import shared_task

from governance import clock
from governance.heartbeat import heartbeat
from governance.idempotency import answers


@shared_task(name="idempotency.expire")
def expire() -> None:
    """Forget which requests were answered how, once their retries can be expected no more."""
    answers.expire(at=clock.now())
    heartbeat.record("idempotency.expire", at=clock.now())
