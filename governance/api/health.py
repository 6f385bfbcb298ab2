"""Is it alive, and is it ready? For load balancers, containers and people at 03:00."""

from collections.abc import Callable
from typing import Final

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from governance import clock
from governance.heartbeat import heartbeat, measures

log = structlog.get_logger(__name__)


_LATE: Final = {"undelivered": "nothing could be delivered for {seconds} s"}


class Unready(Exception):
    """One part is not ready; the message is fit for a stranger's eyes."""


def alive(request: HttpRequest) -> JsonResponse:
    """This process answers. Says nothing of the others."""
    return JsonResponse({"status": "alive"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when reports can be taken and duties are watched, else 503; each part on its own."""
    found = {name: _outcome(check) for name, check in _CHECKS.items()}
    fine = all(outcome == "ok" for outcome in found.values())
    return JsonResponse(
        {"status": "ready" if fine else "not ready", "checks": found}, status=200 if fine else 503
    )


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except Unready as reason:
        return str(reason)
    except (DatabaseError, redis.RedisError, OSError) as error:
        log.warning("readyz.failed", check=check.__name__, error=str(error))
        return "does not answer"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise Unready(f"{len(waiting)} migrations are not applied: run manage.py prepare")


def _broker() -> None:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, retry=None
    )
    try:
        client.ping()
    finally:
        client.close()


def _jobs() -> None:
    stale = [pulse for pulse in heartbeat.pulses(at=clock.now()) if not pulse.fresh]
    if stale:
        raise Unready("; ".join(_stale(pulse) for pulse in stale))


def _stale(pulse: heartbeat.Pulse) -> str:
    if pulse.age is None:
        return f"{pulse.job} has not finished a tick yet"
    return f"{pulse.job} finished its last tick {int(pulse.age.total_seconds())} s ago"


def _lag() -> None:
    behind = [lag for lag in measures.lags(at=clock.now()) if not lag.fine]
    if behind:
        raise Unready("; ".join(_late(lag) for lag in behind))


def _late(lag: measures.Lag) -> str:
    seconds = int(lag.age.total_seconds())
    return _LATE.get(lag.rows, "{rows} have been due for {seconds} s").format(
        rows=lag.rows, seconds=seconds
    )


_CHECKS: Final[dict[str, Callable[[], None]]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "jobs": _jobs,
    "lag": _lag,
}
