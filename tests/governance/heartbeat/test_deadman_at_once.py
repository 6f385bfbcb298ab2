"""Many workers tick at once; one of them tells the watcher outside."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from pytest_django import DjangoDbBlocker, Settings

from governance import clock
from governance.heartbeat import deadman, heartbeat
from tests import factory
from tests.live import servers
from tests.live.web import WebServer

WORKERS = 6


@pytest.fixture
def watcher() -> WebServer:
    return WebServer()


def tick(settings: Settings) -> bool:
    at = clock.now()
    for job in settings.HEARTBEAT_JOBS:
        heartbeat.record(job, at=at)
    return deadman.ping(now=clock.now)


def test_of_many_workers_one_pings(
    prepared_database: str,
    django_db_blocker: DjangoDbBlocker,
    settings: Settings,
    watcher: WebServer,
) -> None:
    watcher.start()
    settings.DEADMAN_URL, settings.OUTBOUND_ALLOW = watcher.url, [watcher.name]
    name = f"pings_{servers.WORKER or 'only'}_{os.urandom(4).hex()}"
    with (
        servers.database(name, template=prepared_database),
        django_db_blocker.unblock(),
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        call = partial(factory.on_database, name, partial(tick, settings))
        pinged = [each.result() for each in [pool.submit(call) for _ in range(WORKERS)]]
    watcher.stop()
    assert pinged.count(True) == len(watcher.asked) == 1
