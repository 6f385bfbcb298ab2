"""Alive, and ready: each part fails on its own and says so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from governance import clock
from governance.heartbeat import heartbeat
from incidents.models import Submission
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(broker: "redis.Redis", settings: Settings) -> None:
    """Everything is as it should be."""
    for job in settings.HEARTBEAT_JOBS:
        heartbeat.record(job, at=clock.now())


def look() -> tuple[int, dict[str, str]]:
    answer: Any = Client().get("/readyz")
    return answer.status_code, answer.json()["checks"]


def test_alive_needs_nothing() -> None:
    assert Client().get("/healthz").json() == {"status": "alive"}


def test_ready_when_every_part_is(ready: None) -> None:
    assert look() == (
        200,
        {"database": "ok", "migrations": "ok", "broker": "ok", "jobs": "ok", "lag": "ok"},
    )


def test_not_ready_without_a_migration(ready: None) -> None:
    recorder = MigrationRecorder(connection)
    last = max(name for app, name in recorder.applied_migrations() if app == "incidents")
    recorder.record_unapplied("incidents", last)
    status, checks = look()
    assert status == 503
    assert checks["migrations"] == "1 migrations are not applied: run manage.py prepare"


def test_not_ready_without_a_broker(ready: None, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    status, checks = look()
    assert (status, checks["broker"], checks["database"]) == (503, "does not answer", "ok")


def test_not_ready_when_a_job_never_ran(broker: "redis.Redis") -> None:
    status, checks = look()
    assert (status, "incidents.sweep has not finished a tick yet" in checks["jobs"]) == (503, True)


def test_not_ready_when_a_job_is_stale(ready: None, settings: Settings) -> None:
    limit = settings.HEARTBEAT_JOBS["outbox.deliver"]
    heartbeat.record("outbox.deliver", at=clock.now() - timedelta(seconds=limit + 5))
    status, checks = look()
    assert status == 503
    assert checks["jobs"].startswith("outbox.deliver finished its last tick ")


def test_not_ready_when_rows_lie_due_though_every_job_is_fresh(ready: None) -> None:
    factory.left(factory.report(), at=clock.now() - timedelta(minutes=5))
    status, checks = look()
    assert (status, checks["jobs"]) == (503, "ok")
    assert checks["lag"].startswith("submissions have been due for 24")


def test_ready_although_a_row_is_put_off(ready: None) -> None:
    at = clock.now()
    factory.left(factory.report(), at=at - timedelta(days=1))
    Submission.objects.update(attempts=9, retry_at=at + timedelta(hours=1))
    assert look()[0] == 200


def _elsewhere(call: Callable[[], Any]) -> Any:
    """With a database address at which nobody answers, on a thread's own connection."""
    connection.settings_dict = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": "9"}
    try:
        return call()
    finally:
        connection.close()


def test_not_ready_without_a_database(ready: None) -> None:
    with ThreadPoolExecutor(1) as pool:
        status, checks = pool.submit(_elsewhere, look).result()
    assert status == 503
    assert checks == {
        "database": "does not answer",
        "migrations": "does not answer",
        "broker": "ok",
        "jobs": "does not answer",
        "lag": "does not answer",
    }
