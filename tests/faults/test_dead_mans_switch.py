"""When the sweep or the delivery stops, /readyz fails, a metric shows it, and an address outside
that expects a ping stops getting it. When it works again, so does the ping."""

import time
from collections.abc import Iterator

import pytest

from tests.faults import steps
from tests.faults.test_poison_and_backlog import metric
from tests.flows.tool import Tool
from tests.live.stack import Stack, wait_for
from tests.live.web import WebServer

STALE = 8


@pytest.fixture(scope="module")
def watcher() -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def stack_settings(watcher: WebServer) -> dict[str, str]:
    return {
        "BYLAW_DEADMAN_URL": f"{watcher.url}/ping",
        "BYLAW_DEADMAN_SECONDS": "1",
        "BYLAW_OUTBOUND_ALLOW": watcher.name,
        "BYLAW_STALE_SECONDS": str(STALE),
        "BYLAW_LAG_SECONDS": str(STALE),
    }


def pinged_since(watcher: WebServer, count: int, *, within: float = 60) -> bool:
    return wait_for(lambda: len(watcher.asked) > count, within=within)


def unready(stack: Stack, part: str) -> bool:
    return wait_for(lambda: part in stack.unready(), within=90)


def silent(watcher: WebServer) -> bool:
    """Whether no ping comes in the time in which several would."""
    before = len(watcher.asked)
    time.sleep(4)
    return len(watcher.asked) == before


def back_again(stack: Stack, watcher: WebServer) -> bool:
    count = len(watcher.asked)
    stack.wait_until_ready()
    return pinged_since(watcher, count)


def test_while_all_is_well_it_is_pinged(stack: Stack, watcher: WebServer) -> None:
    assert pinged_since(watcher, 2)
    assert {each.path for each in watcher.asked} == {"/ping"}
    assert metric(stack, "bylaw_deadman_ping_age_seconds") < 60


@pytest.mark.parametrize("dead", ["worker", "beat"])
def test_without_a_worker_or_a_beat_the_pings_stop(
    stack: Stack, watcher: WebServer, dead: str
) -> None:
    stack.kill(dead)
    assert unready(stack, "jobs")
    age = 'bylaw_job_age_seconds{task="incidents.sweep"}'
    assert wait_for(lambda: metric(stack, age) > STALE)
    assert silent(watcher)
    stack.start(dead)
    assert back_again(stack, watcher)


def test_when_delivery_stands_still_the_pings_stop_though_the_sweep_goes_on(
    tool: Tool, stack: Stack, watcher: WebServer
) -> None:
    with steps.claiming_only(tool, stack):
        assert unready(stack, "lag")
        assert metric(stack, 'bylaw_lag_seconds{rows="messages"}') > STALE
        age = 'bylaw_job_age_seconds{task="incidents.sweep"}'
        assert wait_for(lambda: metric(stack, age) < STALE)
        assert silent(watcher)
    assert back_again(stack, watcher)


def test_the_address_stands_in_no_log(stack: Stack) -> None:
    logs = [file.read_text(errors="replace") for file in stack.logs.glob("*.log")]
    assert logs
    assert not [log for log in logs if "/ping" in log]
