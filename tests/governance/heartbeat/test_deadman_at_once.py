"""Many workers tick at once; one of them tells the watcher outside."""

from functools import partial

import pytest
from pytest_django import Settings

from governance import clock
from governance.heartbeat import deadman, heartbeat
from tests.committed import at_once
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


def test_of_many_workers_one_pings(database: str, settings: Settings, watcher: WebServer) -> None:
    watcher.start()
    settings.LAG_LIMITS = {}  # the database was prepared a while ago
    settings.DEADMAN_URL, settings.OUTBOUND_ALLOW = watcher.url, [watcher.name]
    pinged = at_once(database, *[partial(tick, settings)] * WORKERS)
    watcher.stop()
    assert pinged.count(True) == len(watcher.asked) == 1
