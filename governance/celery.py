"""Work in the background: `celery --app governance.celery worker` and `... beat`.

Redis carries wake-up calls only. What is owed stands in PostgreSQL, so a lost or doubled message
costs seconds, never a deadline; hence no result store, no ETA, and no expiry (see `beat`).
"""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")

app = Celery("bylaw")
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
