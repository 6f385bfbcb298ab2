"""The watcher outside is pinged every minute while all is well, and never else."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from governance import clock
from governance.heartbeat import deadman, heartbeat, tasks
from governance.heartbeat.models import Ping
from governance.ledger import ledger
from governance.outbox import outbox
from tests.live.web import WebServer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def watcher() -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def well(watcher: WebServer, settings: Settings) -> datetime:
    """An instant at which every job is fresh and nothing lies due."""
    settings.DEADMAN_URL = f"http://{watcher.name}/ping/s3cret"
    settings.OUTBOUND_ALLOW = [watcher.name]
    at = clock.now()
    for job in settings.HEARTBEAT_JOBS:
        heartbeat.record(job, at=at)
    return at


def ping(at: datetime) -> bool:
    return deadman.ping(now=lambda: at)


def overdue(at: datetime) -> None:
    draft = outbox.Draft("k", "email", "a@example.org", "News", "Text.", because="You asked.")
    outbox.enqueue([draft], by=ledger.system("test"), at=at)


def test_all_well_is_told(well: datetime, watcher: WebServer) -> None:
    assert ping(well)
    assert [(each.method, each.path) for each in watcher.asked] == [("GET", "/ping/s3cret")]
    row = Ping.objects.get()
    assert (row.succeeded_at, row.error) == (well, "")


def test_it_is_told_once_a_minute(well: datetime, watcher: WebServer) -> None:
    assert ping(well)
    assert not ping(well + MINUTE - timedelta(seconds=1))
    assert ping(well + MINUTE)
    assert len(watcher.asked) == 2


def test_a_job_that_stands_still_ends_it(
    well: datetime, watcher: WebServer, settings: Settings
) -> None:
    late = timedelta(seconds=settings.HEARTBEAT_JOBS["incidents.sweep"] + 5)
    heartbeat.record("incidents.sweep", at=well - late)
    assert deadman.faults(at=well) == ["incidents.sweep"]
    assert not ping(well)
    assert watcher.asked == []


def test_rows_that_lie_due_end_it_though_every_job_is_fresh(
    well: datetime, watcher: WebServer, settings: Settings
) -> None:
    overdue(well - timedelta(seconds=settings.LAG_LIMITS["messages"] + 5))
    assert deadman.faults(at=well) == ["messages"]
    assert not ping(well)
    assert watcher.asked == []


def test_it_begins_again_at_once_when_all_is_well_again(well: datetime, settings: Settings) -> None:
    heartbeat.record("incidents.sweep", at=well - timedelta(hours=1))
    assert not ping(well)
    heartbeat.record("incidents.sweep", at=well)
    assert ping(well + timedelta(seconds=1))


def test_without_an_address_nobody_is_asked(
    well: datetime, watcher: WebServer, settings: Settings
) -> None:
    settings.DEADMAN_URL = ""
    assert not ping(well)
    assert (watcher.asked, deadman.last()) == ([], None)


@pytest.mark.parametrize(("status", "words"), [(500, "status 500"), (302, "status 302")])
def test_a_watcher_that_does_not_take_it_is_noted(
    well: datetime, watcher: WebServer, status: int, words: str
) -> None:
    watcher.status = status
    assert not ping(well)
    assert words in Ping.objects.get().error


def test_what_is_noted_and_logged_never_holds_the_address(
    well: datetime, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEADMAN_URL = "http://127.0.0.1:9/ping/s3cret"  # nobody listens on the discard port
    settings.OUTBOUND_ALLOW = ["127.0.0.1:9"]
    assert not ping(well)
    kept = Ping.objects.get().error
    assert "127.0.0.1" in kept
    assert "s3cret" not in kept + caplog.text


def test_a_failure_is_forgotten_with_the_next_success(well: datetime, watcher: WebServer) -> None:
    watcher.status = 500
    ping(well)
    watcher.status = 200
    assert ping(well + MINUTE)
    assert Ping.objects.get().error == ""


def test_a_tick_beats_whether_it_pinged_or_not(settings: Settings) -> None:
    tasks.deadman()
    (pulse,) = [each for each in heartbeat.pulses(at=clock.now()) if "deadman" in each.job]
    assert pulse.fresh
