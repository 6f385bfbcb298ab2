"""Work in the background: `celery --app governance.celery worker` and `... beat`.

Redis carries wake-up calls only. What is owed stands in PostgreSQL, so a lost or doubled message
costs seconds, never a deadline; hence no result store, no ETA, and no expiry (see `beat`).
"""

import os
from typing import Any

import celery
import structlog
from billiard.einfo import ExceptionInfo
from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")

log = structlog.get_logger(__name__)


class TaskFailedError(Exception):
    """What the worker is told of a task that failed: the name of the error's class."""


class Task(celery.Task):  # type: ignore[type-arg]  # at run time it takes none
    """A task whose failure is told by the process that ran it, and to the log only.

    Celery hands it to the worker with everything that a debugger would want, 70 kB for a database
    that is away, and a pipe holds 64. Seen once: a worker that was stopped while database and
    broker went away waited for its child for ever, and the child to write the rest of that. When
    the broker goes away, celery 5.7 resets its event loop, with what that has half read.
    """

    throws = (TaskFailedError,)  # told already

    def on_failure(
        self, exc: BaseException, task_id: str, args: Any, kwargs: Any, einfo: ExceptionInfo
    ) -> None:
        log.error("task.failed", task=self.name, exc_info=exc)
        einfo.exception = TaskFailedError(type(exc).__name__)
        einfo.tb, einfo.traceback = None, ""


app = Celery("bylaw", task_cls=Task)
app.config_from_object(
    {
        "broker_url": settings.REDIS_URL,
        "broker_transport": "governance.broker:Transport",
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
        },
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_ignore_result": True,
        "worker_concurrency": settings.WORKER_CONCURRENCY,
        "worker_prefetch_multiplier": 1,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "worker_hijack_root_logger": False,
        "task_time_limit": 300,
        "timezone": "UTC",
        "enable_utc": True,
        "beat_schedule": {
            name: {
                "task": name,
                "schedule": settings.SLOW_JOBS.get(name, settings.TICK_SECONDS),
            }
            for name in settings.HEARTBEAT_JOBS
        },
        # Fixed intervals by the monotonic clock: no file, no disk, no time of day.
        "beat_scheduler": "governance.beat:Ticker",
        "beat_max_loop_interval": 5,
    }
)
app.autodiscover_tasks()
