"""gunicorn's configuration: `gunicorn --config python:governance.gunicorn governance.wsgi`.

Synchronous workers: a report is a few milliseconds of CPU and one transaction, and a proxy in front
keeps slow clients away. Requests are logged by django-structlog, with their ids, not here.
"""

import threading
from pathlib import Path

from governance import capacity, env, warming

bind = env.text("BYLAW_WEB_BIND", "0.0.0.0:8000")
workers = capacity.web_workers()
worker_class = "sync"
# Load once, fork after: a quick start and shared memory. Nothing connects before a first request.
preload_app = True
timeout = 60
graceful_timeout = 25
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None
errorlog = "-"
control_socket_disable = True
proc_name = "bylaw-web"
# Heartbeats of the workers: in memory, so that a slow disk never looks like a hung worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def when_ready(_server: object) -> None:
    """Before the first worker is forked, so that all of them share it."""
    warming.load_addresses()


def post_worker_init(_worker: object) -> None:
    """Beside the first requests, which a database that does not answer must not hold up."""
    threading.Thread(target=warming.prepare, name="warming", daemon=True).start()
