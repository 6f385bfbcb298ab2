"""Beat wakes the workers at fixed intervals, whatever the time of day, and never floods them."""

import json
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
import time_machine
from celery import Celery
from django.conf import settings

from governance import beat
from governance.beat import Ticker
from governance.celery import app as bylaw
from governance.embedded.valkey import Valkey

INTERVAL = 0.2


@pytest.fixture
def app(broker: "redis.Redis") -> Celery:
    """Two jobs at a short interval, on a broker of its own."""
    made = Celery("test", broker=settings.REDIS_URL, set_as_current=False)
    made.conf.beat_schedule = {
        name: {"task": name, "schedule": INTERVAL} for name in ("one", "two")
    }
    return made


def ticks(broker: "redis.Redis") -> list[dict[str, Any]]:
    return [json.loads(each) for each in broker.lrange("celery", 0, -1)]


def test_every_job_is_sent_at_once_and_then_at_its_interval(
    app: Celery, broker: "redis.Redis"
) -> None:
    ticker = Ticker(app)
    left = ticker.tick()
    assert sorted(each["headers"]["task"] for each in ticks(broker)) == ["one", "two"]
    assert 0 < left <= INTERVAL
    ticker.tick()
    assert len(ticks(broker)) == 2
    time.sleep(left)
    ticker.tick()
    assert len(ticks(broker)) == 4


def test_a_host_clock_that_is_set_back_keeps_nothing_waiting(
    app: Celery, broker: "redis.Redis"
) -> None:
    ticker = Ticker(app)
    left = ticker.tick()
    with time_machine.travel(datetime.now().astimezone() - timedelta(minutes=10)):
        time.sleep(left)
        ticker.tick()
    assert len(ticks(broker)) == 4


def test_no_tick_carries_an_instant_for_a_worker_to_judge(broker: "redis.Redis") -> None:
    Ticker(bylaw).tick()
    found = ticks(broker)
    assert len(found) == len(settings.HEARTBEAT_JOBS)
    assert {(each["headers"]["expires"], each["headers"]["eta"]) for each in found} == {
        (None, None)
    }


def test_while_no_worker_takes_them_ticks_do_not_pile_up(
    app: Celery, broker: "redis.Redis"
) -> None:
    broker.rpush("celery", *["waiting"] * (beat.ROUNDS * 2))
    Ticker(app).tick()
    assert broker.llen("celery") == beat.ROUNDS * 2
    broker.rpop("celery")
    Ticker(app).tick()
    assert broker.llen("celery") == beat.ROUNDS * 2 + 1


def test_a_broker_that_went_away_ends_nothing(broker: "redis.Redis", tmp_path: Path) -> None:
    server = Valkey(tmp_path / "valkey", log=tmp_path / "valkey.log")
    server.start()
    app = Celery("test", broker=server.url(), set_as_current=False)
    app.conf.beat_schedule = {"one": {"task": "one", "schedule": INTERVAL}}
    ticker = Ticker(app)
    ticker.tick()
    server.kill()
    for _ in range(3):
        time.sleep(INTERVAL)
        ticker.tick()
    server.start()
    time.sleep(INTERVAL)
    ticker.tick()
    with redis.Redis.from_url(server.url()) as client:
        assert client.llen("celery") == 1
    ticker.close()
    server.kill()


def test_the_service_runs_with_this_scheduler() -> None:
    assert bylaw.conf.beat_scheduler == "governance.beat:Ticker"
